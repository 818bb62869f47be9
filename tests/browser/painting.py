"""How long a page takes to stand, and how much memory the panel needs for it."""

from __future__ import annotations

from time import perf_counter

import psutil

from tests.browser.panel import Panel
from tests.browser.viewer import Viewer

STANDS = "[data-testid=stApp][data-test-script-state=notRunning]"
_MEGABYTE = 1 << 20


def painted(window: Viewer, page: str) -> float:
    """Seconds from the address to a page on which nothing is still being drawn."""
    begin = perf_counter()
    tab = window.open("" if page == "overview" else page)
    tab.locator(STANDS).wait_for(state="attached")
    tab.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
    spent = perf_counter() - begin
    tab.close()
    return spent


def memory(served: Panel) -> float:
    """What the panel's process holds, in megabytes."""
    return float(psutil.Process(served.pid).memory_info().rss) / _MEGABYTE
