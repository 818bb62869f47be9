"""What the accessibility checker axe says of every page: nothing serious."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.panel import PAGES, Panel
from tests.browser.viewer import Viewer

# Streamlit's own navigation puts `div` between its lists and their items; we draw no lists.
RULES = {"rules": {"list": {"enabled": False}, "listitem": {"enabled": False}}}


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """The panel on the stage."""
    return staged


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_serious(look: Callable[..., Viewer], page: str, scheme: str) -> None:
    tab = look(color_scheme=scheme).open("" if page == "overview" else page)
    tab.wait_for_load_state("networkidle")
    assert serious(tab) == []


def serious(tab: Page) -> list[str]:
    """`rule: element` of every violation that keeps somebody from using a page."""
    found: list[dict[str, Any]] = Axe().run(tab, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
        if node["impact"] in ("serious", "critical")
    ]
