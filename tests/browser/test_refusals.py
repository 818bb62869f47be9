"""What is not done is said: a command that came too late, one that was meant for another bot."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.panel import Panel
from tests.browser.stage import Stage
from tests.browser.viewer import Viewer


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """The panel on the stage."""
    return staged


def test_a_command_that_came_too_late_is_said_to_be_refused(
    look: Callable[..., Viewer], stage: Stage
) -> None:
    tab = look().open()
    tab.get_by_role("button", name="Pause").first.click()
    until = time.monotonic() + 30
    while stage.waiting() is None and time.monotonic() < until:
        time.sleep(0.05)
    stage.answer("refused", "expired: issued 61 s ago, at most 60 s are accepted")
    expect(tab.get_by_text("Pause · DEMO: ✖ refused").first).to_be_visible()
    expect(tab.get_by_text("expired: issued 61 s ago").first).to_be_visible()


def test_a_bot_of_another_mode_than_the_question_named_is_not_asked(
    look: Callable[..., Viewer], stage: Stage
) -> None:
    tab = look().open()
    tab.get_by_role("button", name="Close").first.click()
    dialog = tab.get_by_role("dialog")
    expect(dialog.get_by_text("DEMO").first).to_be_visible()
    stage.status["mode"] = "live"
    stage.say()
    try:
        dialog.get_by_role("button", name="Close all of it at market").click()
        expect(tab.get_by_text("another mode than when you were asked").first).to_be_visible()
        assert stage.waiting() is None
    finally:
        stage.status["mode"] = "demo"
