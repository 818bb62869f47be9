"""Bot and panel are killed and started again: an open window recovers without being loaded anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import windows
from tests.browser.panel import panel
from tests.e2e.bot import Bot, bot

SOON = 40_000  # milliseconds


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Bot]:
    """A daemon of this test's own, which may be killed."""
    with bot(tmp_path) as one:
        one.up("--speed", "60", "--seed", "7", measured=False)
        yield one


def test_a_window_recovers_by_itself(chromium: Browser, alone: Bot) -> None:
    with panel(alone.folder) as served:
        look = windows(chromium, served.url)
        viewer = next(look)()
        tab = viewer.open()
        tab.evaluate("window.marked = true")
        alone.kill()
        expect(tab.get_by_text("is gone from this computer").first).to_be_visible(timeout=SOON)
        served.end()
        alone.up("--speed", "60", "--seed", "7", measured=False)
        served.start()
        expect(tab.get_by_text("is gone from this computer")).to_have_count(0, timeout=SOON)
        expect(tab.locator(".clocks .clock.fresh").nth(1)).to_be_visible(timeout=SOON)
        assert tab.evaluate("window.marked"), "the page was loaded anew"
        viewer.errors.clear()  # the browser complains while nobody serves
        viewer.context.close()
