"""A judge on a small phone in Chromium: the network is cut and comes back, on two devices."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from ducpho_portal.tests.browser import IN_THE_QUARTER, Walk
from ducpho_portal.tests.portal import ROOT, Portal

pytestmark = pytest.mark.browser

LIST = "/cham-thi/thi-thu/so-khao/"


def scene(portal: Portal, name: str) -> None:
    command = f"from ducpho_portal.tests import scenes; scenes.{name}()"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", command],
        cwd=ROOT, env=portal.environment(IN_THE_QUARTER), check=True, capture_output=True,
    )  # fmt: skip


def touch(page, number: int, points: str) -> None:
    """Pick points of a criterion, as a thumb does."""
    page.locator(".crit").nth(number).locator(
        ".point", has=page.locator(f"[value='{points}']")
    ).click()


def status(page):
    return page.locator("[data-score-status]")


def copies(page) -> int:
    """How many sheets have something on this device that the portal does not have."""
    return page.evaluate("Object.keys(localStorage).filter(n => n.startsWith('score:')).length")


def saved(page) -> None:
    expect(status(page)).to_have_text(re.compile(r"^Đã lưu lúc \d\d:\d\d"), timeout=15000)
    assert copies(page) == 0


def total(page):
    return page.locator("[data-score-total]")


def test_a_judge_on_a_phone_with_the_network_cut_and_back(walk, portal):
    scene(portal, "judging_week")
    phone = walk(who="giang")
    page = phone.page
    phone.go(LIST)
    phone.look("cham-01-danh-sach")
    phone.press("Tủ sấy cá cơm", role="link")
    phone.look("cham-02-phieu")
    touch(page, 0, "8")
    saved(page)
    expect(total(page)).to_have_text("22,22")
    expect(page.locator("[data-score-left]")).to_have_text("Còn 4 tiêu chí chưa chấm")

    without_network_points_stay_on_the_device(phone)
    another_device_scores_meanwhile_and_both_are_kept(phone, walk(who="giang"))
    touch(page, 4, "0")
    phone.press("Nộp phiếu")  # at once: what was just touched goes first
    expect(page.get_by_text("Đã nộp phiếu.")).to_be_visible()
    expect(page.get_by_role("heading", name="Bẫy đếm tôm giống")).to_be_visible()
    after_the_lock_nothing_is_taken_and_all_stays_readable(phone, portal)


def without_network_points_stay_on_the_device(phone: Walk) -> None:
    page = phone.page
    phone.context.set_offline(True)
    touch(page, 1, "7.5")
    page.locator(".crit").nth(2).locator("[type=radio][value='5.5']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.fill("[name=feedback]", "Nên tính tiền điện.")
    expect(status(page)).to_contain_text("Chưa gửi: 3.")
    expect(total(page)).to_have_text("56,39")
    phone.look("cham-03-khong-mang")
    phone.press("Nộp phiếu")
    expect(status(page)).to_be_focused()
    assert copies(page) == 1


def another_device_scores_meanwhile_and_both_are_kept(phone: Walk, tablet: Walk) -> None:
    """It has network, and touches what the phone did not, and one point that it did."""
    page = phone.page
    tablet.go(page.url.removeprefix(phone.portal.url))
    touch(tablet.page, 3, "10")
    touch(tablet.page, 1, "9")
    tablet.page.fill("[name=feedback]", "Ý hay.")
    saved(tablet.page)

    phone.context.set_offline(False)
    saved(page)
    phone.said.clear()  # the browser notes the lost network
    expect(page.locator(".crit").nth(1).locator("[type=radio][value='9']")).to_be_checked()
    expect(page.locator(".crit").nth(2).locator("[type=radio][value='6']")).to_be_checked()
    expect(page.locator(".crit").nth(3).locator("[type=radio][value='10']")).to_be_checked()
    assert page.input_value("[name=feedback]") == "Ý hay.\nNên tính tiền điện."


def after_the_lock_nothing_is_taken_and_all_stays_readable(phone: Walk, portal: Portal) -> None:
    page = phone.page
    phone.context.set_offline(True)
    touch(page, 0, "6")
    expect(status(page)).to_contain_text("Chưa gửi: 1.")
    scene(portal, "lock_asked")
    phone.context.set_offline(False)
    expect(status(page)).to_contain_text("Điểm của vòng này đã khóa.", timeout=15000)
    phone.said.clear()
    page.reload()
    expect(page.get_by_text("Điểm của vòng này đã khóa.").first).to_be_visible()
    expect(page.get_by_text("Chưa gửi: 6")).to_be_visible()
    phone.look("cham-04-da-khoa")
    phone.go(LIST)
    expect(page.get_by_text("Chưa gửi: 1").first).to_be_visible()
    phone.said.clear()
    phone.look("cham-05-danh-sach-khoa")
    phone.go(f"{LIST}?xem=da-nop")
    expect(page.get_by_text("Tủ sấy cá cơm")).to_be_visible()
