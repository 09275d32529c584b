"""A draft in Chromium on a small phone: no network, two windows, another device."""

import re
import time

import pytest
from playwright.sync_api import expect

from ducpho_portal.tests.browser import Walk
from ducpho_portal.tests.portal import Portal

pytestmark = pytest.mark.browser

TITLE = "Muối hồng Sa Huỳnh"
OFFLINE = "Chưa có mạng. Chữ của bạn được giữ trên máy này."


def begin(phone: Walk) -> str:
    """The first step is written; the address of the second."""
    page = phone.page
    phone.go("/y-tuong/moi/")
    page.fill("[name=title]", TITLE)
    page.check("[name=field][value=food]")
    page.fill("[name=summary]", "Muối sạch, đóng gói nhỏ.")
    phone.press("Lưu và sang", exact=False)
    return page.url.removeprefix(phone.portal.url)


def status(page):
    return page.locator("[data-autosave-status]")


def copies(page) -> list[str]:
    """The texts of drafts that this device keeps."""
    return page.evaluate(
        "Object.keys(localStorage).filter(n => n.startsWith('draft:')).map(n => localStorage[n])"
    )


def saved(page) -> None:
    """The server has it, and the device keeps no copy any more."""
    for _try in range(40):
        if not copies(page):
            break
        page.wait_for_timeout(200)
    assert copies(page) == []
    expect(status(page)).to_have_text(re.compile(r"^Đã lưu nháp lúc \d\d:\d\d"))
    expect(status(page)).to_have_class("chip chip-ok")


def test_no_network_in_the_middle_of_the_form(walk):
    phone = walk()
    page, second = phone.page, begin(phone)
    assert copies(page) == []  # taken with the first step
    phone.context.set_offline(True)
    page.fill("[name=problem]", "Muối thô bán rẻ.")
    expect(status(page)).to_have_text(OFFLINE)
    phone.look("nhap-01-khong-mang")
    phone.press("Lưu và sang", exact=False)
    assert page.url.endswith(second)
    assert page.input_value("[name=problem]") == "Muối thô bán rẻ."
    expect(status(page)).to_be_focused()
    assert len(copies(page)) == 1

    phone.context.set_offline(False)
    saved(page)
    phone.said.clear()

    # The browser did not know: its own error page came instead, and the way back is a new page.
    page.fill("[name=solution]", "Rửa, sấy, đóng gói.")
    page.route("**/van-de/", lambda route: route.abort())
    with pytest.raises(Exception, match="ERR_FAILED"):
        page.goto(f"{phone.portal.url}{second}")
    page.unroute("**/van-de/")
    phone.go(second)
    phone.said.clear()
    offer = page.locator("[data-offer]")
    expect(offer).to_contain_text(re.compile(r"Trên máy này có bản viết dở lúc \d\d:\d\d"))
    expect(offer).to_contain_text("Rửa, sấy, đóng gói.")
    assert page.input_value("[name=solution]") == ""  # nothing is put in unasked
    phone.look("nhap-02-ban-tren-may")
    page.keyboard.press("Tab")
    offer.get_by_role("button", name="Dùng bản trên máy này").press("Enter")
    expect(offer).to_be_hidden()
    assert page.input_value("[name=solution]") == "Rửa, sấy, đóng gói."
    saved(page)
    page.reload()
    assert page.input_value("[name=solution]") == "Rửa, sấy, đóng gói."
    expect(offer).to_be_hidden()


def test_signed_out_in_between_and_at_the_end(walk):
    phone = walk(who="an")
    page, second = phone.page, begin(phone)
    cookies = phone.context.cookies()
    phone.context.clear_cookies(name="sessionid")
    page.fill("[name=problem]", "Viết lúc phiên đã hết.")
    expect(status(page)).to_contain_text("Chữ của bạn được giữ trên máy này", timeout=8000)
    expect(page.get_by_role("link", name="Đăng nhập, viết tiếp")).to_be_visible()
    phone.said.clear()  # the browser notes the 404
    phone.look("nhap-03-het-han")
    phone.context.add_cookies(cookies)
    phone.go(second)
    page.get_by_role("button", name="Bỏ, giữ bản đã lưu").click()
    assert copies(page) == []
    page.fill("[name=problem]", "Máy dùng chung.")
    assert len(copies(page)) == 1
    phone.go("/viec-cua-toi/")
    with page.expect_navigation():
        page.locator("form[action*='/dang-xuat/'] button").first.evaluate("one => one.click()")
    assert copies(page) == []


def test_two_windows_of_one_step(walk):
    phone = walk()
    one, second = phone.page, begin(phone)
    two = phone.context.new_page()
    two.goto(f"{phone.portal.url}{second}")
    one.fill("[name=problem]", "Chữ ở cửa sổ một.")
    saved(one)
    two.fill("[name=problem]", "Chữ ở cửa sổ hai.")
    conflict = two.locator("[data-conflict]")
    expect(conflict).to_contain_text("vừa được lưu ở một cửa sổ khác", timeout=8000)
    expect(conflict).to_contain_text("Chữ ở cửa sổ một.")
    assert two.input_value("[name=problem]") == "Chữ ở cửa sổ hai."
    phone.page = two
    phone.said.clear()
    phone.look("nhap-04-hai-cua-so")
    conflict.get_by_role("button", name="Giữ chữ của tôi").press("Enter")
    saved(two)
    # Now the first is the later one: the button tells it too, and typing decides nothing.
    one.fill("[name=solution]", "Thêm cách làm.")
    expect(one.locator("[data-conflict]")).to_contain_text("Chữ ở cửa sổ hai.", timeout=8000)
    one.get_by_role("button", name="Lưu, viết tiếp sau").click()
    one.wait_for_load_state()
    expect(one.locator("[data-errors]")).to_be_focused()
    assert one.locator("form[data-autosave]").count() == 0
    one.get_by_role("link", name="Bỏ chữ của bạn, lấy bản đã lưu").click()
    one.wait_for_load_state()
    assert one.input_value("[name=problem]") == "Chữ ở cửa sổ hai."


def test_the_link_opens_the_draft_on_another_device(walk, portal):
    phone, other = walk(), walk()
    page, second = phone.page, begin(phone)
    page.fill("[name=problem]", "Muối thô bán rẻ.")
    phone.press("Gửi tôi đường dẫn", exact=False)
    phone.look("nhap-05-xin-duong-dan")
    page.fill("[name=email]", "noi-khac@example.vn")
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("Đã gửi đường dẫn đến noi-khac@example.vn", exact=False)
    ).to_be_visible()
    path = link(portal, "noi-khac@example.vn")
    other.go(second)
    expect(other.page.get_by_role("heading", level=1)).not_to_have_text("Vấn đề")
    other.said.clear()  # the browser notes the 404
    other.go(path)
    other.look("nhap-06-viet-tiep")
    other.press("Viết tiếp trên máy này")
    assert other.page.input_value("[name=problem]") == "Muối thô bán rẻ."
    other.look("nhap-07-may-khac")


def link(portal: Portal, to: str) -> str:
    for _try in range(60):
        for letter in portal.letters(to):
            if found := re.search(r"/y-tuong/viet-tiep/\S+/", letter):
                return found[0]
        time.sleep(0.3)
    raise AssertionError(portal.letters(to))
