"""The emergency stop in a browser: one click for the safe half, a held button for the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.panel import Panel
from tests.browser.stage import Stage
from tests.browser.viewer import Viewer


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """The panel on the stage."""
    return staged


@pytest.fixture
def bot(stage: Stage) -> Stage:
    """The bot, with an empty mailbox to begin with."""
    (stage.data / "command.json").unlink(missing_ok=True)
    return stage


def asked(bot: Stage) -> dict[str, Any]:
    """The command that arrives."""
    until = time.monotonic() + 30
    while (found := bot.waiting()) is None:
        assert time.monotonic() < until, "nothing was asked"
        time.sleep(0.05)
    return found


def opened(tab: Page) -> Locator:
    """The second half's question."""
    tab.get_by_role("button", name="Emergency stop").click()
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def test_one_click_is_the_safe_half(look: Callable[..., Viewer], bot: Stage) -> None:
    opened(look().open())
    found = asked(bot)
    assert (found["name"], found["args"]) == ("emergency_stop", {"close": False})


def test_a_short_press_enter_and_a_double_click_close_nothing(
    look: Callable[..., Viewer], bot: Stage
) -> None:
    dialog = opened(look().open())
    asked(bot)
    bot.answer()
    button = dialog.locator("button.hold")
    button.dblclick()
    button.click(delay=500)
    button.press("Enter")
    dialog.get_by_role("textbox").press("Enter")
    time.sleep(2.5)
    assert bot.waiting() is None
    expect(button).to_be_enabled()


def test_two_seconds_of_holding_close_everything_once(
    look: Callable[..., Viewer], bot: Stage
) -> None:
    tab = look().open()
    dialog = opened(tab)
    asked(bot)
    bot.answer()
    dialog.locator("button.hold").click(delay=2_600)
    found = asked(bot)
    assert (found["name"], found["args"]) == ("emergency_stop", {"close": True})
    expect(dialog).to_have_count(0)
    bot.answer("done", "2 positions closed")
    expect(tab.get_by_text("2 positions closed").first).to_be_visible()
    time.sleep(1.5)
    assert bot.waiting() is None, "asked twice"


def test_the_keyboard_reaches_it(look: Callable[..., Viewer], bot: Stage) -> None:
    tab = look().open()
    for _ in range(40):
        tab.keyboard.press("Tab")
        here = tab.evaluate("[document.activeElement.tagName, document.activeElement.innerText]")
        if here[0] == "BUTTON" and "Emergency" in here[1]:
            break
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("dialog")).to_be_visible()
    assert asked(bot)["args"] == {"close": False}
    bot.answer()
    hold = tab.get_by_role("dialog").locator("button.hold")
    hold.focus()
    tab.keyboard.down(" ")
    time.sleep(2.6)
    tab.keyboard.up(" ")
    assert asked(bot)["args"] == {"close": True}


def test_a_dialog_and_its_text_survive_ten_ticks(look: Callable[..., Viewer], bot: Stage) -> None:
    dialog = opened(look().open())
    asked(bot)
    bot.answer()
    box = dialog.get_by_role("textbox")
    box.press_sequentially("12")
    for _ in range(10):
        time.sleep(2.1)
        assert box.input_value() == "12"


def test_a_double_click_on_pause_is_one_command(look: Callable[..., Viewer], bot: Stage) -> None:
    tab = look().open()
    tab.get_by_role("button", name="Pause").dblclick()
    first = asked(bot)
    assert first["name"] == "pause"
    bot.answer("done", "no entries now")
    expect(tab.get_by_text("no entries now").first).to_be_visible()
    time.sleep(2.5)
    assert bot.waiting() is None, "the second click asked again"
