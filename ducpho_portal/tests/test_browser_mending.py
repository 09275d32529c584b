"""The journey of an idea that comes back, on small phones: returned, mended, handed in again."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from ducpho_portal.tests.browser import Walk
from ducpho_portal.tests.portal import Portal

pytestmark = pytest.mark.browser

FOUNDER = "an@minhhoa.example"
TITLE = "Bè nổi trồng rau trên đầm"


def photo(name: str, colour: str) -> dict:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": data.getvalue()}


def go_on(phone: Walk) -> None:
    phone.page.locator("main form button.btn-main").first.click()
    phone.page.wait_for_load_state()


def test_returned_and_mended(walk, portal):
    founder, official = walk(who="an"), walk(who="binh")
    code, first_file = an_idea_with_a_picture(founder)
    the_official_asks_for_words_and_a_better_picture(official, code)
    the_founder_mends_just_that(founder, portal, code)
    the_official_reads_what_changed(official, code, first_file)
    each_version_has_its_receipt(founder, code)


def an_idea_with_a_picture(phone: Walk) -> tuple[str, str]:
    page = phone.page
    phone.go("/y-tuong/moi/")
    page.fill("[name=title]", TITLE)
    page.check("[name=field][value=agriculture]")
    page.fill("[name=summary]", "Trồng rau mùa lụt.")
    go_on(phone)
    page.fill("[name=problem]", "Mùa lụt không có rau.")
    page.fill("[name=solution]", "Đóng bè tre, đổ đất.")
    page.set_input_files("#id_attachment", photo("ve-tay.png", "#888888"))
    go_on(phone)
    go_on(phone)
    go_on(phone)
    page.check("[name=process]")
    phone.look("40-xem-lai")
    phone.press("Gửi ý tưởng")
    link = page.get_by_role("link", name="ve-tay.png").get_attribute("href")
    return re.search(r"YT-2026-\d{4}", page.url)[0], link


def the_official_asks_for_words_and_a_better_picture(phone: Walk, code: str) -> None:
    page = phone.page
    phone.go(f"/y-tuong/{code}/")
    phone.look("41-ho-so")
    page.locator("a[href$='/buoc/return/']").first.click()
    page.wait_for_load_state()
    go_on(phone)  # nothing chosen yet
    phone.said.clear()  # the browser notes the 422
    expect(page.get_by_text("Chọn ít nhất một mục cần sửa.").first).to_be_visible()
    phone.look("42-can-bo-sung-thieu")
    page.check("[name=fields_to_mend][value=solution]")
    page.check("[name=fields_to_mend][value=attachment]")
    page.fill("[name=note]", "Bè chịu được sóng không? Gửi ảnh rõ hơn.")
    phone.look("43-can-bo-sung")
    go_on(phone)
    phone.go(f"/y-tuong/{code}/")
    phone.press("Phát hành trả lời", exact=False)
    phone.go(f"/y-tuong/{code}/")
    expect(page.get_by_text("Đang chờ người gửi sửa và gửi lại.").first).to_be_visible()


def the_founder_mends_just_that(phone: Walk, portal: Portal, code: str) -> None:
    page = phone.page
    phone.go(portal.link_for(FOUNDER, code))
    phone.go(f"/y-tuong/{code}/")
    expect(page.get_by_text("Gửi ảnh rõ hơn.", exact=False).first).to_be_visible()
    expect(page.get_by_text("Thời gian trả lời đang tạm dừng", exact=False).first).to_be_visible()
    phone.look("44-duoc-tra-lai")
    phone.press("Sửa và gửi lại", role="link")
    assert page.locator("[name=problem]").count() == 0  # nothing else is open
    page.fill("[name=solution]", "Đóng bè tre, neo bốn góc, đổ đất.")
    page.locator("[name=attachment-remove]").first.check()
    page.set_input_files("#id_attachment", photo("anh-chup.png", "#0b5a61"))
    phone.look("45-sua")
    go_on(phone)
    expect(page.get_by_text("anh-chup.png").first).to_be_visible()
    assert page.get_by_text("ve-tay.png").count() == 0
    phone.look("46-gui-lai")
    go_on(phone)
    expect(page.get_by_role("heading", name="Đã nhận bản sửa của bạn")).to_be_visible()
    phone.look("47-bien-nhan-ban-sua")


def the_official_reads_what_changed(phone: Walk, code: str, first_file: str) -> None:
    page = phone.page
    phone.go(f"/y-tuong/{code}/")
    changed = page.locator("#thay-doi")
    expect(changed.locator("ins").filter(has_text="neo bốn góc").first).to_be_visible()
    expect(changed.locator("del").filter(has_text="ve-tay.png").first).to_be_visible()
    expect(changed.locator("ins").filter(has_text="anh-chup.png").first).to_be_visible()
    phone.look("48-thay-doi")
    changed.get_by_role("link", name="Đọc nguyên văn bản 1", exact=False).click()
    page.wait_for_load_state()
    expect(page.get_by_text("Đóng bè tre, đổ đất.").first).to_be_visible()
    assert page.get_by_role("link", name="ve-tay.png").get_attribute("href") == first_file
    assert phone.context.request.get(f"{phone.portal.url}{first_file}").status == 200
    phone.look("49-ban-1")


def each_version_has_its_receipt(phone: Walk, code: str) -> None:
    page, seen = phone.page, set()
    phone.go(f"/y-tuong/{code}/bien-nhan/")
    for number in (1, 2):
        page.get_by_role("link", name=f"Bản {number}, gửi ngày", exact=False).click()
        page.wait_for_load_state()
        expect(page.get_by_text("Cổng vừa tính lại từ bản này: khớp.").first).to_be_visible()
        seen.add(page.locator("p.hash").first.inner_text())
        pdf = f"{phone.portal.url}/y-tuong/{code}/ban/{number}/bien-nhan.pdf"
        assert phone.context.request.get(pdf).body().startswith(b"%PDF")
        phone.go(f"/y-tuong/{code}/bien-nhan/")
    assert len(seen) == 2
