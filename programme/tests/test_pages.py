"""The programme's pages and the activities': work, refuse, hold invalid asks, cost the same."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile

from core.models import StoredFile
from programme import queries, services
from programme.models import Activity, Clause


@pytest.fixture
def programme(db):
    services.seed()


@pytest.fixture
def held(chi, binh, now):
    """A maker of activities, verified unless said otherwise."""
    numbers = iter(range(1, 100))

    def make(name="Diễn đàn cà phê khởi nghiệp", status="verified", **fields):
        on = fields.pop("happened_on", date(2026, 7, 24))
        proven = {"verified_at": now, "verified_by": binh} if status == "verified" else {}
        activity = Activity(
            year=on.year,
            number=next(numbers),
            kind=fields.pop("kind", "forum"),
            name=name,
            happened_on=on,
            status=status,
            recorded_at=now,
            recorded_by=chi,
            **{"people": 96, "evidence_ref": "Biên bản 05", **proven, **fields},
        )
        activity.search_text = activity.searchable()
        activity.save()
        return activity

    return make


def names(answer):
    return [activity.name for activity in answer.context["page"]]


# -- The programme ------------------------------------------------------------
def test_the_tree_holds_every_clause_once(client, programme):
    page = client.get("/chuong-trinh/").content.decode()
    addresses = [c.get_absolute_url() for c in Clause.objects.filter(parent__isnull=False)]
    assert {a: page.count(f'href="{a}"') for a in addresses} == dict.fromkeys(addresses, 1)
    assert "Quan điểm, mục tiêu, chỉ tiêu" in page


def test_the_tree_before_anything_is_loaded(client, db):
    assert "Chương trình chưa được nạp" in client.get("/chuong-trinh/").content.decode()


def test_the_tree_is_one_statement(programme, django_assert_num_queries):
    with django_assert_num_queries(1):
        roots = queries.tree()
    assert [node.clause.code for node in roots] == ["I", "II", "III", "IV"]


def test_every_clause_has_a_page_in_its_own_words(client, programme):
    for found in Clause.objects.all():
        answer = client.get(f"/chuong-trinh/{found.code}/")
        assert answer.status_code == 200
        assert answer.context["clause"] == found


def test_a_clause_knows_what_it_stands_under(client, programme):
    context = client.get("/chuong-trinh/II.3.1.1/").context
    assert [url for _name, url in context["path"]] == [
        f"/chuong-trinh/{code}/" for code in ("II", "II.3", "II.3.1")
    ]


@pytest.mark.parametrize(
    ("code", "figures"),
    [
        ("II.3.1.1", [("projects_supported", "2022-2025")]),
        ("II.3.2.2", [("enterprises_formed", "2026-2030")]),
        ("III.3.1", [("clubs_formed", "2022-2030")]),
        ("III.1.2", [
            ("forums_held", "2026-2030"), ("forums_held", "2022-2025"),
            ("people_reached", "2026-2030"), ("people_reached", "2022-2025"),
        ]),
        ("III.5.4", []),
    ],
)  # fmt: skip
def test_a_clause_leads_to_its_figures(client, programme, code, figures):
    answer = client.get(f"/chuong-trinh/{code}/")
    assert [(f.indicator.code, f.phase.code) for f in answer.context["followed"]] == figures
    for indicator, phase in figures:
        assert client.get(f"/tien-do/{indicator}/{phase}/").status_code == 200


def test_the_footnote_goes_with_its_clause(client, programme):
    assert "Gậy thông minh" in client.get("/chuong-trinh/I.1/").content.decode()


@pytest.mark.parametrize(
    "code", ["V", "III.9", "iii.1", "III.1.2.", "' OR 1=1", "%2e%2e", "x" * 500]
)
def test_an_unknown_clause_is_not_found(client, programme, code):
    assert client.get(f"/chuong-trinh/{code}/").status_code == 404


@pytest.mark.parametrize("path", ["/chuong-trinh/", "/chuong-trinh/I/", "/hoat-dong/"])
def test_pages_are_only_read(client, programme, path):
    assert client.post(path).status_code == 405


# -- The list of activities ---------------------------------------------------
def test_the_public_sees_what_is_verified(client, held):
    shown = held()
    held("Chưa xác nhận", status="recorded")
    answer = client.get("/hoat-dong/")
    assert names(answer) == [shown.name]
    assert "Tình trạng" not in answer.content.decode()


def test_officials_see_all_with_their_status(client, held, binh):
    held()
    held("Chưa xác nhận", status="recorded", happened_on=date(2026, 8, 1))
    client.force_login(binh)
    answer = client.get("/hoat-dong/")
    assert names(answer) == ["Chưa xác nhận", "Diễn đàn cà phê khởi nghiệp"]
    assert "Chờ xác nhận" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["b", "a"]),
        ("?loai=forum", ["a"]),
        ("?nam=2025", ["b"]),
        ("?loai=forum&nam=2025", []),
        ("?q=b", ["b"]),
        ("?q=toa%20dam", ["b"]),
        ("?q=HD-2024-0001", ["a"]),
        ("?q=hd-2024-1", ["a"]),
        ("?q=DA-2024-0001", []),
        ("?q=khong-co", []),
        ("?loai=x&nam=abc", ["b", "a"]),
        ("?nam=99999999999999999999", ["b", "a"]),
        ("?q=%25", []),
        ("?trang=99", ["b", "a"]),
        ("?trang=x", ["b", "a"]),
    ],
)
def test_the_filter(client, held, asked, found):
    held("a", happened_on=date(2024, 5, 1))
    held("b", kind="talk", happened_on=date(2025, 5, 1))
    assert names(client.get(f"/hoat-dong/{asked}")) == found


def test_the_filter_is_folded(client, held):
    held()
    assert len(names(client.get("/hoat-dong/?q=CA PHE"))) == 1
    assert len(names(client.get("/hoat-dong/?q=Cà phê"))) == 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [("", "Chưa có hoạt động nào được ghi"), ("?q=abc", "Không có hoạt động nào như vậy")],
)
def test_an_empty_list_says_what_comes_next(client, db, asked, says):
    assert says in client.get(f"/hoat-dong/{asked}").content.decode()


def test_pages_of_twenty_five_newest_first_in_a_stable_order(client, held):
    for n in range(30):
        held(f"số {n}")
    first, second = (names(client.get(f"/hoat-dong/?trang={n}")) for n in (1, 2))
    assert first + second == [f"số {n}" for n in reversed(range(30))]
    assert len(first) == 25


def test_htmx_gets_the_rows_alone(client, held):
    held()
    part = client.get("/hoat-dong/?q=dien", headers={"HX-Request": "true"})
    assert "Diễn đàn cà phê" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_the_list_costs_the_same(client, held, django_assert_num_queries):
    held()
    client.get("/hoat-dong/")  # the frame's own half-minute memory
    with django_assert_num_queries(2):
        client.get("/hoat-dong/")
    for n in range(3):
        held(f"số {n}", happened_on=date(2026, 1, 1) + timedelta(n))
    with django_assert_num_queries(2):
        client.get("/hoat-dong/")


# -- One activity -------------------------------------------------------------
def test_the_page_of_an_activity(client, held):
    activity = held(women=51, pupils=0)
    answer = client.get(activity.get_absolute_url())
    page = answer.content.decode()
    assert activity.get_absolute_url() == "/hoat-dong/HD-2026-0001/"
    assert [value for _name, value in answer.context["numbers"]] == [51, 0, None, None, None, None]
    assert "Biên bản 05" in page
    assert "Chờ xác nhận" not in page


@pytest.mark.parametrize(
    "code", ["HD-2026-0099", "DA-2026-0001", "HD-2026-00010000000", "x", "HD-1-1"]
)
def test_an_unknown_activity_is_not_found(client, held, code):
    held()
    assert client.get(f"/hoat-dong/{code}/").status_code == 404


def test_a_code_written_otherwise_leads_to_the_page(client, held):
    held()
    assert client.get("/hoat-dong/hd-2026-1/")["Location"] == "/hoat-dong/HD-2026-0001/"


@pytest.mark.parametrize("status", ["recorded", "returned"])
def test_what_is_not_verified_is_not_there_for_the_public(client, held, lan, chi, status):
    path = held(status=status).get_absolute_url()
    assert client.get(path).status_code == 404
    client.force_login(lan)
    assert client.get(path).status_code == 404
    client.force_login(chi)
    assert client.get(path).status_code == 200


def test_the_file_is_for_officials(client, held, chi, now):
    stored = StoredFile(
        name="danh-sach.pdf", content_type_name="application/pdf", size=1, sha256="0"
    )
    stored.uploaded_by = chi
    stored.file.save("x.pdf", ContentFile(b"x"))
    path = held(evidence=stored).get_absolute_url()
    assert "danh-sach.pdf" not in client.get(path).content.decode()
    client.force_login(chi)
    assert f'href="{stored.get_absolute_url()}"' in client.get(path).content.decode()
