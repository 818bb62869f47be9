"""The panel of a bot with 500 symbols, 10,000 trades and 100,000 log lines, beside a small one.

The real panel and Chromium on folders that are written as the daemon does, each second anew. Then
the real daemon on its demo market, alone and with windows on its panel: what it does for them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import psutil
from playwright.sync_api import Browser, sync_playwright

from benchmarks.figure import Figure, milliseconds
from tests.browser.crowd import Crowd
from tests.browser.painting import memory, painted
from tests.browser.panel import PAGES, Panel, panel
from tests.browser.stage import Stage
from tests.browser.viewer import browser_path, launched, viewer
from tests.e2e.bot import Bot, bot
from trader.bridge.panel.client import PanelClient

WINDOWS = ("", "chart", "logs")
SECONDS = 20.0
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
        work = _daemon(browser)
        browser.close()
    rows = [
        Figure(f"{WHAT}: {page}, first paint", f"{much:.2f} s", "<= 3 s",
               f"{much / little:.2f} times that of a small bot")
        for page, (little, much) in times.items()
    ]  # fmt: skip
    rows.append(Figure(f"{WHAT}: memory", f"{held[1]:.0f} MB", "", f"small bot: {held[0]:.0f} MB"))
    return [*rows, *work]


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


def _daemon(browser: Browser) -> list[Figure]:
    """Processor time of the daemon and its loop's lag, without and with somebody who looks."""
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as name, bot(Path(name)) as one:
        one.up("--speed", "60", "--seed", "42", measured=False)
        pid = one.until(lambda status: status.status == "running").pid
        alone = _working(one, pid)
        with panel(one.folder) as served:
            window = viewer(browser, served.url)
            for page in WINDOWS:
                window.open(page)
            seen = _working(one, pid)
            window.context.close()
    what = f"daemon in demo, {len(WINDOWS)} windows on its panel"
    return [
        Figure(f"{what}: processor time a second", milliseconds(seen[0]), "unchanged",
               f"{seen[0] / alone[0]:.2f} times that without; {milliseconds(alone[0])}"),
        Figure(f"{what}: loop lag, most of 0.5 s, p50", milliseconds(seen[1]), "unchanged",
               f"without: {milliseconds(alone[1])}"),
    ]  # fmt: skip


def _working(one: Bot, pid: int) -> tuple[float, float]:
    """Processor seconds a second, and the median of what `health.json` says of lags, seconds."""
    process, lags = psutil.Process(pid), []
    files, begin, spent = PanelClient(one.data), perf_counter(), _spent(process)
    while perf_counter() - begin < SECONDS:
        sleep(1.0)
        health = files.health().value
        if health is not None and health.machine.loop_lag_ms is not None:
            lags.append(health.machine.loop_lag_ms / 1_000)
    return (_spent(process) - spent) / (perf_counter() - begin), median(lags)


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
