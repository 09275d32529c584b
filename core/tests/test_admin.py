"""The back room: what is only read stays as it is, and every list opens."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from core.facts import Fact
from core.models import Event, OutboxMessage

LISTS = (
    "core.configuration",
    "core.adminunit",
    "core.holiday",
    "core.job",
    "core.outboxmessage",
    "core.event",
    "programme.phase",
    "programme.clause",
    "programme.indicator",
    "programme.target",
    "programme.activity",
    "support_orgs.organisation",
    "support_orgs.clubfounding",
    "contests.award",
    "reports.report",
)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens(client, quan, name):
    client.force_login(quan)
    model = apps.get_model(name)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client.get(url).status_code == 200


def test_the_title_is_vietnamese(client, quan):
    client.force_login(quan)
    assert "Quản trị cổng khởi nghiệp Đức Phổ" in client.get("/quan-tri/").content.decode()


def test_facts_reports_and_the_journal_are_never_written_here(rf, quan):
    request = rf.get("/")
    request.user = quan
    read_only = {Event, OutboxMessage, apps.get_model("core.Job"), apps.get_model("reports.Report")}
    read_only |= {m for m in apps.get_models() if issubclass(m, Fact)}
    registered = read_only & set(admin.site._registry)
    assert {m.__name__ for m in registered} >= {"Activity", "ClubFounding", "Event", "Report"}
    may = {
        (model.__name__, verb)
        for model in registered
        for verb in ("add", "change", "delete")
        if getattr(admin.site.get_model_admin(model), f"has_{verb}_permission")(request)
    }
    assert may == set()


def test_a_letters_body_is_not_shown(client, quan):
    letter = OutboxMessage.objects.create(to="an@example.vn", subject="Mã", body="Mã là 123456")
    client.force_login(quan)
    page = client.get(f"/quan-tri/core/outboxmessage/{letter.pk}/change/")
    assert page.status_code == 200
    assert "123456" not in page.content.decode()
