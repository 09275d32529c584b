"""The journey of people in Chromium, at 360 px: a minor with a guardian, and a helped entry."""

import re
import time

import pytest
from playwright.sync_api import expect, sync_playwright

from ducpho_portal.tests.portal import Portal
from ducpho_portal.tests.test_browser import IN_THE_QUARTER, SHOTS, Walk, picture, shutil

pytestmark = pytest.mark.browser

SMALL = {"width": 360, "height": 780}
CHILD, GUARDIAN = "ti@example.vn", "bay@example.vn"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    running = Portal(tmp_path_factory.mktemp("portal") / "var")
    running.start(IN_THE_QUARTER)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser():
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield made
        made.close()


@pytest.fixture
def walk(browser, portal):
    walks = []

    def start(who=None):
        made = Walk(browser, portal, SMALL)
        walks.append(made)
        if who:
            made.sign_in(who)
        return made

    yield start
    for made in walks:
        made.close()


def test_a_minor_with_a_guardian_and_an_entry_for_somebody(walk, portal):
    child = walk()
    code = a_minor_sends_an_idea(child, portal)
    a_club_enters_for_somebody_on_paper(walk("ha"))
    a_guardian_agrees(walk(), portal)
    the_minor_reads_it_and_invites(child, code)
    the_invited_accepts(walk("bao"), portal)


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
    phone.go(letter_link(portal, GUARDIAN, "phu-huynh"))
    page.check("[name=answer][value=yes]")
    page.fill("[name=name]", "Lê Thị Bảy")
    phone.look("34-y-kien-nguoi-giam-ho")
    phone.press("Gửi câu trả lời")
    expect(page.get_by_text("Câu trả lời đã ghi").first).to_be_visible()


def letter_link(portal: Portal, to: str, part: str) -> str:
    """The path of the link in the newest letter to an address; waits for the letter a while."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        for letter in reversed(portal.letters(to)):
            if found := re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", letter):
                return found[1]
        time.sleep(0.3)
    raise AssertionError(f"no letter for {to}")


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
    phone.go(letter_link(portal, "bao@minhhoa.example", "loi-moi"))
    phone.look("36-loi-moi")
    phone.page.check("[name=process]")
    phone.press("Nhận lời")
    expect(phone.page.get_by_text("Bạn đã vào nhóm.").first).to_be_visible()
    phone.look("37-nhom-cua-nguoi-duoc-moi")
