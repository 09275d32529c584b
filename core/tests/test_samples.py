"""The demonstration goes as it came: all of it, and nothing that is real."""

import hashlib

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models

from accounts.models import Agency, Consent, Membership, User
from core import samples
from core.models import Event, Job, OutboxMessage, Sampled, StoredFile
from projects.models import Venture
from reports.models import Report


@pytest.fixture
def real(an, binh, now):
    """A real founder with a real idea, and its journal."""
    venture = Venture.objects.create(owner=an, title="Thật")
    Event.objects.create(kind="venture.save", actor=an, subject=venture, at=now)
    return venture


@pytest.fixture
def sample(db, now):
    """A sample person with everything that hangs on a person."""
    user = User.objects.create_user("mau@minhhoa.example", is_sample=True)
    agency = Agency.objects.create(code="mau", name="Mẫu", is_sample=True)
    Membership.objects.create(user=user, agency=agency, role="official", valid_from=now.date())
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    venture = Venture.objects.create(owner=user, title="Mẫu", is_sample=True)
    Consent.objects.create(
        user=user, purpose="process", subject_kind="venture", subject_id=venture.pk,
        text="a", version="1", given_at=now,
    )  # fmt: skip
    event = Event.objects.create(
        kind="venture.submit", actor=user, subject=venture, at=now, is_sample=True
    )
    OutboxMessage.objects.create(event=event, to=user.email, subject="a", body="b")
    stored = StoredFile(
        name="mau.pdf", content_type_name="application/pdf", size=1, uploaded_by=user,
        sha256=hashlib.sha256(b"a").hexdigest(), subject=venture,
    )  # fmt: skip
    stored.file.save("mau.pdf", ContentFile(b"a"))
    return venture


def counts():
    return {
        m._meta.label: models.QuerySet(m).count()
        for m in apps.get_models()
        if m._meta.app_label not in {"contenttypes", "auth", "sessions"}
    }


def test_all_that_hangs_on_a_sample_goes_and_nothing_else(real, sample, settings):
    before_real = counts()
    assert samples.exist()
    gone = samples.remove()
    assert not samples.exist()
    assert sum(gone.values()) == sum(before_real.values()) - sum(counts().values())
    assert [v.title for v in Venture.objects.all()] == ["Thật"]
    assert Event.objects.count() == 1
    left = (OutboxMessage, StoredFile, Consent)
    assert [models.QuerySet(m).count() for m in left] == [0, 0, 0]
    assert not User.objects.filter(email="mau@minhhoa.example").exists()


def test_a_real_portal_is_as_it_was(real, django_capture_on_commit_callbacks):
    before = counts()
    assert samples.remove() == {}
    assert counts() == before


def test_files_go_after_the_commit(sample, django_capture_on_commit_callbacks):
    stored = StoredFile.objects.get()
    storage, name = stored.file.storage, stored.file.name
    with django_capture_on_commit_callbacks(execute=True):
        samples.remove()
        assert storage.exists(name)
    assert not storage.exists(name)


def test_a_real_row_that_merely_names_a_sample_forgets_it(real, sample, now):
    """A real idea looked at by a sample official, a real job started by one."""
    Venture.objects.filter(pk=real.pk).update(screener=sample.owner)
    job = Job.objects.create(kind="count", key="k", created_by=sample.owner)
    samples.remove()
    real.refresh_from_db()
    job.refresh_from_db()
    assert (real.screener, job.created_by) == (None, None)


def test_removing_twice_is_safe(sample):
    assert samples.remove() != {}
    assert samples.remove() == {}


def test_what_people_make_can_be_a_sample():
    """Every kind of row that a page lists carries the mark, itself or through what it hangs on."""
    marked = {m._meta.label for m in samples.sampled_models()}
    assert {"accounts.User", "projects.Venture", "reports.Report"} <= marked
    assert all(issubclass(m, Sampled) for m in samples.sampled_models())
    assert Report._meta.get_field("is_sample").default is False
