"""The officials' desk in Chromium: the queue by two keys."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_queue_by_j_and_k(walk):
    page = walk({"width": 1280, "height": 800}, "binh").page
    rows = page.locator("ol.queue li > a")
    codes = [row.get_attribute("href") for row in rows.all()]
    if not codes:
        page.goto(page.url.partition("/viec-cua-toi")[0] + "/y-tuong/")
        codes = [row.get_attribute("href") for row in rows.all()]
    assert len(codes) > 2
    # Outside the queue the letters are letters.
    page.keyboard.press("j")
    page.locator("#tim").press_sequentially("jk")
    expect(page.locator("#tim")).to_have_value("jk")
    # In the list they go from row to row, and stop at its ends.
    rows.first.focus()
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    # In the opened idea they open its neighbours; the focus is in it from the start.
    opened = page.locator("#mo")
    expect(opened).to_be_focused()
    for key, place in (("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator("ol.queue li.open > a")).to_have_attribute("href", codes[place])
        expect(opened).to_be_focused()
    # Writing an answer is writing.
    page.locator("summary", has_text="Thêm một câu").first.click()
    note = opened.locator("textarea").first
    note.press_sequentially("jk")
    expect(note).to_have_value("jk")
