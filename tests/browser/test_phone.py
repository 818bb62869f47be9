"""On a phone: no page scrolls sideways, and what is pressed is as large as a finger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.panel import PAGES, Panel
from tests.browser.viewer import PHONE, Viewer

FINGER = 44  # pixels
_PRESSED = ".st-key-header_actions button, .st-key-bottom_actions button, .stMain .stButton button"
_SMALL = """(selector) => [...document.querySelectorAll(selector)]
    .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
    .map(e => `${e.innerText} ${e.getBoundingClientRect().height}`)"""


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """The panel on the stage."""
    return staged


def test_every_page_fits_and_every_button_is_large_enough(look: Callable[..., Viewer]) -> None:
    tab = look(viewport=PHONE, locale="ko-KR").open()
    wide, small = {}, {}
    for page in PAGES:
        _visit(tab, page)
        width = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        if width > PHONE["width"]:
            wide[page] = width
        if found := tab.evaluate(_SMALL, _PRESSED):
            small[page] = found
    assert wide == {}
    assert small == {}


def _visit(tab: Page, page: str) -> None:
    base = tab.url.split("?")[0].rsplit("/", 1)[0]
    tab.goto(f"{base}/{'' if page == 'overview' else page}")
    tab.locator(".clocks .clock").first.wait_for()
    tab.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
    tab.wait_for_timeout(800)


def test_emergency_stands_at_the_end_of_the_page_too(look: Callable[..., Viewer]) -> None:
    tab = look(viewport=PHONE).open()
    button = tab.locator(".st-key-emergency_bottom button")
    button.scroll_into_view_if_needed()
    assert button.is_visible()
    assert (button.bounding_box() or {"height": 0})["height"] >= FINGER
    wide = look().open()
    assert not wide.locator(".st-key-emergency_bottom button").is_visible()
