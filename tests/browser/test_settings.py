"""A setting changed in the panel is in force in the real bot; a wrong line of its file is seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.viewer import Viewer
from tests.e2e.bot import Bot


def test_a_setting_is_typed_reviewed_and_in_force(look: Callable[..., Viewer], daemon: Bot) -> None:
    tab = look().open("settings", key="K_VALUE")
    field = tab.get_by_label("K_VALUE", exact=True)
    field.fill("0.7")
    time.sleep(4.0)  # more than a tick
    assert field.input_value() == "0.7", "a tick took what was typed"
    field.press("Enter")
    tab.locator(".st-key-settings_review_button button").click()
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_contain_text("CRYPTO_K_VALUE: (not there) → 0.7")
    time.sleep(4.0)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Apply").click()
    expect(tab.get_by_text("In force: 0.7")).to_be_visible()
    assert "CRYPTO_K_VALUE=0.7" in daemon.env_file.read_text("utf-8")
    daemon.until(lambda status: status.parameters["upbit"]["K_VALUE"] == 0.7)
    expect(tab.locator(".st-key-settings_bar")).to_have_count(0)


def test_a_wrong_line_written_by_hand_is_shown_with_its_line(
    look: Callable[..., Viewer], daemon: Bot
) -> None:
    daemon.write_env("# by hand\nCRYPTO_K_VALUE=0.6\n")
    tab = look().open("settings", key="K_VALUE")
    expect(tab.get_by_text("In force: 0.6")).to_be_visible()
    daemon.write_env("# by hand\nCRYPTO_K_VALUE=9\n")
    expect(tab.get_by_text(".env:2 CRYPTO_K_VALUE=9").first).to_be_visible()
    expect(tab.get_by_text("the bot refuses this line")).to_be_visible()
    expect(tab.get_by_text("In force: 0.6")).to_be_visible()
    daemon.write_env("# by hand\nCRYPTO_K_VALUE=0.5\n")
    expect(tab.get_by_text(".env:2 CRYPTO_K_VALUE=9")).to_have_count(0)
