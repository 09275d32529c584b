"""Home, search and data protection, as everybody sees them."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Consent
from contests.models import Award
from core.context import portal
from ducpho_portal import search
from programme import services as programme
from programme.models import Activity
from projects.models import Venture
from support_orgs.models import ClubFounding, Organisation


@pytest.fixture
def seeded(db):
    programme.seed()


@pytest.fixture
def activity(chi, binh, now):
    numbers = iter(range(1, 100))

    def make(name="Tọa đàm cà phê", status="verified"):
        made = Activity(
            year=2026, number=next(numbers), kind="talk", name=name, people=54,
            happened_on=date(2026, 10, 16), status=status, recorded_at=now, recorded_by=chi,
            **({"verified_at": now, "verified_by": binh} if status == "verified" else {}),
        )  # fmt: skip
        made.search_text = made.searchable()
        made.save()
        return made

    return make


@pytest.fixture
def venture(an, now):
    numbers = iter(range(1, 100))

    def make(title="Cà phê rẫy", *, public=True, **fields):
        made = Venture(
            owner=an, title=title,
            **{"year": 2026, "number": next(numbers), "level": "project", "status": "accepted"}
            | fields,
        )  # fmt: skip
        made.search_text = made.searchable()
        made.save()
        if public:
            Consent.objects.create(
                user=an, purpose="publish_venture", subject_kind="venture",
                subject_id=made.pk, text="lời", version="1", given_at=now,
            )  # fmt: skip
        return made

    return make


@pytest.fixture
def club(chi, binh, now):
    made = Organisation.objects.create(
        code="CLB-2026-0001", name="Câu lạc bộ cà phê", search_text="cau lac bo ca phe"
    )
    ClubFounding.objects.create(
        organisation=made, happened_on=date(2026, 3, 26), status="verified",
        recorded_at=now, recorded_by=chi, verified_at=now, verified_by=binh,
    )  # fmt: skip
    return made


# -- Home ---------------------------------------------------------------------
def test_home_before_anything_is_loaded(client, db):
    page = client.get("/").content.decode()
    assert f'href="{reverse("projects:idea_new")}"' in page
    assert 'href="/ho-tro/"' in page
    assert "Chưa có hoạt động nào được ghi" in page
    assert "Bốn sản phẩm" not in page


def test_home_shows_the_running_phase_and_the_whole(client, seeded):
    page = client.get("/").content.decode()
    assert page.count('<div class="target">') == 3
    assert "/tien-do/projects_supported/2026-2030/" in page
    assert "/tien-do/clubs_formed/2022-2030/" in page
    assert "/tien-do/projects_supported/2022-2025/" not in page


def test_home_tells_what_was_verified_and_won(client, seeded, activity):
    activity()
    activity("Chưa xác nhận", status="recorded")
    Award.objects.create(
        year=2021, contest="Sáng tạo trẻ", level="cấp tỉnh", entry="Tủ quần áo thông minh",
        prize="Giải ba", holder="Trường", source="Chú thích 1",
    )  # fmt: skip
    page = client.get("/").content.decode()
    assert "Tọa đàm cà phê" in page
    assert "Chưa xác nhận" not in page
    assert "Tủ quần áo thông minh" in page


def test_home_asks_eight_times_at_most_and_then_not_at_all(
    client, seeded, activity, django_assert_num_queries
):
    for n in range(3):
        activity(f"số {n}")
    frame = portal(None)["portal"]
    assert (frame.name, frame.demo) == ("Cổng khởi nghiệp đổi mới sáng tạo Đức Phổ", False)
    with django_assert_num_queries(8):
        client.get("/")
    with django_assert_num_queries(0):
        client.get("/")


def test_what_home_keeps_is_kept_by_language(client, seeded):
    assert "Hoạt động gần đây" in client.get("/").content.decode()
    client.cookies["ngon_ngu"] = "en"
    assert client.get("/")["Content-Language"] == "en"
    client.cookies["ngon_ngu"] = "vi"
    assert "Hoạt động gần đây" in client.get("/").content.decode()


def test_who_is_signed_in_sees_the_newest(client, seeded, activity, lan):
    client.get("/")
    activity()
    assert "Tọa đàm cà phê" not in client.get("/").content.decode()
    client.force_login(lan)
    assert "Tọa đàm cà phê" in client.get("/").content.decode()
    cache.clear()
    client.logout()
    assert "Tọa đàm cà phê" in client.get("/").content.decode()


# -- Search -------------------------------------------------------------------
def groups(answer):
    return {one.group.key: [hit.title for hit in one.hits] for one in answer.context["found"]}


def test_search_finds_in_every_group(client, seeded, venture, activity, club):
    venture()
    activity()
    assert groups(client.get("/tim-kiem/?q=ca phe")) == {
        "du-an": ["Cà phê rẫy"],
        "hoat-dong": ["Tọa đàm cà phê"],
        "ho-tro": ["Câu lạc bộ cà phê"],
        "chuong-trinh": ["Kết quả đạt được"],  # "các … phê duyệt": each word anywhere
    }
    assert groups(client.get("/tim-kiem/?q=cau lac bo KNDMST")) == {
        "chuong-trinh": ["Hình thành ít nhất một câu lạc bộ KNĐMST"]
    }


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("DA-2026-0001", {"du-an": ["Cà phê rẫy"]}),
        ("yt-2026-1", {"du-an": ["Cà phê rẫy"]}),
        ("HD-2026-0001", {"hoat-dong": ["Tọa đàm cà phê"]}),
        ("CLB-2026-0001", {"ho-tro": ["Câu lạc bộ cà phê"]}),
        ("DA-2026-0099", {}),
    ],
)
def test_a_code_finds_its_row(client, venture, activity, club, code, found):
    venture()
    activity()
    assert groups(client.get("/tim-kiem/", {"q": code})) == found


def test_search_tells_nobody_what_they_may_not_see(client, venture, activity, an, lan, binh):
    venture("Cà phê kín", public=False)
    venture("Cà phê nháp", public=False, level="idea", status="draft", number=None, year=None)
    activity("Cà phê chưa xác nhận", status="recorded")
    seen = {}
    for name, person in {"": None, "lan": lan, "an": an, "binh": binh}.items():
        client.logout()
        if person:
            client.force_login(person)
        seen[name] = groups(client.get("/tim-kiem/?q=ca phe"))
    assert seen == {
        "": {},
        "lan": {},
        "an": {"du-an": ["Cà phê nháp", "Cà phê kín"]},
        "binh": {"du-an": ["Cà phê kín"], "hoat-dong": ["Cà phê chưa xác nhận"]},
    }


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("", "Tìm trong dự án"),
        ("   ", "Tìm trong dự án"),
        ("a", "Gõ ít nhất 2 chữ cái hoặc chữ số."),
        ("%%%", "Gõ ít nhất 2 chữ cái hoặc chữ số."),
        ("khongthayduoc", "Không tìm thấy “khongthayduoc”"),
    ],
)
def test_search_answers_in_a_sentence(client, seeded, asked, says):
    assert says in client.get("/tim-kiem/", {"q": asked}).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        "' OR 1=1 --", "<script>alert(1)</script>", "a\x00b", "\ud800ab", "%_\\%", "x" * 20_000,
        "ab " * 5000, "{{ 7*7 }}", "́́ab", "DA-2026-999999", "DA-9999-0001",
    ],
)  # fmt: skip
def test_hostile_input_is_only_text(client, venture, asked):
    venture()
    typed = asked.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = client.get("/tim-kiem/", {"q": typed})
    assert answer.status_code in ({400} if "\x00" in asked else {200})
    assert "<script>alert" not in answer.content.decode()
    assert "<h1" in answer.content.decode()  # a refusal is a page too
    if answer.status_code == 200:
        assert answer.context.get("found", []) == []


def test_ten_of_a_group_then_its_own_pages(client, venture):
    for n in range(30):
        venture(f"Cà phê {n}")
    first = client.get("/tim-kiem/?q=ca phe")
    assert [len(one.hits) for one in first.context["found"]] == [search.SHOWN]
    assert "?q=ca+phe&amp;nhom=du-an" in first.content.decode()
    pages = [client.get(f"/tim-kiem/?q=ca phe&nhom=du-an&trang={n}") for n in (1, 2)]
    found = [hit.title for answer in pages for hit in answer.context["hits"]]
    assert found == [f"Cà phê {n}" for n in reversed(range(30))]


def test_an_unknown_group_is_all_groups(client, venture):
    venture()
    assert groups(client.get("/tim-kiem/?q=ca phe&nhom=x")) == {"du-an": ["Cà phê rẫy"]}


def test_search_costs_the_same(client, seeded, venture, activity, django_assert_num_queries):
    venture()
    activity()
    client.get("/tim-kiem/?q=ca phe")
    with django_assert_num_queries(6):
        client.get("/tim-kiem/?q=ca phe")
    for n in range(2):
        venture(f"Cà phê {n}")
        activity(f"Cà phê {n}")
    with django_assert_num_queries(6):
        client.get("/tim-kiem/?q=ca phe")


# -- Data protection ----------------------------------------------------------
def test_the_page_on_data_tells_the_terms(client, seeded):
    page = client.get("/bao-ve-du-lieu/").content.decode()
    for term in ("2 ngày làm việc", "10 ngày", "15 ngày", "20 ngày", "72 giờ"):
        assert term in page
    assert f'href="{reverse("accounts:profile")}"' in page


@pytest.mark.parametrize("path", ["/", "/tim-kiem/", "/bao-ve-du-lieu/"])
def test_pages_are_only_read(client, seeded, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/", "/tim-kiem/?q=cau lac bo",
        "/bao-ve-du-lieu/", "/chuong-trinh/",
        "/chuong-trinh/III.1/",
        "/hoat-dong/", "/ho-tro/", "/ho-tro/cau-lac-bo/", "/ho-tro/to-chuc/", "/cuoc-thi/",
        "/du-an/", "/doanh-nghiep/",
    ],
)  # fmt: skip
def test_every_link_of_a_public_page_leads_somewhere(client, seeded, path):
    page = client.get(path).content.decode()
    links = {part.split('"')[0] for part in page.split('href="')[1:]}
    own = {link.replace("&amp;", "&") for link in links if link.startswith("/")}
    broken = {link for link in own - {"/static/"} if not link.startswith("/static/")
              and client.get(link).status_code == 404}  # fmt: skip
    assert broken == set()
