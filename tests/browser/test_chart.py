"""The chart: the viewer's place survives new candles; what is drawn is what the files say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bridge.panel import samples
from tests.browser.panel import Panel
from tests.browser.stage import Stage
from tests.browser.viewer import PHONE, Viewer


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """The panel on the stage."""
    return staged


def inside(tab: Page, script: str) -> Any:
    """Ask the chart, which lives in a shadow tree of its own."""
    return tab.locator(".candles").evaluate(f"(el) => {script}")


def test_zoom_survives_new_candles(look: Callable[..., Viewer], stage: Stage) -> None:
    tab = look().open("chart", symbol=samples.KEY)
    candles = tab.locator(".candles")
    expect(candles).to_be_visible()
    inside(tab, "el.marked = true")
    before = float(inside(tab, "el.dataset.shown"))
    tab.locator(".candles-stage").hover()
    for _ in range(5):
        tab.mouse.wheel(0, -400)
    zoomed = float(inside(tab, "el.dataset.shown"))
    assert zoomed < before * 0.8, "the wheel zoomed in"
    for _ in range(3):
        newest = stage.next_candle()
        expect(candles).to_have_attribute("data-newest", str(newest))
    assert float(inside(tab, "el.dataset.shown")) == pytest.approx(zoomed, rel=0.02)
    assert inside(tab, "el.marked"), "the chart was built anew"


def test_the_bot_is_asked_for_the_chart(look: Callable[..., Viewer], stage: Stage) -> None:
    tab = look().open("chart", symbol=samples.KEY)
    expect(tab.locator(".candles")).to_be_visible()
    wanted = json.loads((stage.folder / "data" / "panel" / "wanted.json").read_text("utf-8"))
    assert samples.KEY in wanted["charts"]


def test_a_reason_is_read_where_a_filter_blocked(look: Callable[..., Viewer]) -> None:
    tab = look().open("chart", symbol=samples.KEY)
    box = tab.locator(".candles-stage").bounding_box()
    assert box is not None
    blocked = tab.locator(".candles-blocked")
    for share in range(5, 95, 3):
        tab.mouse.move(box["x"] + box["width"] * share / 100, box["y"] + 60)
        if blocked.count():
            break
    expect(blocked).to_contain_text("trend")


def test_a_phone_shows_it_without_sideways_scroll(look: Callable[..., Viewer]) -> None:
    tab = look(viewport=PHONE, has_touch=True).open("chart", symbol=samples.KEY)
    expect(tab.locator(".candles")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
