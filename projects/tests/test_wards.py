"""The tile map of wards: the numbers are those of the lists behind the tiles."""

import re
from datetime import date

import pytest

from core.models import AdminUnit
from programme.services import units
from projects.models import Venture
from projects.tests.desk_cast import consent, project
from projects.wards import PLACES, wards

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def town(an, ha, binh, now):
    units()

    def unit(name, year):
        return AdminUnit.objects.get(name=name, valid_from__year=year)

    for title, place, public in (
        ("Cá", unit("Sa Huỳnh", 2025), True),
        ("Muối", unit("Phổ Thạnh", 2020), True),
        ("Kín", unit("Phổ Thạnh", 2020), False),
        ("Ở đâu", None, True),
    ):
        venture = project(an, binh, now, title=title, unit=place)
        if public:
            consent(an, venture, "publish_venture", at=now)
            Venture.objects.filter(pk=venture.pk).update(published=["unit"])
    AdminUnit.objects.filter(code="21034").delete()  # the cast's own ward


def test_each_of_the_fifteen_and_the_five_has_a_tile_of_its_own(town):
    for year, number in ((2020, 15), (2025, 5)):
        keys = {
            (u.code, u.valid_from.year) for u in AdminUnit.objects.filter(valid_from__year=year)
        }
        assert keys == {key for key in PLACES if key[1] == year}
        assert len({PLACES[key] for key in keys}) == number


@pytest.mark.parametrize("who", [None, "an", "lan", "binh"])
@pytest.mark.parametrize("asked", ["", "?don-vi=cu"])
def test_a_tile_says_what_its_list_holds(client, request, town, who, asked):
    if who:
        client.force_login(request.getfixturevalue(who))
    page = client.get(f"/du-an/ban-do/{asked}")
    told = page.context["wards"]
    assert len(told.tiles) == (15 if asked else 5)
    for tile in told.tiles:
        rows = list(client.get(f"/du-an/?xa={tile.code}").context["page"])
        assert len(rows) == tile.projects
    assert told.projects == len(client.get("/du-an/").context["page"])
    assert told.projects == sum(t.projects for t in told.tiles) + told.elsewhere[0]


def test_the_public_counts_what_is_public(client, town):
    def counted(asked):
        told = client.get(f"/du-an/ban-do/{asked}").context["wards"]
        return {t.unit.name: t.projects for t in told.tiles if t.projects}, told.elsewhere

    assert counted("") == ({"Sa Huỳnh": 2}, (1, 0))
    assert counted("?don-vi=cu") == ({"Phổ Thạnh": 1}, (2, 0))


def test_each_tile_has_a_name_a_number_and_a_link(client, town):
    page = client.get("/du-an/ban-do/?don-vi=cu").content.decode()
    assert len(re.findall(r'<li class="ward ', page)) == 15
    assert '<a href="/du-an/?xa=21478-2020"><b>Phổ Thạnh</b>' in page
    assert "Vị trí ô chỉ là tương đối" in page


def test_the_map_costs_two_statements_whatever_it_counts(town, lan, django_assert_num_queries):
    assert lan.roles == frozenset()
    with django_assert_num_queries(2):
        wards(lan, TODAY, former=False)


def test_without_units_the_page_still_answers(client):
    assert client.get("/du-an/ban-do/").status_code == 200
