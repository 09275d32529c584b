"""Products and where they are sold: public by two yeses, edited by few, found by many."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Consent
from core.models import Event
from core.words import Refused
from ducpho_portal import search
from projects import marketplaces, products
from projects.forms.products import host_of
from projects.models import Listing, Marketplace, Product
from projects.tests.desk_cast import consent, idea, picture, project
from projects.tests.market_cast import certificate, product
from projects.workflow import LISTINGS

CAST = ("an", "binh", "chi", "em", "dung", "giang", "ha", "khoa", "lan", "quan")
STAFF = {"binh", "chi", "em", "dung", "khoa"}
OFFICIALS = {"binh", "chi", "em"}


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def venture(an, em, now):
    return project(an, em, now)


@pytest.fixture
def tiki(db):
    return Marketplace.objects.create(code="tiki", name="Tiki", host="tiki.vn")


@pytest.fixture
def listing(venture, an, now, tiki):
    made = product(venture, an, now)
    return products.put_on(made, {"marketplace": tiki, "url": "", "since": None}, by=an, at=now)


def text(answer):
    return answer.content.decode()


def filled(**fields):
    return {
        "name": "Muối ớt",
        "about": "Muối trộn ớt.",
        "unit": "hũ",
        "since": "2026-01-05",
        "on_sale": "on",
        "sending": "một",
    } | fields


# -- Who sees it ----------------------------------------------------------------
@pytest.mark.parametrize("ticked", [True, False])
@pytest.mark.parametrize("venture_is_public", [True, False])
def test_rows_and_permission_agree_on_who_sees_a_product(
    request, venture, an, now, ticked, venture_is_public
):
    made = product(venture, an, now, published=ticked)
    if venture_is_public:
        consent(an, venture, "publish_venture", at=now)
    by_rows = {
        name
        for name in CAST
        if Product.objects.visible_to(request.getfixturevalue(name)).filter(pk=made.pk).exists()
    }
    by_rule = {
        name
        for name in CAST
        if not request.getfixturevalue(name).why_not(
            "product.view", Product.objects.get(pk=made.pk)
        )
    }
    everybody = ticked and venture_is_public
    assert by_rows == by_rule == (set(CAST) if everybody else STAFF | {"an"})


@pytest.mark.parametrize("ticked", [True, False])
def test_a_visitor_reads_what_was_agreed_to_twice(client, venture, an, now, ticked):
    consent(an, venture, "publish_venture", at=now)
    made = product(venture, an, now, published=ticked)
    assert client.get(made.get_absolute_url()).status_code == (200 if ticked else 404)
    listed = [row.pk for row in client.get("/san-pham/").context["page"]]
    assert listed == ([made.pk] if ticked else [])
    assert ("Muối ớt rong biển" in text(client.get(venture.get_absolute_url()))) is ticked


def test_withdrawing_the_ventures_consent_hides_its_products(client, venture, an, now):
    consent(an, venture, "publish_venture", at=now)
    made = product(venture, an, now, published=True)
    Consent.objects.update(withdrawn_at=now)
    assert client.get(made.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("code", ["SP-2026-9999", "DA-2026-0001", "x", "SP-2026-0"])
def test_a_code_that_is_none_is_not_there(client, db, code):
    assert client.get(f"/san-pham/{code}/").status_code == 404


# -- Writing it -----------------------------------------------------------------
def test_a_founder_writes_a_product_down_and_publishes_it(client, venture, an):
    client.force_login(an)
    answer = client.post(f"/du-an/{venture.code}/san-pham/moi/", filled(published="on"))
    made = Product.objects.get()
    assert answer.url == made.get_absolute_url() == f"/san-pham/{made.code}/"
    assert made.code.startswith("SP-")
    assert made.search_text == "muoi ot muoi tron ot."
    assert made.published_at is not None
    assert Event.objects.about(made).get().kind == "product.record"
    client.post(f"/san-pham/{made.code}/sua/", filled())  # the tick taken away
    made.refresh_from_db()
    assert made.published_at is None


def test_an_official_writes_it_down_but_does_not_publish_it(client, venture, binh):
    client.force_login(binh)
    page = client.get(f"/du-an/{venture.code}/san-pham/moi/")
    assert "published" not in page.context["form"].fields
    client.post(f"/du-an/{venture.code}/san-pham/moi/", filled(published="on"))
    assert Product.objects.get().published_at is None


def test_an_officials_edit_leaves_the_owners_tick(client, venture, an, binh, now):
    made = product(venture, an, now, published=True)
    client.force_login(binh)
    client.post(f"/san-pham/{made.code}/sua/", filled(name="Tên đúng"))
    made.refresh_from_db()
    assert (made.name, made.published_at) == ("Tên đúng", now)
    assert Event.objects.about(made).latest("pk").data["before"]["name"] == "Muối ớt rong biển"


def test_a_second_press_is_one_product(client, venture, an):
    client.force_login(an)
    url = f"/du-an/{venture.code}/san-pham/moi/"
    first, again = (client.post(url, filled()) for _n in range(2))
    assert first.url == again.url
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Bạn chưa điền ô này."),
        ({"about": "x" * 601}, "Ô này dài quá."),
        ({"since": "2099-01-01"}, "Ngày này muộn quá."),
        ({"name": "a\0b"}, "Ô này có ký tự lạ."),
    ],
)
def test_a_product_that_is_not_right_is_shown_again(client, venture, an, fields, words):
    client.force_login(an)
    answer = client.post(f"/du-an/{venture.code}/san-pham/moi/", filled(**fields))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Product.objects.exists()


def test_an_idea_has_no_products_yet(client, an, now):
    early = idea(an, now)
    client.force_login(an)
    answer = client.post(f"/du-an/{early.code}/san-pham/moi/", filled())
    assert answer.status_code == 302
    with pytest.raises(Refused, match="đã thành dự án"):
        product(early, an, now)


def test_who_writes_products_down(client, request, venture, an, now):
    consent(an, venture, "publish_venture", at=now)
    made = product(venture, an, now, published=True)
    for name in CAST:
        client.force_login(request.getfixturevalue(name))
        expected = 200 if name in OFFICIALS | {"an"} else 403
        for url in (f"/du-an/{venture.code}/san-pham/moi/", f"/san-pham/{made.code}/sua/",
                    f"/san-pham/{made.code}/cho-ban/moi/"):  # fmt: skip
            assert client.get(url).status_code == expected, (name, url)


def test_the_picture_is_read_by_those_who_see_the_product(client, venture, an, lan, now):
    consent(an, venture, "publish_venture", at=now)
    client.force_login(an)
    client.post(f"/du-an/{venture.code}/san-pham/moi/", filled(picture=picture("hu.png")))
    made = Product.objects.get()
    client.force_login(lan)
    assert client.get(made.picture.get_absolute_url()).status_code == 404
    Product.objects.update(published_at=now)
    answer = client.get(made.picture.get_absolute_url())
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert f'src="{made.picture.get_absolute_url()}?xem=1"' in text(
        client.get(made.get_absolute_url())
    )


# -- Finding it -----------------------------------------------------------------
@pytest.fixture
def shelf(venture, an, binh, chi, now):
    consent(an, venture, "publish_venture", at=now)
    salt = product(venture, an, now, published=True)
    product(venture, an, now, published=True, name="Nước chấm", about="Vị biển.", on_sale=False)
    product(venture, an, now, name="Kín", about="Chưa công bố.")
    certificate(venture, binh, now, product=salt, verified_by=chi)
    return venture


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Nước chấm", "Muối ớt rong biển"]),
        ({"q": "RONG BIEN"}, ["Muối ớt rong biển"]),
        ({"q": "bien"}, ["Nước chấm", "Muối ớt rong biển"]),
        ({"q": "kin"}, []),
        ({"q": "%"}, []),
        ({"q": "DA-2026-0001"}, []),
        ({"loc": "dang-ban"}, ["Muối ớt rong biển"]),
        ({"loc": "chung-nhan"}, ["Muối ớt rong biển"]),
        ({"linh_vuc": "food", "loc": "dang-ban", "q": "muoi"}, ["Muối ớt rong biển"]),
        ({"linh_vuc": "craft"}, []),
        ({"loc": "x", "linh_vuc": "y", "trang": "-1"}, ["Nước chấm", "Muối ớt rong biển"]),
        ({"q": "x" * 5000}, []),
    ],
)
def test_the_filter(client, shelf, asked, found):
    assert [row.name for row in client.get("/san-pham/", asked).context["page"]] == found


def test_a_code_finds_its_product(client, shelf):
    made = Product.objects.get(name="Nước chấm")
    rows = client.get("/san-pham/", {"q": made.code.lower()}).context["page"]
    assert [row.pk for row in rows] == [made.pk]


def test_the_one_search_finds_products_that_the_reader_sees(shelf, an, lan, now):
    def found(user, words):
        return [h.title for g in search.everywhere(user, words, now.date())
                if g.group.key == "san-pham" for h in g.hits]  # fmt: skip

    assert found(lan, "muoi ot") == ["Muối ớt rong biển"]
    assert found(lan, "kin") == []
    assert found(an, "kin") == ["Kín"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same(client, venture, an, now, rows, django_assert_num_queries):
    consent(an, venture, "publish_venture", at=now)
    for n in range(rows):
        product(venture, an, now, published=True, name=f"Hàng {n}")
    client.get("/san-pham/")
    with django_assert_num_queries(1):
        assert len(client.get("/san-pham/").context["page"].object_list) == rows


# -- Marketplaces ---------------------------------------------------------------
def test_the_programmes_seed_sows_marketplaces_once(db, capsys):
    call_command("seed_programme")
    assert f"{len(marketplaces.FIRST)} sàn thương mại điện tử" in capsys.readouterr().out
    Marketplace.objects.filter(code="tiki").update(name="Tiki mới", is_open=False)
    call_command("seed_programme")
    assert Marketplace.objects.count() == len(marketplaces.FIRST)
    assert Marketplace.objects.get(code="tiki").name == "Tiki mới"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://tiki.vn/muoi-p1.html", "tiki.vn"),
        ("https://Shop.TIKI.vn/x", "shop.tiki.vn"),
        ("http://tiki.vn/x", ""),
        ("javascript:alert(1)", ""),
        ("https://tiki.vn@evil.vn/x", ""),
        ("https://tiki.vn:8443/x", ""),
        ("https://127.0.0.1/x", ""),
        ("https://localhost/x", ""),
        ("https://tỉki.vn/x", ""),
        ("https://tiki.vn/a b", ""),
        ("https://[::1", ""),
        ("//tiki.vn", ""),
    ],
)
def test_only_plain_https_links_lead_out(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"marketplace": ""}, "Chọn một mục."),
        ({"url": "http://tiki.vn/x"}, "Đường dẫn này không đúng."),
        ({"url": "https://eviltiki.vn/x"}, "Đường dẫn này không thuộc tiki.vn."),
        ({"since": "2099-01-01"}, "Ngày này muộn quá."),
    ],
)
def test_a_listing_that_is_not_right_is_shown_again(client, venture, an, now, tiki, fields, words):
    made = product(venture, an, now)
    client.force_login(an)
    told = {"marketplace": tiki.pk, "url": "https://tiki.vn/p1", "sending": "1"} | fields
    answer = client.post(f"/san-pham/{made.code}/cho-ban/moi/", told)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Listing.objects.exists()


def test_a_listing_is_written_down_once_a_marketplace(client, venture, an, now, tiki):
    made = product(venture, an, now)
    client.force_login(an)
    url, told = f"/san-pham/{made.code}/cho-ban/moi/", {"marketplace": tiki.pk, "sending": "1"}
    assert [client.post(url, told).status_code for _n in range(2)] == [302, 302]
    answer = client.post(url, told | {"sending": "2"})
    assert answer.status_code == 422
    assert "đã có trên sàn đó" in text(answer)
    assert Listing.objects.count() == 1
    with pytest.raises(IntegrityError):
        Listing.objects.create(product=made, marketplace=tiki)


def test_the_life_of_a_listing(client, listing, an, now):
    client.force_login(an)
    url = f"/cho-ban/{listing.pk}/buoc"
    answer = client.post(f"{url}/open/", follow=True)
    assert [str(m) for m in answer.context["messages"]] == ["Thêm đường dẫn trước, rồi bấm lại."]
    told = {"marketplace": listing.marketplace_id, "url": "https://tiki.vn/p1"}
    client.post(f"/cho-ban/{listing.pk}/sua/", told)
    for step, status in (("open", "selling"), ("pause", "paused"), ("open", "selling")):
        client.post(f"{url}/{step}/")
        listing.refresh_from_db()
        assert listing.status == status
    assert listing.since == timezone.localdate()
    page = text(client.get(listing.get_absolute_url()))
    assert 'href="https://tiki.vn/p1" rel="nofollow noopener noreferrer"' in page
    assert "Mở tiki.vn" in page
    without = client.post(f"/cho-ban/{listing.pk}/sua/", told | {"url": ""})
    assert without.status_code == 422
    client.post(f"{url}/remove/")
    listing.refresh_from_db()
    assert listing.status == "removed"


@pytest.mark.parametrize("status", ["preparing", "selling", "paused", "removed"])
def test_who_moves_a_listing(request, listing, an, now, status):
    products.change_listing(listing, {"url": "https://tiki.vn/p1"}, by=an, at=now)
    for step in {"preparing": [], "selling": ["open"], "paused": ["open", "pause"],
                 "removed": ["remove"]}[status]:  # fmt: skip
        LISTINGS.advance(listing, step, by=an, at=now)
    listing.refresh_from_db()
    open_to = {"preparing": {"open", "remove"}, "selling": {"pause", "remove"},
               "paused": {"open", "remove"}, "removed": set()}[status]  # fmt: skip
    for name in CAST:
        user = request.getfixturevalue(name)
        may = {s for s in LISTINGS.names if not LISTINGS.why_not(listing, s, user)}
        assert may == (open_to if name in OFFICIALS | {"an"} else set()), name


def test_the_public_sees_selling_ones_only(client, listing, venture, an, now):
    consent(an, venture, "publish_venture", at=now)
    Product.objects.update(published_at=now)
    assert "Tiki" not in text(client.get(listing.get_absolute_url()))
    products.change_listing(listing, {"url": "https://tiki.vn/p1"}, by=an, at=now)
    assert "tiki.vn/p1" not in text(client.get(venture.get_absolute_url()))
    LISTINGS.advance(listing, "open", by=an, at=now)
    assert "tiki.vn/p1" in text(client.get(listing.get_absolute_url()))
    assert "tiki.vn/p1" in text(client.get(venture.get_absolute_url()))
