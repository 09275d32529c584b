"""One Chromium for all journeys, and one running portal for those at 360 px."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from ducpho_portal.tests.browser import IN_THE_QUARTER, SHOTS, SMALL, Walk
from ducpho_portal.tests.portal import Portal


@pytest.fixture(scope="session")
def chromium():
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """Shared: each journey brings people and ideas of its own."""
    running = Portal(tmp_path_factory.mktemp("portal") / "var")
    running.start(IN_THE_QUARTER)
    yield running
    running.stop()


@pytest.fixture
def walk(chromium, portal):
    walks = []

    def start(size=SMALL, who=None):
        made = Walk(chromium, portal, size)
        walks.append(made)
        if who:
            made.sign_in(who)
        return made

    yield start
    for made in walks:
        made.close()
