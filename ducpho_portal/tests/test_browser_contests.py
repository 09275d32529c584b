"""The journey of a contest in Chromium, at 360 px: a pupil enters with a guardian's yes."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from ducpho_portal.tests.browser import IN_THE_QUARTER, Walk, picture
from ducpho_portal.tests.portal import ROOT, Portal

pytestmark = pytest.mark.browser

PUPIL, GUARDIAN = "na@example.vn", "chau@example.vn"
MADE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from contests.tests.cast import announced
em = User.objects.get(email="em@minhhoa.example")
opens = timezone.now() - timedelta(days=5)
contest = announced(em, opens, slug="hoc-sinh", title="Học sinh khởi nghiệp")
contest.boards.first().questions.create(label="Đã hỏi thử ai chưa?", kind="yes_no", required=True)
"""


def test_a_pupil_enters_a_contest_with_a_guardian(walk, portal):
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", MADE],
        cwd=ROOT, env=portal.environment(IN_THE_QUARTER), check=True,
    )  # fmt: skip
    pupil = walk()
    entry = a_pupil_writes_an_entry(pupil, portal)
    a_guardian_agrees(walk(), portal)
    code = the_pupil_sends_it(pupil, entry)
    the_organiser_finds_it_complete(walk(who="em"), code)
    pupil.go(entry)
    expect(pupil.page.get_by_text("Bài sẽ được chấm").first).to_be_visible()


def go_on(phone: Walk) -> None:
    phone.page.locator("main form button.btn-main").first.click()
    phone.page.wait_for_load_state()


def a_pupil_writes_an_entry(phone: Walk, portal: Portal) -> str:
    """Up to the last step, which waits for the guardian; the address of the entry."""
    page = phone.page
    phone.go("/tai-khoan/ma/?tiep=/cuoc-thi/hoc-sinh/du-thi/")
    page.fill("[name=email]", PUPIL)
    go_on(phone)
    page.fill("[name=code]", portal.code_for(PUPIL))
    go_on(phone)
    page.locator("[name=board]").first.check()
    phone.look("60-du-thi")
    go_on(phone)
    entry = re.search(r"/bai-du-thi/[0-9a-f-]+/", page.url)[0]
    page.fill("[name=title]", "Nhãn giấy từ bã mía")
    page.select_option("[name=field]", "environment")
    page.fill("[name=summary]", "Nhãn dán tan trong nước.")
    page.fill("[name=problem]", "Nhãn nhựa khó bóc.")
    page.fill("[name=solution]", "Ép bã mía thành giấy.")
    phone.look("61-bai-du-thi")
    go_on(phone)
    page.locator("[name^=q][value=yes]").check()
    page.set_input_files(
        "input[name=files]", {"name": "anh.png", "mimeType": "image/png", "buffer": picture()}
    )
    go_on(phone)
    if page.locator("[name=clean_files]").count():
        page.locator("[name=clean_files]").first.check()
        phone.look("62-tep")
    if page.url.endswith("/cau-hoi/"):
        go_on(phone)
    page.check("[name=applicant][value=person]")
    if page.locator("[name=audience]").count():
        page.locator("[name=audience]").first.check()
    page.fill("[name=full_name]", "Lê Thị Na")
    page.fill("[name=birth_date]", "2011-05-06")
    go_on(phone)
    page.fill("[name=guardian_name]", "Lê Văn Châu")
    page.fill("[name=guardian_email]", GUARDIAN)
    phone.look("63-doi")
    go_on(phone)
    expect(page.get_by_text("Chờ cha, mẹ hoặc người giám hộ đồng ý").first).to_be_visible()
    phone.look("64-cho-nguoi-giam-ho")
    return entry


def a_guardian_agrees(phone: Walk, portal: Portal) -> None:
    page = phone.page
    phone.go(portal.link_for(GUARDIAN, "phu-huynh"))
    expect(page.get_by_text("gửi bài dự thi").first).to_be_visible()
    page.check("[name=answer][value=yes]")
    page.fill("[name=name]", "Lê Văn Châu")
    phone.press("Gửi câu trả lời")


def the_pupil_sends_it(phone: Walk, entry: str) -> str:
    page = phone.page
    phone.go(f"{entry}viet/gui/")
    page.check("[name=agreed]")
    phone.look("65-nop")
    phone.press("Nộp bài")
    expect(page.get_by_text("Đã nhận bài dự thi của bạn").first).to_be_visible()
    phone.look("66-bien-nhan")
    return re.search(r"DT-2026-\d{4}", page.content())[0]


def the_organiser_finds_it_complete(phone: Walk, code: str) -> None:
    phone.go("/cuoc-thi/hoc-sinh/ho-so/")
    phone.look("67-ho-so")
    phone.page.locator("tr", has_text=code).get_by_role("link").first.click()
    phone.press("Hợp lệ")
    expect(phone.page.get_by_text("Đã ghi: hợp lệ").first).to_be_visible()
    phone.look("68-hop-le")
