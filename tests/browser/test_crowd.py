"""500 symbols, 10,000 trades, 100,000 log lines: every page shows them, and soon enough.

How soon in seconds is measured by `make bench`; here a page may take at most a few times as long
as that of a small bot on the same machine at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import windows
from tests.browser.crowd import Crowd
from tests.browser.painting import painted
from tests.browser.panel import Panel, panel
from tests.browser.viewer import Viewer

DEAREST = 4.0  # times a small bot's page
LOOKS = 3


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    """The panel of a bot that has long been at work on many symbols."""
    with Crowd(tmp_path_factory.mktemp("crowd")).moving() as stage, panel(stage.folder) as one:
        yield one


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("trades", "10,000 trades"),
        ("why", "500"),
        ("logs", "of 20,000"),
        ("overview", "Binance"),
    ],
)
def test_a_page_shows_the_crowd(look: Callable[..., Viewer], page: str, shown: str) -> None:
    tab = look().open("" if page == "overview" else page)
    expect(tab.get_by_text(shown).first).to_be_visible()


@pytest.fixture
def look_at_few(chromium: Browser, staged: Panel) -> Iterator[Callable[..., Viewer]]:
    """Windows on the panel of a small bot."""
    yield from windows(chromium, staged.url)


@pytest.mark.parametrize("page", ["overview", "positions", "chart", "why", "trades", "logs"])
def test_a_crowd_costs_a_page_little(
    look: Callable[..., Viewer], look_at_few: Callable[..., Viewer], page: str
) -> None:
    small, large = look_at_few(), look()
    ratios = []
    for _ in range(LOOKS):  # by turns: what slows the machine down slows both
        usual = painted(small, page)
        ratios.append(painted(large, page) / usual)
    assert min(ratios) <= DEAREST
