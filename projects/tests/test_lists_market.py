"""The files of the ledger, of products, certificates and requests: what each page shows."""

import io
from datetime import date

import openpyxl
import pytest
from django.utils import timezone

from core.models import Event, Job
from programme import services as programme
from projects import exports, lists, story
from projects.models import HelpRequest, Venture
from projects.tests.desk_cast import consent, project, support
from projects.tests.market_cast import answered, asked, certificate, product
from projects.workflow import HELP_REQUESTS, SUPPORTS

pytestmark = pytest.mark.django_db
READERS = (None, "an", "lan", "ha", "binh", "khoa", "dung", "em", "quan")
STAFF = {"binh", "khoa", "dung", "em"}
FILES = {  # address: who reads it, and its filters
    "/so-ho-tro/": (STAFF, ("", "?nguon=state", "?loai=mentoring", "?diem=III.4", "?diem=khong",
                            "?giai_doan=2022-2025", "?quy=2026-Q4", "?tinh_den=2020-01-01",
                            "?quy=2026-Q4&giai_doan=2022-2025", "?nguon=x")),
    "/san-pham/": (set(READERS), ("", "?q=muoi", "?linh_vuc=food", "?linh_vuc=craft",
                                  "?loc=dang-ban", "?loc=chung-nhan", "?loc=x")),
    "/chung-nhan/": (STAFF, ("", "?loc=60", "?loc=14", "?loc=het-han", "?loc=x")),
    "/yeu-cau/": ({"binh", "em"}, ("", "?loc=dang-giup", "?loc=cua-toi", "?loc=tat-ca",
                                   "?loai=fair", "?loai=x")),
}  # fmt: skip


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def town(an, ha, em, binh, chi, now):
    programme.seed()
    shown, hidden = project(an, em, now), project(ha, em, now, title="=1+1", field="craft")
    consent(an, shown, "publish_venture", at=now)
    Venture.objects.filter(pk=shown.pk).update(published=["supports"])
    for venture, told in (
        (shown, {"value": 7}),
        (shown, {"value": 0, "half_hours": 5, "kind": "mentoring", "source": "socialised"}),
        (hidden, {"value": 9, "kind": "other", "happened_on": date(2025, 5, 5)}),
    ):
        fact = support(venture, binh, now, **told)
        SUPPORTS.advance(fact, "verify", by=chi, at=now)
    story.add_result(fact, "Bán gấp đôi.", by=binh, at=now)
    support(shown, binh, now, value=11)
    salt = product(shown, an, now, published=True)
    product(shown, an, now, name="Chưa bán", on_sale=False)
    product(hidden, ha, now, published=True, name="=1+1")
    for left in (5, 40, 400, -3):
        certificate(shown, binh, now, left=left, verified_by=chi, product=salt)
    for venture in (shown, hidden):
        answered(asked(venture, now), now, needed="fair", needed_words="Gian hàng.")
    HELP_REQUESTS.advance(HelpRequest.objects.get(venture=hidden), "take", by=binh, at=now)
    return shown


def sheet(answer):
    content = answer.getvalue() if answer.streaming else answer.content
    return list(
        openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    )


def log_in(client, request, who):
    client.logout()
    if who:
        client.force_login(request.getfixturevalue(who))


WHICH = {  # what tells one row from another, on the page and in the file
    "/so-ho-tro/": (lambda f: (f.venture.code, f.value or None, f.hours or None),
                    lambda r: (r["Mã"], r["Giá trị (đồng)"], r["Số giờ"])),
    "/san-pham/": (lambda p: p.code, lambda r: r["Mã"]),
    "/chung-nhan/": (lambda c: (c.venture.code, c.expires_on),
                     lambda r: (r["Mã"], r["Hết hạn"].date())),
    "/yeu-cau/": (lambda r: (r.venture.code, r.get_status_display()),
                  lambda r: (r["Mã"], r["Tình trạng"])),
}  # fmt: skip


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("address", FILES)
def test_the_file_has_the_rows_of_its_page(client, request, town, who, address):
    log_in(client, request, who)
    allowed, filters = FILES[address]
    on_page, in_file = WHICH[address]
    for narrowed in filters:
        page = client.get(f"{address}{narrowed}")
        answer = client.get(f"{address}xuat.xlsx{narrowed}")
        assert answer.status_code == page.status_code == (200 if who in allowed else 403)
        if who in allowed:
            head, *rows = sheet(answer)
            told = [in_file(dict(zip(head, row, strict=True))) for row in rows]
            assert told == [on_page(row) for row in page.context["page"]], narrowed


def test_the_page_links_to_its_file_with_its_filter(client, town, binh):
    client.force_login(binh)
    for address in FILES:
        assert f'href="{address}xuat.xlsx?' in client.get(address).content.decode()
    page = client.get("/so-ho-tro/?nguon=state").content.decode()
    assert 'href="/so-ho-tro/xuat.xlsx?nguon=state"' in page


def test_hours_clause_and_result_are_in_the_files_of_the_ledger(client, town, binh):
    client.force_login(binh)
    head, *rows = sheet(client.get("/so-ho-tro/xuat.xlsx?diem=khong"))
    [row] = [dict(zip(head, row, strict=True)) for row in rows]
    assert (row["Giá trị (đồng)"], row["Kết quả"]) == (9, "Bán gấp đôi.")
    assert row["Dự án"] == "'=1+1"
    head, *rows = sheet(client.get(f"/du-an/{town.code_as('DA')}/ho-tro/xuat.xlsx"))
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    assert {(line["Số giờ"], line["Điểm"], line["Nguồn"]) for line in lines} == {
        (None, "III.4.2", "Nhà nước"), (2.5, "III.3.1", "Xã hội hóa"),
    }  # fmt: skip


def test_the_public_ledger_of_a_venture_has_three_columns(client, town):
    head, *rows = sheet(client.get(f"/du-an/{town.code_as('DA')}/ho-tro/xuat.xlsx"))
    assert head == ("Việc hỗ trợ", "Đơn vị hỗ trợ", "Ngày")
    assert len(rows) == 2


@pytest.mark.parametrize(("who", "told"), [(None, False), ("lan", False), ("an", True),
                                           ("binh", True)])  # fmt: skip
@pytest.mark.parametrize("published", [[], ["unit"]])
def test_the_place_of_a_product_is_told_as_that_of_its_venture(
    client, request, town, who, told, published
):
    town.published = published
    town.save(update_fields=["published"])
    made = town.products.order_by("pk").first()
    log_in(client, request, who)
    seen = told or bool(published)
    for address in ("/san-pham/", made.get_absolute_url()):
        assert ("Sa Huỳnh</" in client.get(address).content.decode()) is seen, address
    head, *rows = sheet(client.get("/san-pham/xuat.xlsx?loc=chung-nhan"))
    [row] = [dict(zip(head, row, strict=True)) for row in rows]
    assert row["Xã, phường"] == ("phường Sa Huỳnh" if seen else None)


@pytest.mark.parametrize(("name", "address"), [
    ("supports", "/so-ho-tro/"), ("products", "/san-pham/"), ("certificates", "/chung-nhan/"),
    ("help_requests", "/yeu-cau/"),
])  # fmt: skip
def test_a_long_one_is_made_by_a_worker_with_the_same_rows(
    client, town, em, monkeypatch, name, address, django_capture_on_commit_callbacks
):
    client.force_login(em)
    at_once = sheet(client.get(f"{address}xuat.xlsx"))
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{address}xuat.xlsx")
    job = Job.objects.get()
    assert job.params["list"] == name
    assert sheet(client.get(job.result["url"])) == at_once
    taken = Event.objects.filter(kind="list.export").values_list("data__list", flat=True)
    assert list(taken) == [name, name]


def test_the_lists_that_are_not_for_everybody():
    private = {name for name, listing in lists.LISTINGS.items() if listing.may}
    assert private == {"queue", "supports", "certificates", "help_requests"}
