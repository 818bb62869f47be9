"""500 symbols, 10,000 trades, 100,000 log lines are shown; `make bench` says how soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.crowd import Crowd
from tests.browser.panel import Panel
from tests.browser.viewer import Viewer


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A bot that has long been at work on many symbols."""
    with Crowd(tmp_path_factory.mktemp("crowd")).moving() as one:
        yield one


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """Its panel."""
    return staged


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("trades", "10,000 trades"),
        ("why", "500"),
        ("logs", "of the newest 20,000"),
        ("overview", "C027/KRW"),
    ],
)
def test_a_page_shows_the_crowd(look: Callable[..., Viewer], page: str, shown: str) -> None:
    tab = look().open("" if page == "overview" else page)
    expect(tab.get_by_text(shown).first).to_be_visible()
