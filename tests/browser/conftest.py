"""Browsers for tests: Debian's Chromium, the real panel, the real daemon on its demo market."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.panel import Panel, panel
from tests.browser.stage import Stage
from tests.browser.viewer import Viewer, browser_path, launched, viewer
from tests.e2e.bot import Bot, bot


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser; where none is installed the tests are skipped (CI installs one).

    One a file and not one a run: playwright keeps an event loop running in the thread while it is
    open, and no test that starts a loop of its own could run in the same process after it.
    """
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium here: install the package chromium, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = launched(playwright, path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The real daemon on its demo market, one for the tests of a file."""
    with bot(tmp_path_factory.mktemp("browser")) as one:
        one.up("--speed", "60", "--seed", "42", measured=False)
        one.until(lambda status: status.status == "running")
        yield one


@pytest.fixture(scope="module")
def served(daemon: Bot) -> Iterator[Panel]:
    """The panel beside it."""
    with panel(daemon.folder) as one:
        yield one


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A folder as a running bot leaves it, written by the test; one for the tests of a file."""
    with Stage(tmp_path_factory.mktemp("stage")).moving() as one:
        yield one


@pytest.fixture(scope="module")
def staged(stage: Stage) -> Iterator[Panel]:
    """The panel on that folder; a file that wants it instead overrides `served`."""
    with panel(stage.folder) as one:
        yield one


@pytest.fixture
def look(chromium: Browser, served: Panel) -> Iterator[Callable[..., Viewer]]:
    """Makes windows on the panel; afterwards no console may have complained."""
    yield from windows(chromium, served.url)


def windows(chromium: Browser, url: str) -> Iterator[Callable[..., Viewer]]:
    """Windows that are closed after the test, and must not have complained."""
    opened: list[Viewer] = []

    def make(**wishes: Any) -> Viewer:
        opened.append(viewer(chromium, url, **wishes))
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
    assert [error for one in opened for error in one.errors] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of a bot that has never run."""
    (tmp_path / "data").mkdir()
    (tmp_path / "logs").mkdir()
    return tmp_path
