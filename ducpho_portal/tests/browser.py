"""Persons with a browser: every page they look at is checked and photographed."""

import glob
import io
import os
from pathlib import Path

import axe_playwright_python
from PIL import Image
from playwright.sync_api import Page

from ducpho_portal.tests.portal import ROOT, Portal
from reports.demo import PASSWORD

IN_THE_QUARTER = "2026-12-01T08:00:00+07:00"
SMALL = {"width": 360, "height": 740}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 900}
SHOTS = ROOT / "var" / "journey"
AXE = Path(
    glob.glob(f"{os.path.dirname(axe_playwright_python.__file__)}/**/axe.min.js", recursive=True)[0]
).read_text()


class Walk:
    """A person with a browser: every page they look at is checked and photographed."""

    def __init__(self, browser, portal: Portal, size: dict) -> None:
        self.portal, self.size = portal, size
        self.context = browser.new_context(viewport=size, locale="vi-VN")
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", self._stays_home)

    def _stays_home(self, request) -> None:
        if not request.url.startswith((self.portal.url, "data:", "blob:")):
            self.said.append(f"left the host: {request.url}")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.portal.url}{path}")

    def look(self, name: str) -> None:
        """No accessibility violation, no console message, no sideways scroll; a picture kept."""
        self.page.wait_for_load_state()
        self.page.screenshot(path=SHOTS / f"{name}-{self.size['width']}.png", full_page=True)
        tags = "['wcag2a','wcag2aa','wcag21aa','wcag22aa']"
        found = self.page.evaluate(f"{AXE}; axe.run(document, {{runOnly: {tags}}})")
        assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.size["width"]
        assert self.said == []

    def press(self, name: str, *, role: str = "button", exact: bool = True) -> None:
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()

    def sign_in(self, short: str) -> None:
        self.go("/tai-khoan/dang-nhap/")
        self.page.fill("input[name=login]", f"{short}@minhhoa.example")
        self.page.fill("input[name=password]", PASSWORD)
        self.press("Đăng nhập")
        if "xac-thuc-hai-lop" in self.page.url:
            self.look(f"hai-lop-{short}")
            self.press("Để sau")

    def close(self) -> None:
        self.context.close()


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (320, 200), "#0b5a61").save(data, "PNG")
    return data.getvalue()
