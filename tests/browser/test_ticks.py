"""Ticks without end: a panel that is looked at all the time needs no more and more memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.bridge.panel import samples as views
from tests.browser.crowd import Crowd, Size
from tests.browser.painting import memory
from tests.browser.panel import Panel
from tests.browser.viewer import Viewer
from tests.dashboard import samples

WARM, LASTING = (300.0, 3_600.0) if os.environ.get("SOAK") else (20.0, 60.0)  # seconds
EVERY = 2.0
MOST = 30.0 if os.environ.get("SOAK") else 10.0  # megabytes more after all ticks
PAGES = ("overview", "chart", "logs", "trades")
SIZE = Size(symbols=60, trades=2_000, log_lines=20_000)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A bot that is at work."""
    with Crowd(tmp_path_factory.mktemp("ticks"), SIZE).moving() as one:
        yield one


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """Its panel."""
    return staged


@pytest.mark.soak
@pytest.mark.timeout(2 * LASTING + 900)
def test_memory_is_flat_over_ticks(
    look: Callable[..., Viewer], served: Panel, stage: Crowd
) -> None:
    """An hour with `make soak`, a minute else: four windows, a log line and a trade each tick."""
    window = look()
    tabs = {page: window.open("" if page == "overview" else page) for page in PAGES}
    tabs["logs"].locator(".st-key-log_level").get_by_text("Info +").click()
    ticks = _ticking(stage, WARM, 0)
    begin = memory(served)
    ticks = _ticking(stage, LASTING, ticks)
    grown = memory(served) - begin
    expect(tabs["logs"].locator("td", has_text=f"tick {ticks}").first).to_be_attached()
    print(f"{ticks} ticks: {begin:.0f} MB, then {grown:+.0f} MB")
    assert ticks > LASTING / EVERY / 2, "the ticks did not come"
    assert grown < MOST


def _ticking(stage: Crowd, lasting: float, count: int) -> int:
    """Something happens every tick for so many seconds; how many ticks there were in all."""
    until = time.monotonic() + lasting
    while time.monotonic() < until:
        count += 1
        stage.log(samples.entry(f"tick {count}"))
        stage.closed(views.trade(10_000 + count, closed_at=time.time()))
        if count % 30 == 0:
            stage.next_candle()
        time.sleep(EVERY)
    return count
