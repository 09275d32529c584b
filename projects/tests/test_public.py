"""The public lists of projects and enterprises."""

import re
from datetime import date

import pytest

from accounts.models import Consent
from core.models import AdminUnit
from programme import services as programme
from projects.models import Venture


@pytest.fixture
def venture(an, now):
    """A maker of recognised projects, public unless said otherwise."""
    numbers = iter(range(1, 2000))

    def make(title="Cà phê rẫy", *, public=True, owner=an, level="project", **fields):
        made = Venture(
            year=2026,
            number=next(numbers),
            owner=owner,
            level=level,
            status="accepted",
            title=title,
            **fields,
        )
        made.search_text = made.searchable()
        made.save()
        if public:
            Consent.objects.create(
                user=owner, purpose="publish_venture", subject_kind="venture",
                subject_id=made.pk, text="lời", version="1", given_at=now,
            )  # fmt: skip
        return made

    return make


def titles(answer):
    return [row.title for row in answer.context["page"]]


def test_everybody_sees_what_was_agreed_to(client, venture, lan):
    venture("Công khai")
    venture("Kín", public=False)
    venture("Ý tưởng", level="idea")
    assert titles(client.get("/du-an/")) == ["Công khai"]
    client.force_login(lan)
    assert titles(client.get("/du-an/")) == ["Công khai"]


def test_the_owner_and_officials_see_theirs(client, venture, an, binh, khoa):
    venture("Công khai")
    venture("Kín", public=False)
    for person in (an, binh, khoa):
        client.force_login(person)
        assert titles(client.get("/du-an/")) == ["Kín", "Công khai"]


def test_officials_see_whether_it_is_public(client, venture, binh):
    venture(public=False)
    assert "Chưa công bố" not in client.get("/du-an/").content.decode()
    client.force_login(binh)
    assert "Chưa công bố" in client.get("/du-an/").content.decode()


def test_a_pupils_project_waits_for_the_guardian(client, venture, lan):
    lan.birth_date = date(2012, 1, 1)
    lan.save()
    venture(owner=lan)
    assert titles(client.get("/du-an/")) == []


def test_enterprises_have_their_own_list(client, venture):
    venture("Dự án")
    venture("Công ty", level="enterprise")
    assert titles(client.get("/du-an/")) == ["Dự án"]
    assert titles(client.get("/doanh-nghiep/")) == ["Công ty"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Muối", "Cà phê rẫy"]),
        ({"q": "ca phe"}, ["Cà phê rẫy"]),
        ({"q": "CÀ PHÊ"}, ["Cà phê rẫy"]),
        ({"q": "DA-2026-0002"}, ["Muối"]),
        ({"q": "da-2026-2"}, ["Muối"]),
        ({"q": "khong co"}, []),
        ({"q": "%"}, []),
        ({"linh_vuc": "food"}, ["Muối"]),
        ({"linh_vuc": "food", "q": "ca phe"}, []),
        ({"giai_doan": "revenue"}, ["Cà phê rẫy"]),
        ({"linh_vuc": "x", "xa": "y", "giai_doan": "z"}, ["Muối", "Cà phê rẫy"]),
        ({"q": "a\x01b"}, []),
        ({"q": "x" * 5000}, []),
        ({"trang": "-1"}, ["Muối", "Cà phê rẫy"]),
    ],
)
def test_the_filter(client, venture, asked, found):
    venture(stage="revenue", published=["stage"])
    venture("Muối", field="food")
    assert titles(client.get("/du-an/", asked)) == found


def test_a_unit_of_today_holds_those_it_was_made_of(client, venture):
    programme.seed()
    old = AdminUnit.objects.get(name="Phổ Thạnh")
    now = old.today()
    other = AdminUnit.objects.exclude(name=now.name).filter(valid_to__isnull=True).first()
    venture("Cũ", unit=old, published=["unit"])
    venture("Mới", unit=now, published=["unit"])
    venture("Nơi khác", unit=other, published=["unit"])
    venture("Không nói nơi", unit=now)
    assert titles(client.get("/du-an/", {"xa": now.code})) == ["Mới", "Cũ"]
    assert titles(client.get("/du-an/", {"xa": other.code})) == ["Nơi khác"]
    page = client.get("/du-an/").content.decode()
    assert f"nay là {now}" in page


def test_todays_units_are_offered_first_and_former_ones_apart(client, db):
    programme.seed()
    offered = client.get("/du-an/").context["form"].fields["xa"].choices
    *today, (_label, former) = offered
    assert (len(today), len(former)) == (6, 15)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/du-an/", "Chưa có dự án nào được công bố"),
        ("/doanh-nghiep/", "Chưa có doanh nghiệp nào được công bố"),
        ("/du-an/?q=abc", "Không có hồ sơ nào như vậy"),
    ],
)
def test_an_empty_list_says_what_comes_next(client, db, path, says):
    assert says in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/du-an/", "/doanh-nghiep/", "/san-pham/", "/du-an/ban-do/"])
def test_each_public_list_leads_to_the_others(client, db, path):
    (tabs,) = re.findall(r'<nav class="tabs".*?</nav>', client.get(path).content.decode())
    found = re.findall(r'href="([^"]+)"( aria-current="page")?', tabs)
    assert [url for url, _here in found] == [
        "/du-an/",
        "/doanh-nghiep/",
        "/san-pham/",
        "/du-an/ban-do/",
    ]
    assert [url for url, here in found if here] == [path]


def test_a_count_beyond_a_thousand_is_capped(client, an, now):
    made = Venture.objects.bulk_create(
        Venture(year=2026, number=n, owner=an, level="project", status="accepted", title=f"số {n}")
        for n in range(1, 1102)
    )
    Consent.objects.bulk_create(
        Consent(
            user=an, purpose="publish_venture", subject_kind="venture",
            subject_id=venture.pk, text="lời", version="1", given_at=now,
        )
        for venture in made
    )  # fmt: skip
    assert "hơn 1.000" in client.get("/du-an/").content.decode()


def test_htmx_gets_the_rows_alone(client, venture):
    venture()
    part = client.get("/du-an/?q=ca", headers={"HX-Request": "true"})
    assert "Cà phê rẫy" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_hostile_titles_are_words(client, venture):
    venture("<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/du-an/").content.decode()


def test_the_list_costs_the_same(client, venture, django_assert_num_queries):
    programme.seed()
    unit = AdminUnit.objects.get(name="Phổ Thạnh")
    venture(unit=unit)
    client.get("/du-an/")
    with django_assert_num_queries(2):
        client.get("/du-an/")
    venture("B", unit=unit)
    venture("C", unit=unit.successor)
    with django_assert_num_queries(2):
        client.get("/du-an/")


@pytest.mark.parametrize("path", ["/du-an/", "/doanh-nghiep/"])
def test_lists_are_only_read(client, db, path):
    assert client.post(path).status_code == 405
