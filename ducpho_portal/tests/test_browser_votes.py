"""The journey of a vote in Chromium: cards made, a ballot cast on a phone, the receipt checked."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from ducpho_portal.tests.browser import DESK, Walk
from ducpho_portal.tests.portal import Portal

pytestmark = pytest.mark.browser

WHILE_OPEN = "2026-12-01T08:00:00+07:00"
AFTER_THE_END = "2026-12-01T21:00:00+07:00"
TITLE = "Gian hàng được yêu thích"
URL = "/binh-chon/gian-hang-duoc-yeu-thich/"
CARD = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """One of its own, for its day ends while the journey goes on."""
    running = Portal(tmp_path_factory.mktemp("votes") / "var")
    running.start(WHILE_OPEN)
    yield running
    running.stop()


def test_a_ballot_code_a_vote_and_the_check_of_its_receipt(walk, portal):
    first, second, third = an_official_makes_a_poll_with_cards(walk(DESK, who="em"))
    mine = a_voter_scans_their_card(walk(), first, "Nước mắm Sa Huỳnh")
    struck = a_voter_types_their_card(walk(), second, "Muối gừng")
    a_card_votes_once(walk(), first)
    the_official_annuls_one(walk(DESK, who="em"), struck)
    nothing_is_told_yet(walk())

    portal.stop()
    portal.start(AFTER_THE_END)
    it_is_too_late(walk(), third)
    the_official_counts(walk(DESK, who="em"))
    the_voters_check(walk(), mine, struck)


def an_official_makes_a_poll_with_cards(desk: Walk) -> list[str]:
    page = desk.page
    desk.go("/binh-chon/moi/")
    page.fill("[name=title]", TITLE)
    page.select_option("[name=organiser]", label="Cơ quan thường trực (minh họa)")
    page.check("[name=kind][value=paper]")
    page.fill("[name=opens_at]", "2026-12-01T07:00")
    page.fill("[name=closes_at]", "2026-12-01T20:00")
    desk.look("70-tao-binh-chon")
    desk.press("Lưu")
    for name in ("Nước mắm Sa Huỳnh", "Muối gừng", "Chiếu cói"):
        page.fill("form[action$='lua-chon/'] [name=title]", name)
        desk.press("Thêm lựa chọn")
    desk.press("Công bố bình chọn")
    page.fill("[name=count]", "3")
    page.fill("[name=purpose]", "Khách ở gian hàng")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="In thẻ và tải về").click()
    sheet = PdfReader(io.BytesIO(waiting.value.path().read_bytes()))
    codes = CARD.findall(sheet.pages[0].extract_text())
    assert len(codes) == 3
    desk.go(f"{URL}dieu-hanh/")
    desk.look("71-dieu-hanh-binh-chon")
    return codes


def a_voter_scans_their_card(phone: Walk, code: str, choice: str) -> str:
    """The code comes in after the #; the page takes it out of the address bar."""
    phone.go(f"{URL}#{code}")
    expect(phone.page.locator("[name=card]")).to_have_value(code)
    assert "#" not in phone.page.url
    return votes(phone, choice, "72")


def a_voter_types_their_card(phone: Walk, code: str, choice: str) -> str:
    phone.go(URL)
    phone.page.fill("[name=card]", code.replace("-", " ").lower())
    return votes(phone, choice, "73")


def votes(phone: Walk, choice: str, number: str) -> str:
    page = phone.page
    phone.look(f"{number}a-binh-chon")
    phone.press("Mở lá phiếu")
    page.get_by_label(choice).check()
    phone.look(f"{number}b-la-phieu")
    phone.press("Xem lại")
    expect(page.get_by_text(choice)).to_be_visible()
    phone.look(f"{number}c-xem-lai")
    phone.press("Bỏ phiếu")
    phone.look(f"{number}d-bien-nhan")
    return page.locator(".card .code").inner_text()


def a_card_votes_once(phone: Walk, code: str) -> None:
    phone.go(URL)
    phone.page.fill("[name=card]", code)
    phone.press("Mở lá phiếu")
    phone.said.clear()  # the browser notes the 422
    expect(phone.page.get_by_text("Thẻ này đã bỏ phiếu").first).to_be_visible()


def the_official_annuls_one(desk: Walk, receipt: str) -> None:
    desk.go(f"{URL}loai/")
    desk.page.fill("[name=bien_nhan]", receipt)
    desk.page.fill("[name=reason]", "Thẻ phát nhầm")
    desk.look("74-loai-phieu")
    desk.press("Loại những phiếu này")
    expect(desk.page.get_by_text("Đã loại 1 phiếu.")).to_be_visible()


def nothing_is_told_yet(phone: Walk) -> None:
    phone.go(f"{URL}bien-nhan/")
    phone.look("75-chua-kiem")
    assert phone.page.locator("table").count() == 0


def it_is_too_late(phone: Walk, code: str) -> None:
    phone.go(f"{URL}#{code}")
    phone.look("76-het-gio")
    assert phone.page.locator("[name=card]").count() == 0


def the_official_counts(desk: Walk) -> None:
    desk.go(f"{URL}dieu-hanh/")
    desk.press("Kiểm phiếu và công bố")
    desk.go(URL)
    rows = desk.page.locator("table tbody tr").all_inner_texts()
    assert [re.split(r"\s*\t\s*", row.strip()) for row in rows] == [
        ["Nước mắm Sa Huỳnh", "1"],
        ["Chiếu cói", "0"],
        ["Muối gừng", "0"],
    ]
    expect(desk.page.get_by_text("Thẻ phát nhầm")).to_be_visible()
    desk.look("77-ket-qua")


def the_voters_check(phone: Walk, mine: str, struck: str) -> None:
    page = phone.page
    phone.go(URL)
    phone.press("Kiểm tra phiếu của tôi", role="link")
    page.fill("[name=receipt]", mine)
    phone.press("Tìm phiếu của tôi")
    found = page.get_by_role("status")
    expect(found).to_contain_text("Phiếu của bạn đã được tính.")
    expect(found).to_contain_text("Nước mắm Sa Huỳnh")
    phone.look("78-kiem-tra")
    page.fill("[name=receipt]", struck)
    phone.press("Tìm phiếu của tôi")
    expect(page.get_by_role("status")).to_contain_text("Thẻ phát nhầm")
