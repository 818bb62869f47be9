"""A backtest from the panel: begun by hand, seen to move, opened; its report can do no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.panel import Panel
from tests.browser.stage import Stage
from tests.browser.viewer import Viewer
from tests.dashboard.research.shelf_samples import long_history, run

ROWS = 500_000  # candles: some seconds of work


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A bot, a short store of candles, and one old run whose report is hostile."""
    with Stage(tmp_path_factory.mktemp("research")).moving() as one:
        long_history(one.data / "candles", ROWS)
        run(one.data, "2023-10-27T10-00-00Z_old")
        yield one


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """The panel on that folder."""
    return staged


def report_of(tab: Page) -> str:
    """Open the report of the chosen run; the text in its frame."""
    tab.locator(".st-key-runs_view").get_by_text("Report", exact=True).click()
    frame = tab.locator("iframe.report")
    expect(frame).to_be_visible()
    assert frame.get_attribute("sandbox") == ""
    return tab.frame_locator("iframe.report").locator("h1").first.inner_text()


def test_a_backtest_is_begun_seen_to_move_and_opened(
    look: Callable[..., Viewer], stage: Stage
) -> None:
    tab = look().open("backtests")
    tab.get_by_text("New backtest").click()
    tab.get_by_text("Downloaded", exact=True).click()
    tab.locator(".st-key-runs_files input").click()
    tab.get_by_role("option", name="upbit__BTC-KRW__1m.parquet").click()
    tab.keyboard.press("Escape")
    tab.locator(".st-key-runs_engine input").click()
    tab.get_by_role("option", name="Live").click()
    tab.locator(".st-key-runs_start button").click()
    job = tab.locator("[class*='st-key-runs_job_0']")
    expect(job).to_contain_text("%")
    expect(job).to_have_count(0)
    expect(tab.locator(".st-key-runs_chosen")).to_contain_text("breakout")
    (result,) = Path(stage.data).glob("backtests/*backtest/result.json")
    assert result.parent.joinpath("started.json").is_file()
    assert report_of(tab) == "breakout"


def test_a_hostile_report_runs_no_script(look: Callable[..., Viewer]) -> None:
    viewer = look()
    tab = viewer.open("backtests")
    tab.locator(".st-key-runs_chosen input").click()
    tab.keyboard.press("Backspace")
    tab.get_by_role("option", name="breakout_2-symbols_1h").click()
    tab.keyboard.press("Escape")
    assert report_of(tab) == "Backtest"
    assert tab.evaluate("window.hacked === undefined && window.top.hacked === undefined")
    blocked = [error for error in viewer.errors if "sandboxed" in error]
    assert blocked  # the browser said that it refused
    viewer.errors.clear()
