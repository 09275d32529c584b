from datetime import date

import pytest

from accounts.models import Agency
from core.models import AdminUnit, Configuration, Holiday
from programme import services
from programme.models import Clause, Indicator, Phase, Target
from reports.indicators import TABLE

pytestmark = pytest.mark.django_db
COUNTED = (AdminUnit, Holiday, Configuration, Agency, Clause, Indicator, Phase, Target)


@pytest.fixture(autouse=True)
def _seeded(db):
    services.seed()


def test_the_targets_are_those_of_the_programme():
    assert sorted(Target.objects.values_list("indicator__code", "phase__code", "low", "high")) == [
        ("clubs_formed", "2022-2030", 1, None),
        ("enterprises_formed", "2022-2025", 1, 3),
        ("enterprises_formed", "2026-2030", 1, 3),
        ("projects_supported", "2022-2025", 2, 4),
        ("projects_supported", "2026-2030", 2, 5),
    ]


def test_every_indicator_that_is_measured_is_in_the_dictionary():
    assert set(Indicator.objects.values_list("code", flat=True)) == set(TABLE)


def test_seeding_again_adds_nothing_and_keeps_what_the_town_changed():
    Indicator.objects.filter(code="clubs_formed").update(name="Câu lạc bộ")
    before = [model.objects.count() for model in COUNTED]
    added = services.seed()
    assert set(added.values()) == {0}
    assert [model.objects.count() for model in COUNTED] == before
    assert Indicator.objects.get(code="clubs_formed").name == "Câu lạc bộ"


def test_old_units_lead_to_those_of_today():
    old = AdminUnit.objects.get(name="Phổ Thạnh")
    assert str(old.today()) == "phường Sa Huỳnh"
    assert AdminUnit.objects.on(date(2026, 1, 1)).count() == 5
    assert AdminUnit.objects.on(date(2024, 1, 1)).count() == 15
    ward = AdminUnit.objects.get(name="Nguyễn Nghiêm", kind="phuong")
    commune = AdminUnit.objects.get(name="Nguyễn Nghiêm", kind="xa")
    assert ward.today() != commune


def test_lunar_new_year_is_a_holiday():
    assert Holiday.objects.filter(day=date(2026, 2, 17)).exists()


def test_clauses_are_a_tree_in_the_words_of_the_text():
    clause = Clause.objects.get(code="III.3.1")
    assert clause.parent.code == "III.3"
    assert clause.text.startswith("Hình thành ít nhất một câu lạc bộ KNĐMST")


def test_phases_meet_without_overlap():
    first, second = Phase.objects.filter(is_whole=False).order_by("start")
    assert first.period.end == second.period.start == date(2026, 1, 1)
