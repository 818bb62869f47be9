"""What a person sees while things live and die: ticks, a hung daemon, a hung or killed panel."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.panel import Panel
from tests.browser.viewer import Viewer
from tests.e2e.bot import Bot

SOON = 20_000  # milliseconds: the bar for noticing silence
IDLE = 60_000 if os.environ.get("SOAK") else 15_000  # milliseconds


def test_the_page_opens_and_ticks(look: Callable[..., Viewer]) -> None:
    tab = look().open()
    expect(tab).to_have_title("DEMO · running")
    expect(tab.get_by_text("DEMO", exact=True).first).to_be_visible()
    tab.evaluate("window.marked = true")
    for _ in range(3):
        time.sleep(1.0)
        assert "fresh" in (tab.locator(".clocks .clock").nth(1).get_attribute("class") or "")
    assert tab.evaluate("window.marked"), "the page was loaded anew"


def test_an_idle_page_is_never_drawn_as_a_whole(look: Callable[..., Viewer]) -> None:
    """Only its parts are: what Streamlit says of each run of a script goes by on the wire."""
    runs: list[int] = []  # how each ended

    def note(frame: bytes) -> None:
        message = ForwardMsg.FromString(frame)
        if message.WhichOneof("type") == "script_finished":
            runs.append(message.script_finished)

    window = look()
    window.listen(note)
    tab = window.open()
    until = time.monotonic() + 30
    while ForwardMsg.FINISHED_SUCCESSFULLY not in runs:
        assert time.monotonic() < until, "the first drawing was not noticed"
        tab.wait_for_timeout(200)
    runs.clear()
    tab.wait_for_timeout(IDLE)
    assert len(runs) > IDLE / 4_000, "nothing ticked"
    assert ForwardMsg.FINISHED_SUCCESSFULLY not in runs


def test_a_hung_daemon_is_seen_within_20_s(look: Callable[..., Viewer], daemon: Bot) -> None:
    tab = look().open()
    expect(tab.locator(".clocks .clock.fresh").nth(1)).to_be_visible()
    assert daemon.process is not None
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        expect(tab.locator(".clocks .clock.red").first).to_be_visible(timeout=SOON)
        expect(tab.get_by_text("The bot does not answer").first).to_be_visible(timeout=SOON)
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    expect(tab.locator(".clocks .clock.red")).to_have_count(0)


def test_a_hung_panel_is_seen_within_20_s(look: Callable[..., Viewer], served: Panel) -> None:
    tab = look().open()
    os.kill(served.pid, signal.SIGSTOP)
    try:
        expect(tab.locator(".clocks .frozen")).to_be_visible(timeout=25_000)
        assert tab.title().startswith("⚠ ")
    finally:
        os.kill(served.pid, signal.SIGCONT)
    expect(tab.locator(".clocks .frozen")).to_have_count(0)
