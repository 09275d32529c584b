"""The cast. Every test speaks of these people."""

from datetime import date, datetime

import pytest
from django.core.cache import cache

from accounts.models import Agency, Membership, User
from core.periods import LOCAL

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=LOCAL)


@pytest.hookimpl(tryfirst=True)  # marked before the order is made: what flushes runs last
def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("threads"):
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def now():
    """A working Friday in the running phase, as most tests see it."""
    return NOON


@pytest.fixture
def standing_agency(db):
    """The agency that serves the committee."""
    return Agency.objects.create(code="thuong-truc", name="Cơ quan thường trực")


def person(name, email, *roles, agency=None, birth=date(1985, 5, 5)):
    """Somebody with roles that are in effect: official ones behind a second factor."""
    user = User.objects.create_user(email, "mat-khau-dai-2026", full_name=name, birth_date=birth)
    user.asked_for_second_factor_at = NOON
    user.save()
    for role in roles:
        Membership.objects.create(user=user, role=role, agency=agency, valid_from=date(2025, 7, 1))
    if roles:
        user.authenticator_set.create(type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


@pytest.fixture
def an(db):
    """An is a founder."""
    return person("Nguyễn Thị An", "an@example.vn")


@pytest.fixture
def binh(standing_agency):
    """Bình screens ideas, anyone's but her own."""
    return person("Trần Bình", "binh@example.vn", "official", agency=standing_agency)


@pytest.fixture
def chi(standing_agency):
    """Chi is an official of an agency: she records support given and activities held."""
    return person("Lê Chi", "chi@example.vn", "official", agency=standing_agency)


@pytest.fixture
def dung(db):
    """Dũng is the chair: he approves and signs."""
    return person("Phạm Dũng", "dung@example.vn", "chair")


@pytest.fixture
def em(standing_agency):
    """Em is the secretary: she builds and edits the report."""
    return person("Võ Em", "em@example.vn", "secretariat", agency=standing_agency)


@pytest.fixture
def giang(db):
    """Giang is a judge of one contest."""
    return person("Đỗ Giang", "giang@example.vn", "judge")


@pytest.fixture
def ha(db):
    """Hà manages a club."""
    return person("Bùi Hà", "ha@example.vn", "manager")


@pytest.fixture
def khoa(db):
    """Khoa supervises: he reads and changes nothing."""
    return person("Hồ Khoa", "khoa@example.vn", "supervisor")


@pytest.fixture
def lan(db):
    """Lan is a stranger with an account and must see nothing of An's."""
    return person("Mai Lan", "lan@example.vn")


@pytest.fixture
def quan(db):
    """Quân looks after the machine."""
    return person("Ngô Quân", "quan@example.vn", "administrator")
