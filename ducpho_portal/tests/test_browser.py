"""The journey in Chromium: one venture from a pupil's phone to an issued report.

A whole portal runs beside the test (web, worker, beat, embedded Valkey), first
on a day in the quarter, then, after a restart, on a day after its cut-off.
Screenshots are kept in var/journey/; every page passes axe.
"""

import re

import pytest
from playwright.sync_api import expect

from ducpho_portal.tests.browser import DESK, IN_THE_QUARTER, PHONE, SHOTS, Walk, picture
from ducpho_portal.tests.portal import Portal

pytestmark = pytest.mark.browser

AFTER_THE_CUT_OFF = "2026-12-16T08:00:00+07:00"
FOUNDER = "moi@example.vn"
TITLE = "Lưới che nắng từ xơ dừa"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """A portal of its own: it is stopped and goes on on another day."""
    running = Portal(tmp_path_factory.mktemp("portal") / "var")
    running.start(IN_THE_QUARTER)
    yield running
    running.stop()


def test_from_a_phone_to_an_issued_report(walk, portal):
    code = a_founder_sends_an_idea(walk(PHONE), portal)
    an_official_accepts(walk(DESK, who="binh"), code)
    number = code.removeprefix("YT-")
    another_records_support_with_a_file(walk(DESK, who="chi"), number)
    a_third_verifies(walk(DESK, who="phong"), number)
    the_enterprise_is_registered_and_verified(walk, number)
    before = the_public_progress(walk(PHONE))
    assert before == ("04", "01")

    portal.stop()
    portal.start(AFTER_THE_CUT_OFF)  # a restart in between loses nothing

    the_worker_builds_the_quarter(walk(DESK, who="em"))
    the_chair_approves_and_issues(walk(DESK, who="dung"), number)
    a_stranger_reads_the_issued_report(walk(PHONE), number)
    the_committee_looks_at_one_screen(walk)


def a_founder_sends_an_idea(phone: Walk, portal: Portal) -> str:
    page = phone.page
    phone.go("/")
    phone.look("01-trang-chu")
    page.locator("a.door-main").click()
    phone.look("02-y-tuong")
    phone.press("Lưu và sang", exact=False)
    expect(page.get_by_text("Đặt cho ý tưởng một cái tên.").first).to_be_visible()
    phone.said.clear()  # the browser notes the 422
    phone.look("03-y-tuong-sai")
    page.fill("[name=title]", TITLE)
    page.check("[name=field][value=agriculture]")
    page.fill("[name=summary]", "Đan lưới từ xơ dừa bỏ đi, che nắng cho vườn rau.")
    phone.press("Lưu và sang", exact=False)
    page.fill("[name=problem]", "Nắng gắt, rau cháy lá, lưới nhựa mau rách.")
    page.fill("[name=solution]", "Đan xơ dừa thành tấm, bán theo mét.")
    phone.look("04-van-de")
    phone.press("Lưu và sang", exact=False)
    page.check("[name=applicant][value=person]")
    page.fill("[name=contact_name]", "Lê Văn Mới")
    page.fill("[name=contact_birth_date]", "1999-04-30")
    phone.look("05-nguoi-lam")
    phone.press("Lưu và sang", exact=False)
    page.check("[name=stage][value=prototype]")
    page.check("[name=wanted][value=market]")
    phone.press("Lưu và sang", exact=False)
    page.check("[name=process]")
    page.check("[name=publish_venture]")
    page.fill("[name=email]", FOUNDER)
    phone.look("06-xem-lai")
    phone.press("Gửi ý tưởng")
    phone.look("07-thu-dien-tu")
    if page.locator("[name=email]").count():
        page.fill("[name=email]", FOUNDER)
        page.locator("main form button.btn-main").first.click()
        page.wait_for_load_state()
    page.fill("[name=code]", portal.code_for(FOUNDER))
    phone.look("08-ma")
    page.locator("main form button.btn-main").first.click()
    page.wait_for_load_state()
    expect(page.get_by_text("Một bước nữa", exact=False).first).to_be_visible()
    phone.press("Gửi ý tưởng")
    phone.look("09-bien-nhan")
    return re.search(r"YT-2026-\d{4}", page.url)[0]


def an_official_accepts(desk: Walk, code: str) -> None:
    desk.go("/y-tuong/")
    desk.look("10-hang-doi")
    desk.page.get_by_role("link", name=TITLE).first.click()
    desk.look("11-ho-so")
    desk.go(f"/y-tuong/{code}/")
    desk.page.get_by_role("button", name="Đạt", exact=False).first.click()
    desk.page.wait_for_load_state()
    desk.go(f"/y-tuong/{code}/")
    desk.press("Phát hành trả lời", exact=False)
    desk.page.wait_for_load_state()
    desk.go(f"/du-an/DA-{code.removeprefix('YT-')}/")
    expect(desk.page.get_by_role("heading", name=TITLE)).to_be_visible()
    desk.look("12-thanh-du-an")


def another_records_support_with_a_file(desk: Walk, number: str) -> None:
    page = desk.page
    desk.go(f"/du-an/DA-{number}/ho-tro/moi/")
    page.fill("[name=happened_on]", "2026-11-30")
    page.select_option("[name=kind]", "training")
    page.check("[name=source][value=state]")
    page.fill("[name=provider]", "Trung tâm minh họa A")
    page.fill("[name=value]", "3.000.000")
    page.set_input_files(
        "input[type=file]", {"name": "bien-ban.png", "mimeType": "image/png", "buffer": picture()}
    )
    desk.look("13-ghi-ho-tro")
    page.locator("main form button.btn-main").first.click()
    page.wait_for_load_state()
    desk.look("14-da-ghi")
    assert page.get_by_role("button", name="Xác nhận", exact=True).count() == 0  # not one's own


def a_third_verifies(desk: Walk, number: str) -> None:
    desk.go("/xac-nhan/")
    desk.look("15-cho-xac-nhan")
    desk.go(f"/du-an/DA-{number}/")
    desk.page.get_by_role("link", name="Đào tạo, tập huấn").first.click()
    desk.page.wait_for_load_state()
    desk.press("Xác nhận")
    desk.look("16-da-xac-nhan")


def the_enterprise_is_registered_and_verified(walk, number: str) -> None:
    chi = walk(DESK, who="chi")
    page = chi.page
    chi.go(f"/du-an/DA-{number}/doanh-nghiep/moi/")
    page.fill("[name=happened_on]", "2026-11-30")
    page.fill("[name=name]", "Công ty mẫu Xơ Dừa (minh họa)")
    page.fill("[name=tax_code]", "0100109107")  # a check digit that is wrong
    page.locator("[name=basis]").first.evaluate(
        "e => e.tagName === 'SELECT' ? (e.value = 'committee') : null"
    )
    if page.locator("input[name=basis][value=committee]").count():
        page.check("input[name=basis][value=committee]")
    page.fill("[name=evidence_ref]", "Xác nhận số 01 (mẫu)")
    page.locator("main form button.btn-main").first.click()
    page.wait_for_load_state()
    chi.said.clear()
    assert page.locator("[name=tax_code][aria-invalid=true]").count() == 1
    chi.look("17-sai-ma-so-thue")
    page.fill("[name=tax_code]", "0100109106")
    page.locator("main form button.btn-main").first.click()
    page.wait_for_load_state()
    chi.look("18-ghi-doanh-nghiep")
    phong = walk(DESK, who="phong")
    phong.go(page.url.removeprefix(phong.portal.url))
    phong.press("Xác nhận")
    phong.go(f"/doanh-nghiep/DN-{number}/")
    phong.look("19-doanh-nghiep")


def the_public_progress(phone: Walk) -> tuple[str, str]:
    """Supported projects and enterprises of the running phase, as everybody reads them."""
    phone.go("/tien-do/")
    phone.look("20-tien-do")
    figures = phone.page.locator("section").first.locator(".value b").all_inner_texts()
    return figures[0], figures[1]


def the_worker_builds_the_quarter(desk: Walk) -> None:
    page = desk.page
    # The schedule has seen, on its first round after the cut-off, that the quarter is over.
    for _ in range(60):
        desk.go("/bao-cao/2026/quy-4/")
        if page.get_by_text("Biểu 01", exact=False).count():
            break
        page.wait_for_timeout(1000)
    desk.look("21-du-thao")
    desk.press("Dựng lại dự thảo")
    expect(page.get_by_text("Dựng xong lúc", exact=False).first).to_be_visible(timeout=60_000)
    desk.look("22-dung-lai")


def the_chair_approves_and_issues(desk: Walk, number: str) -> None:
    desk.go("/bao-cao/2026/quy-4/")
    desk.press("Phê duyệt")
    desk.press("Ban hành")
    desk.look("23-ban-hanh")
    expect(desk.page.get_by_text("03/BC-BCĐ").first).to_be_visible()
    for name in ("bao-cao.docx", "bao-cao.pdf"):
        answer = desk.context.request.get(f"{desk.portal.url}/bao-cao/2026/quy-4/{name}")
        assert answer.status == 200
        (SHOTS / name).write_bytes(answer.body())


def a_stranger_reads_the_issued_report(phone: Walk, number: str) -> None:
    phone.go("/bao-cao/2026/quy-4/")
    phone.look("24-bao-cao")
    told = phone.context.request.get(f"{phone.portal.url}/bao-cao/2026/quy-4/so-lieu.json").json()
    counted = {
        (line["code"], line["phase"]): [r["code"] for r in line["records"]]
        for line in told["indicators"]
    }
    assert f"DA-{number}" in counted["projects_supported", "2026-2030"]
    assert f"DN-{number}" in counted["enterprises_formed", "2026-2030"]
    assert the_public_progress(phone) == ("04", "01")


def the_committee_looks_at_one_screen(walk) -> None:
    for size in (DESK, PHONE):
        screen = walk(size, who="nam")
        screen.go("/dieu-hanh/")
        screen.look("25-dieu-hanh")
        if size is DESK:
            screen.page.pdf(path=SHOTS / "dieu-hanh.pdf", prefer_css_page_size=True)
