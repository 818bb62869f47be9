"""A person with a browser: opens pages of the panel, and notices every error on the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
)

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000  # milliseconds
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--no-first-run")  # fmt: skip

# A page's address is tried as the server's own first: Streamlit's way of finding where it lives.
_PROBES = ("/_stcore/health", "/_stcore/host-config")


def browser_path() -> str | None:
    """Chromium of this machine; None without one. `CHROMIUM` names another."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def launched(playwright: Playwright, path: str) -> Browser:
    """A browser without a screen."""
    expect.set_options(timeout=PATIENCE)
    return playwright.chromium.launch(executable_path=path, args=list(_FLAGS))


@dataclass
class Viewer:
    """One browser window. `errors`: what its console complained of."""

    context: BrowserContext
    url: str
    errors: list[str] = field(default_factory=list)

    def open(self, page: str = "", **query: str) -> Page:
        """Open a page and wait until its header stands."""
        tab = self.context.new_page()
        tab.set_default_timeout(PATIENCE)
        tab.on("console", self._hear)
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        tab.goto(f"{self.url}/{page}?{asked}" if asked else f"{self.url}/{page}")
        tab.locator(".st-key-header").wait_for()
        tab.locator(".clocks .clock").first.wait_for()
        return tab

    def listen(self, heard: Callable[[bytes], None]) -> None:
        """Hand over every frame that the server sends to pages opened from now on."""

        def frame(data: str | bytes) -> None:
            heard(data if isinstance(data, bytes) else data.encode())

        def wired(tab: Page) -> None:
            tab.on("websocket", lambda wire: wire.on("framereceived", frame))

        self.context.on("page", wired)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(_PROBES):
            self.errors.append(message.text)


def viewer(browser: Browser, url: str, **wishes: Any) -> Viewer:
    """A window. Wishes are Playwright's: `locale`, `viewport`, `color_scheme` ..."""
    usual: dict[str, Any] = {"locale": "en-US", "timezone_id": "Asia/Seoul", "viewport": WIDE}
    return Viewer(browser.new_context(**usual | wishes), url)
