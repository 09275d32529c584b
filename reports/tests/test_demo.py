import json
from datetime import datetime

import pytest
from django.apps import apps
from django.core.management import call_command

from accounts.models import User
from contests.models import Award
from core import journal, samples
from core.periods import LOCAL, Quarter
from core.words import Refused
from programme.models import Phase
from projects import reasons
from projects.marketplaces import FIRST
from projects.models import Venture
from reports import demo
from reports.indicators import default_as_of, measure_quarter
from reports.models import Report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


@pytest.fixture
def seeded(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    assert demo.seed(NOW)


def figures(quarter, as_of):
    return {
        (f.indicator.code, f.phase.code): f.cumulative
        for f in measure_quarter(quarter, as_of)
        if f.low is not None
    }


def test_the_demonstration_crosses_both_phases(seeded):
    assert figures(Quarter(2026, 1), default_as_of(Quarter(2026, 1), NOW)) == {
        ("projects_supported", "2022-2025"): 3,
        ("projects_supported", "2026-2030"): 1,
        ("enterprises_formed", "2022-2025"): 1,
        ("enterprises_formed", "2026-2030"): 0,
        ("clubs_formed", "2022-2030"): 1,
    }
    closed, running = Phase.objects.filter(is_whole=False).order_by("start")
    assert closed.is_closed(NOW.date())
    assert running.is_running(NOW.date())


def test_quarter_three_is_issued_and_quarter_four_is_open(seeded):
    assert list(
        Report.objects.order_by("year", "number").values_list("number", "status", "document_number")
    ) == [(2, "issued", 1), (3, "issued", 2), (4, "open", None)]


def test_what_was_issued_is_what_is_measured_again(seeded):
    report = Report.objects.get(number=3)
    told = {(i["code"], i["phase"]): i for i in json.loads(report.snapshot)["indicators"]}
    for figure in measure_quarter(report.quarter, report.as_of):
        line = told[figure.indicator.code, figure.phase.code]
        assert (line["in_period"], line["cumulative"]) == (figure.in_period, figure.cumulative)


def test_there_is_something_to_do_for_an_official(seeded):
    assert Venture.objects.overdue(NOW.date()).count() == 1
    assert Venture.objects.filter(status="accepting").count() == 1
    assert Venture.objects.filter(status="returned").count() == 1


def test_an_account_for_each_role(seeded):
    held = set(User.objects.filter(is_sample=True).values_list("memberships__role", flat=True))
    assert held - {None} == {
        "official", "head", "secretariat", "committee", "deputy", "chair", "supervisor",
        "judge", "manager", "administrator",
    }  # fmt: skip


def test_seeding_twice_changes_nothing(seeded):
    before = Venture.objects.count()
    assert demo.seed(NOW) is False
    assert Venture.objects.count() == before


def test_it_refuses_where_real_data_is(an):
    with pytest.raises(Refused, match="1 người dùng"):
        demo.seed(NOW)
    assert not samples.exist()


def test_removing_takes_all_of_it_and_leaves_what_is_real(
    seeded, tmp_path, django_capture_on_commit_callbacks
):
    real = User.objects.create_user("that@example.vn", "x")
    venture = Venture.objects.create(
        owner=real, title="Thật", screener=User.objects.get(email__startswith="binh@")
    )
    with django_capture_on_commit_callbacks(execute=True):
        samples.remove()
    venture.refresh_from_db()
    assert venture.screener is None
    assert Award.objects.count() == 4
    left = {
        m._meta.label: m._base_manager.count()
        for m in apps.get_models()
        if m._meta.app_label in {"projects", "reports", "support_orgs", "contests"}
        and m._base_manager.exists()
    }
    assert left == {
        "projects.Venture": 1,
        "projects.DeclineReason": len(reasons.SEED),
        "projects.Marketplace": len(FIRST),
        "contests.Award": 4,
    }
    assert not samples.exist()
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    from django.db import connection

    connection.check_constraints()


def test_the_journal_is_sealed_without_samples(seeded, an):
    from core.models import Event

    Event.objects.create(kind="user.test", actor=an, subject=an, at=NOW)
    Event.objects.create(kind="user.test", actor=an, subject=an, at=NOW)
    assert journal.seal() == 2
    assert journal.verify() == (2, [])
    from django.db import models

    models.QuerySet(Event).filter(seq=1).update(note="đổi")
    assert journal.verify()[1] == ["Dòng nhật ký số 1 không khớp con dấu: đã bị sửa."]


def test_the_command_prints_the_accounts(seeded, capsys):
    call_command("seed_demo", accounts=True)
    assert "dung@minhhoa.example" in capsys.readouterr().out


def test_what_is_built_while_samples_are_about_goes_with_them(seeded, em):
    from reports import services

    report = services.open_report(Quarter(2025, 4))
    assert report.is_sample
    samples.remove()
    assert not Report.objects.exists()


def test_a_second_start_does_not_bring_back_what_was_taken_away(seeded):
    call_command("seed_demo", remove=True)
    call_command("seed_demo", unless_removed=True)
    assert not samples.exist()
