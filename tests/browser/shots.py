"""Pictures of every page in both languages and themes, wide and phone, of a real bot: `make shots`.

Slow and not a test: it is there so that people look. `--readme` makes the README's picture only.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.album import Shot, index
from tests.browser.panel import PAGES, ROOT, panel
from tests.browser.viewer import PHONE, WIDE, browser_path, launched, viewer
from tests.e2e.bot import VENUES, Bot, bot

SIZES = {"wide": WIDE, "phone": PHONE}
LOCALES = {"en": "en-US", "ko": "ko-KR"}
SCHEMES = ("light", "dark")
LONGEST = 5_000  # pixels
_TRADES = 12  # closed before the first picture
_HEIGHT = """() => Math.max(...['stMain', 'stMainBlockContainer'].map(
    name => document.querySelector(`[data-testid=${name}]`)?.scrollHeight ?? 0))"""


@dataclass(frozen=True)
class Look:
    """One way of looking: language, theme, size."""

    language: str
    scheme: str
    size: str


LOOKS = [Look(*one) for one in product(LOCALES, SCHEMES, SIZES)]
FEW = [Look("en", "light", "wide"), Look("ko", "dark", "wide"), Look("ko", "light", "phone")]


class Camera:
    """Takes pictures of one panel into a folder."""

    def __init__(self, browser: Browser, url: str, folder: Path) -> None:
        self._browser, self._url, self._folder = browser, url, folder
        self.shots: list[Shot] = []

    def shoot(
        self, pages: Sequence[str], looks: Sequence[Look], state: str = "",
        act: Callable[[Page], None] | None = None,
    ) -> None:  # fmt: skip
        """These pages in these ways. `act` does something with each page first."""
        for look in looks:
            with self.tab(look) as tab:
                for page in pages:
                    self._take(tab, page, look, state, act)

    @contextmanager
    def tab(self, look: Look) -> Iterator[Page]:
        """A window on the panel, closed afterwards."""
        seen = viewer(
            self._browser, self._url, locale=LOCALES[look.language], color_scheme=look.scheme,
            viewport=SIZES[look.size],
        )  # fmt: skip
        try:
            yield seen.open()
        finally:
            seen.context.close()
            for error in seen.errors:
                print(f"  the console complained: {error}")

    def _take(
        self, tab: Page, page: str, look: Look, state: str, act: Callable[[Page], None] | None
    ) -> None:
        resize(tab, **SIZES[look.size])
        tab.goto(f"{self._url}/{'' if page == 'overview' else page}")
        tab.locator(".clocks .clock").first.wait_for()
        settle(tab)
        if act is not None:
            act(tab)
        else:
            stretch(tab, look)
        name = "-".join(part for part in (state, page, *vars(look).values()) if part)
        tab.screenshot(path=self._folder / f"{name}.png")
        self.shots.append(Shot(f"{name}.png", state or page, page, *vars(look).values()))
        print(f"  {len(self.shots):3}  {name}", flush=True)


def settle(tab: Page, seconds: float = 1.8) -> None:
    """Wait until charts and tables stand."""
    tab.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
    time.sleep(seconds)


def resize(tab: Page, width: int, height: int) -> None:
    """Another size of window, pixels."""
    tab.set_viewport_size({"width": width, "height": height})


def stretch(tab: Page, look: Look) -> None:
    """A window as high as the page: Streamlit scrolls inside of it."""
    size = SIZES[look.size]
    for _ in range(2):  # what was off the screen may only be drawn, and grow, now
        height = min(LONGEST, max(size["height"], tab.evaluate(_HEIGHT)))
        resize(tab, size["width"], height)
        time.sleep(0.7)


@contextmanager
def trading(folder: Path, patience: float = 90.0) -> Iterator[Bot]:
    """A real bot on its demo market that has closed trades and holds something."""
    with bot(folder) as one:
        one.up("--speed", "120", "--seed", "42", measured=False)
        _await_positions(one, 1, patience)
        yield one


def _await_positions(one: Bot, count: int, patience: float) -> None:
    """Until it has traded and holds so many; a market may not want that for long."""
    until = time.monotonic() + patience
    while time.monotonic() < until and not _busy(one, count):
        time.sleep(0.2)


def _busy(one: Bot, count: int) -> bool:
    found = [one.client.portfolio(venue).value for venue in VENUES]
    books = [book for book in found if book is not None]
    closed = sum(len(book.trade_history) for book in books)
    return closed >= _TRADES and sum(len(book.positions) for book in books) >= count


def everything(
    browser: Browser, folder: Path, chosen: Sequence[str], looks: Sequence[Look]
) -> list[Shot]:
    """All pages of a bot at work, then its states."""
    shots: list[Shot] = []
    with tempfile.TemporaryDirectory() as home:
        print("a bot trades its demo market first", flush=True)
        with trading(Path(home)) as one, panel(one.folder) as served:
            camera = Camera(browser, served.url, folder)
            camera.shoot(chosen, looks)
            states(camera, one)
            shots += camera.shots
    with tempfile.TemporaryDirectory() as home, panel(Path(home)) as served:
        camera = Camera(browser, served.url, folder)
        camera.shoot(chosen, FEW, "never")
        return shots + camera.shots


def states(camera: Camera, one: Bot) -> None:
    """Paused, in an emergency, and when nobody answers any more."""
    one.send("pause")
    one.until(lambda status: status.status == "paused")
    camera.shoot(["overview"], FEW, "paused")
    camera.shoot(["overview"], FEW, "emergency", _press_emergency)
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGSTOP)
    try:
        time.sleep(25.0)
        camera.shoot(["overview", "positions"], FEW, "silent")
    finally:
        os.kill(one.process.pid, signal.SIGCONT)


def _press_emergency(tab: Page) -> None:
    tab.get_by_role("button").and_(tab.locator(".st-key-emergency_here button")).first.click()
    tab.get_by_role("dialog").wait_for()
    settle(tab)


def readme(browser: Browser, folder: Path) -> None:
    """The README's picture, one a language: the overview of a bot at work."""
    with (
        tempfile.TemporaryDirectory() as home,
        trading(Path(home)) as one,
        panel(one.folder) as served,
    ):
        camera = Camera(browser, served.url, folder)
        for language, name in {"en": "panel.png", "ko": "panel.ko.png"}.items():
            with camera.tab(Look(language, "light", "wide")) as tab:
                _await_positions(one, 3, 120.0)
                settle(tab, 4.0)
                tab.screenshot(path=folder / name)
                print(f"  {folder / name}")


def main() -> int:
    """Take them; 1 where there is no browser."""
    given = _parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the bot and the panel end with us
    path = browser_path()
    if path is None:
        print("no Chromium here: install the package chromium, or set CHROMIUM to its path")
        return 1
    looks = FEW if given.few else LOOKS
    folder = ROOT / "docs" if given.readme else given.out
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launched(playwright, path)
        if given.readme:
            readme(browser, folder)
        else:
            shots = everything(browser, folder, given.pages or PAGES, looks)
            (folder / "index.html").write_text(index(shots), "utf-8")
            print(f"{len(shots)} pictures: {folder / 'index.html'}")
        browser.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shots", description="Takes pictures of the panel.")
    parser.add_argument("pages", nargs="*", help="only these pages, e.g. overview why")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots", help="where to")
    parser.add_argument("--few", action="store_true", help="three ways of looking, not all eight")
    parser.add_argument("--readme", action="store_true", help="docs/panel.png, .ko.png, no others")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
