"""Who can help: clubs whose founding is verified, for everybody."""

from datetime import date

import pytest

from core.text import fold
from programme import services
from support_orgs.models import ClubFounding, Organisation


@pytest.fixture
def club(chi, binh, now):
    """A maker of clubs, founded and verified unless said otherwise."""
    numbers = iter(range(1, 100))

    def make(name="Câu lạc bộ Sóng Xanh", *, verified=True, kind="club", **fields):
        made = Organisation.objects.create(
            code=f"CLB-2026-{next(numbers):04d}",
            kind=kind,
            name=name,
            host="Đoàn phường",
            search_text=fold(name, "Đoàn phường"),
            **fields,
        )
        proven = {"status": "verified", "verified_at": now, "verified_by": binh} if verified else {}
        ClubFounding.objects.create(
            organisation=made,
            happened_on=date(2026, 3, 26),
            recorded_at=now,
            recorded_by=chi,
            evidence_ref="QĐ 12/QĐ-UBND",
            **proven,
        )
        return made

    return make


def names(answer):
    return [row.name for row in answer.context["page"]]


def test_the_first_page_counts_and_links(client, club):
    services.seed()
    club()
    club("Chưa xác nhận", verified=False)
    answer = client.get("/ho-tro/")
    assert (answer.context["clubs"], answer.context["others"]) == (1, 0)
    for path in ("/ho-tro/cau-lac-bo/", "/ho-tro/to-chuc/", "/chuong-trinh/III.5/"):
        assert f'href="{path}"' in answer.content.decode()
        assert client.get(path).status_code == 200


def test_what_is_not_built_is_not_linked(client, db):
    page = client.get("/ho-tro/").content.decode()
    assert "/ho-tro/chuyen-gia/" not in page
    assert "/ho-tro/nha-dau-tu/" not in page


def test_clubs_by_name(client, club):
    club("B")
    club("A")
    club("C", verified=False)
    club("Vườn ươm", kind="organisation")
    assert names(client.get("/ho-tro/cau-lac-bo/")) == ["A", "B"]
    assert names(client.get("/ho-tro/to-chuc/")) == ["Vườn ươm"]


def test_officials_see_those_not_verified(client, club, binh):
    club("C", verified=False)
    client.force_login(binh)
    assert names(client.get("/ho-tro/cau-lac-bo/")) == ["C"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("song xanh", 1),
        ("DOAN phuong", 1),
        ("clb-2026-0001", 1),
        ("khác", 0),
        ("%", 0),
        ("' OR 1=1 --", 0),
        ("x" * 3000, 0),
    ],
)
def test_search(client, club, asked, found):
    club()
    assert len(names(client.get("/ho-tro/cau-lac-bo/", {"q": asked}))) == found


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/ho-tro/cau-lac-bo/", "Chưa có câu lạc bộ nào"),
        ("/ho-tro/to-chuc/", "Chưa có tổ chức nào"),
        ("/ho-tro/to-chuc/?q=abc", "Không tìm thấy tên nào như vậy"),
    ],
)
def test_an_empty_list_says_what_comes_next(client, db, path, says):
    assert says in client.get(path).content.decode()


def test_the_list_costs_the_same(client, club, django_assert_num_queries):
    club()
    client.get("/ho-tro/cau-lac-bo/")
    with django_assert_num_queries(1):
        client.get("/ho-tro/cau-lac-bo/")
    club("D")
    club("E")
    with django_assert_num_queries(1):
        client.get("/ho-tro/cau-lac-bo/")


def test_htmx_gets_the_rows_alone(client, club):
    club()
    part = client.get("/ho-tro/cau-lac-bo/", headers={"HX-Request": "true"}).content.decode()
    assert "Sóng Xanh" in part
    assert "<html" not in part


def test_the_page_of_a_club(client, club):
    page = client.get(club(about="Gặp nhau tối thứ Năm.").get_absolute_url()).content.decode()
    assert "QĐ 12/QĐ-UBND" in page
    assert "Gặp nhau tối thứ Năm." in page


@pytest.mark.parametrize("code", ["CLB-2026-0099", "x", "12", "x" * 400])
def test_an_unknown_club_is_not_found(client, club, code):
    club()
    assert client.get(f"/ho-tro/{code}/").status_code == 404


def test_a_club_not_verified_is_there_for_officials_only(client, club, lan, binh):
    path = club(verified=False).get_absolute_url()
    assert client.get(path).status_code == 404
    client.force_login(lan)
    assert client.get(path).status_code == 404
    client.force_login(binh)
    assert "QĐ 12" not in client.get(path).content.decode()


def test_the_back_room_keeps_the_search_text(client, quan, club):
    made = club()
    client.force_login(quan)
    told = {"kind": "club", "name": "Tên mới", "host": "Đoàn xã", "about": ""}
    answer = client.post(f"/quan-tri/support_orgs/organisation/{made.pk}/change/", told)
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.code, made.search_text) == ("CLB-2026-0001", "ten moi doan xa")
