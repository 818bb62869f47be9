"""The door in a browser: nothing behind it before the password, and a viewer who only watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.painting import STANDS
from tests.browser.panel import Panel, panel
from tests.browser.stage import Stage
from tests.browser.viewer import PATIENCE, Viewer

OPERATOR, VIEWER = "operator-secret", "viewer-secret"


@pytest.fixture(scope="module")
def served(stage: Stage) -> Iterator[Panel]:
    """A panel with two passwords in its `.env`."""
    lines = (f"PANEL_PASSWORD={OPERATOR}", f"PANEL_VIEWER_PASSWORD={VIEWER}")
    (stage.folder / ".env").write_text("\n".join(lines) + "\n", "utf-8")
    with panel(stage.folder) as one:
        yield one


def knocked(window: Viewer, password: str) -> Page:
    """The page after a password was given."""
    tab = window.context.new_page()
    tab.set_default_timeout(PATIENCE)
    tab.goto(window.url)
    field = tab.get_by_label("Password", exact=True)
    field.fill(password)
    field.press("Enter")
    return tab


def test_a_wrong_password_opens_nothing(look: Callable[..., Viewer]) -> None:
    tab = knocked(look(), "guess")
    expect(tab.get_by_text("That is not the password")).to_be_visible()
    shown = tab.locator("body").inner_text()
    assert "BTC" not in shown
    assert "Emergency" not in shown


def test_the_operator_may_steer(look: Callable[..., Viewer]) -> None:
    tab = knocked(look(), OPERATOR)
    expect(tab.get_by_role("button", name="Emergency stop").first).to_be_visible()
    expect(tab.get_by_text("BTC/KRW").first).to_be_visible()


def test_the_viewer_sees_everything_and_steers_nothing(look: Callable[..., Viewer]) -> None:
    tab = knocked(look(), VIEWER)
    expect(tab.get_by_text("BTC/KRW").first).to_be_visible()
    tab.locator(STANDS).wait_for(state="attached")
    for name in ("Pause", "Emergency stop", "Close…"):
        expect(tab.get_by_role("button", name=name)).to_have_count(0)


def test_no_password_stands_in_what_the_browser_gets(look: Callable[..., Viewer]) -> None:
    window = look()
    heard: list[bytes] = []
    window.listen(heard.append)
    tab = knocked(window, OPERATOR)
    expect(tab.get_by_text("BTC/KRW").first).to_be_visible()
    assert len(heard) > 5, "nothing was heard"
    assert not [frame for frame in heard if OPERATOR.encode() in frame or VIEWER.encode() in frame]
