"""The chart: the viewer's place survives new candles; what is drawn is what the files say."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.bridge.panel import samples
from tests.browser.panel import ROOT, Panel
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


def test_times_are_the_viewers_own_and_a_day_begins_at_their_midnight(
    look: Callable[..., Viewer], stage: Stage
) -> None:
    tab = look().open("chart", symbol=samples.KEY)
    expect(tab.locator(".candles")).to_be_visible()
    newest = datetime.fromtimestamp(int(inside(tab, "el.dataset.newest")), ZoneInfo("Asia/Seoul"))
    legend = tab.locator(".candles-legend span").first
    expect(legend).to_have_text(newest.strftime("%m-%d %H:%M"))
    clock = (ROOT / "dashboard" / "chart" / "candles.js").read_text("utf-8")
    marks = """async (source) => {
        const { clockOf } = await import(URL.createObjectURL(new Blob(
            [source, "export { clockOf };"], { type: "text/javascript" })));
        const at = (text) => Date.parse(text + "Z") / 1000;
        const clock = (daily) => clockOf({ zone: "Asia/Seoul", locale: "en", daily });
        const mark = (text, daily = false) => clock(daily).tickMark(at(text), 2);
        return [mark("2026-01-02T00:00"), mark("2026-01-02T15:00"), mark("2026-01-02T00:00", true),
                clock(true).whole(at("2026-01-02T00:00"))];
    }"""
    assert tab.evaluate(marks, clock) == ["09:00", "1/3", "1/2", "2026-01-02"]


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
