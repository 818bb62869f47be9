"""The panel of a bot with 500 symbols, 10,000 trades and 100,000 log lines, beside a small one.

The real panel and Chromium on folders that are written as the daemon does, each second anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.figure import Figure
from tests.browser.crowd import Crowd
from tests.browser.painting import memory, painted
from tests.browser.panel import PAGES, Panel, panel
from tests.browser.stage import Stage
from tests.browser.viewer import browser_path, launched, viewer

LOOKS = 3  # the best counts; others wait for a machine that is busy elsewhere
WHAT = "panel with 500 symbols, 10,000 trades, 100,000 log lines"


def figures() -> list[Figure]:
    """First paint of every page, and the process's memory after all of them."""
    path = browser_path()
    if path is None:
        return [Figure(WHAT, "not measured: no Chromium here")]
    with sync_playwright() as playwright:
        browser = launched(playwright, path)
        with _served(Stage) as small, _served(Crowd) as large:
            times = {page: [_best(browser, one, page) for one in (small, large)] for page in PAGES}
            held = [memory(one) for one in (small, large)]
        browser.close()
    rows = [
        Figure(f"{WHAT}: {page}, first paint", f"{much:.2f} s", "<= 3 s",
               f"{much / little:.2f} times that of a small bot")
        for page, (little, much) in times.items()
    ]  # fmt: skip
    told = f"small bot: {held[0]:.0f} MB"
    return [*rows, Figure(f"{WHAT}: memory", f"{held[1]:.0f} MB", "", told)]


@contextmanager
def _served(kind: type[Stage]) -> Iterator[Panel]:
    with (
        tempfile.TemporaryDirectory(prefix="trader-bench-") as name,
        kind(Path(name)).moving() as stage,
        panel(stage.folder) as served,
    ):
        yield served


def _best(browser: Browser, served: Panel, page: str) -> float:
    window = viewer(browser, served.url)
    try:
        return min(painted(window, page) for _ in range(LOOKS))
    finally:
        window.context.close()
