"""Ventures and facts at each point of their lives, for the tests of the officials' desk."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Consent
from core.models import AdminUnit
from projects import recording
from projects.models import Formation, Support, Venture
from projects.workflow import VENTURES

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\rH\xf3\xdf\x00\x00\x00\x00IEND\xaeB`\x82"
)
TAX_CODE = "0100112437"
OTHER_TAX_CODE = "0301442379"


def ward():
    unit, _created = AdminUnit.objects.get_or_create(
        code="21034", valid_from=date(2025, 7, 1), defaults={"kind": "phuong", "name": "Sa Huỳnh"}
    )
    return unit


def consent(owner, venture, *purposes, at):
    for purpose in purposes:
        Consent.objects.create(
            user=owner,
            purpose=purpose,
            subject_kind="venture",
            subject_id=venture.pk,
            text="…",
            version="1",
            given_at=at,
        )


def idea(owner, at, title="Tủ sấy cá cơm bằng nắng", **fields):
    """An idea just sent."""
    told = {
        "field": "food",
        "summary": "Mùa mưa cá không phơi được.",
        "problem": "Cá hư.",
        "solution": "Làm tủ sấy nhỏ.",
        "stage": "idea",
        "applicant": "person",
        "contact_name": owner.full_name,
        "contact_birth_date": date(1985, 5, 5),
        "unit": ward(),
    } | fields
    venture = Venture.objects.create(owner=owner, title=title, **told)
    consent(owner, venture, "process", at=at)
    VENTURES.advance(venture, "submit", by=owner, at=at)
    return venture


def project(owner, official, at, **fields):
    """An idea that was accepted and released."""
    venture = idea(owner, at, **fields)
    VENTURES.advance(venture, "accept", by=official, at=at)
    VENTURES.advance(venture, "release", by=official, at=at)
    return venture


def support(venture, by, at, **fields):
    told = {
        "happened_on": at.date() - timedelta(days=3),
        "kind": "equipment",
        "source": "state",
        "provider": "Phòng Kinh tế",
        "value": 15_000_000,
        "evidence_ref": "12/QĐ-UBND",
    } | fields
    return recording.record(Support(venture=venture, **told), by=by, at=at)


def formation(venture, by, at, **fields):
    told = {
        "happened_on": at.date() - timedelta(days=3),
        "name": "Công ty TNHH Nắng Sa Huỳnh",
        "tax_code": TAX_CODE,
        "basis": "committee",
        "evidence_ref": "7/TB-BCĐ",
    } | fields
    return recording.record(Formation(venture=venture, **told), by=by, at=at)


def picture(name="bien-ban.png"):
    return SimpleUploadedFile(name, PNG, content_type="image/png")
