"""The journey of people in Chromium, at 360 px: a minor with a guardian, and a helped entry."""

import re

import pytest
from playwright.sync_api import expect

from ducpho_portal.tests.browser import Walk, picture
from ducpho_portal.tests.portal import Portal

pytestmark = pytest.mark.browser

CHILD, GUARDIAN = "ti@example.vn", "bay@example.vn"


def test_a_minor_with_a_guardian_and_an_entry_for_somebody(walk, portal):
    child = walk()
    code = a_minor_sends_an_idea(child, portal)
    a_club_enters_for_somebody_on_paper(walk(who="ha"))
    a_guardian_agrees(walk(), portal)
    the_minor_reads_it_and_invites(child, code)
    the_invited_accepts(walk(who="bao"), portal)


def a_minor_sends_an_idea(phone: Walk, portal: Portal) -> str:
    page = phone.page
    phone.go("/y-tuong/moi/")
    write(phone, "Vòng tay báo thủy triều")
    page.fill("[name=contact_name]", "Lê Văn Tí")
    page.fill("[name=contact_birth_date]", "2011-02-03")
    go_on(phone)
    expect(page.locator("[name=guardian_name]")).to_be_visible()
    phone.said.clear()  # the browser notes the 422
    page.fill("[name=guardian_name]", "Lê Thị Bảy")
    page.fill("[name=guardian_email]", GUARDIAN)
    phone.look("30-nguoi-giam-ho")
    go_on(phone)
    go_on(phone)
    page.check("[name=process]")
    page.check("[name=publish_venture]")
    page.fill("[name=email]", CHILD)
    phone.press("Gửi ý tưởng")
    page.fill("[name=code]", portal.code_for(CHILD))
    go_on(phone)
    phone.press("Gửi ý tưởng")
    expect(page.get_by_text("Đang hỏi ý kiến người giám hộ").first).to_be_visible()
    return re.search(r"YT-2026-\d{4}", page.url)[0]


def write(phone: Walk, title: str) -> None:
    """The first two steps."""
    page = phone.page
    page.fill("[name=title]", title)
    page.check("[name=field][value=community]")
    page.fill("[name=summary]", "Cho người đi biển gần bờ.")
    go_on(phone)
    page.fill("[name=problem]", "Nước lên không hay.")
    page.fill("[name=solution]", "Vòng tay rung khi nước lên.")
    go_on(phone)


def go_on(phone: Walk) -> None:
    phone.page.locator("main form button.btn-main").first.click()
    phone.page.wait_for_load_state()


def a_club_enters_for_somebody_on_paper(phone: Walk) -> None:
    page = phone.page
    phone.go("/y-tuong/nhap-giup/")
    phone.look("31-nhap-giup")
    page.fill("[name=contact_name]", "Nguyễn Thị Tư")
    page.fill("[name=contact_birth_date]", "1950-03-04")
    go_on(phone)
    write(phone, "Mắm ruốc ít muối")
    go_on(phone)
    go_on(phone)
    phone.look("32-xac-nhan")
    page.check("[name=giay-process]")
    page.set_input_files(
        "[name=giay-paper]", {"name": "to.png", "mimeType": "image/png", "buffer": picture()}
    )
    phone.press("Ghi lời xác nhận và gửi")
    expect(page.get_by_text("báo bằng điện thoại hoặc giấy").first).to_be_visible()
    phone.look("33-bien-nhan-nhap-giup")


def a_guardian_agrees(phone: Walk, portal: Portal) -> None:
    page = phone.page
    phone.go(portal.link_for(GUARDIAN, "phu-huynh"))
    page.check("[name=answer][value=yes]")
    page.fill("[name=name]", "Lê Thị Bảy")
    phone.look("34-y-kien-nguoi-giam-ho")
    phone.press("Gửi câu trả lời")
    expect(page.get_by_text("Câu trả lời đã ghi").first).to_be_visible()


def the_minor_reads_it_and_invites(phone: Walk, code: str) -> None:
    page = phone.page
    phone.go(f"/y-tuong/{code}/")
    assert page.get_by_text("Đang chờ ý kiến người giám hộ").count() == 0
    phone.press("Mời và xem nhóm", role="link")
    page.fill("[name=email]", "bao@minhhoa.example")
    page.check("[name=rights][value=edit]")
    phone.press("Gửi thư mời")
    phone.look("35-nhom")


def the_invited_accepts(phone: Walk, portal: Portal) -> None:
    phone.go(portal.link_for("bao@minhhoa.example", "loi-moi"))
    phone.look("36-loi-moi")
    phone.page.check("[name=process]")
    phone.press("Nhận lời")
    expect(phone.page.get_by_text("Bạn đã vào nhóm.").first).to_be_visible()
    phone.look("37-nhom-cua-nguoi-duoc-moi")
