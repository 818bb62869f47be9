"""Three clocks that count in the browser, so that they turn red when the server hangs too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.freshness import SCREEN, Limits, bot_limits, exchange_limits
from dashboard.pane import Pane

_FOLDER = Path(__file__).parent


def clocks(pane: Pane) -> None:
    """Show the age of screen, bot and every exchange's prices."""
    draw = st.components.v2.component(
        "trader_clocks",
        js=(_FOLDER / "clocks.js").read_text("utf-8"),
        css=(_FOLDER / "clocks.css").read_text("utf-8"),
    )
    draw(key="clocks", data=ages(pane), height="content")


def ages(pane: Pane) -> dict[str, Any]:
    """What the browser needs: ages in seconds (null: never seen), limits, words."""
    words, status = pane.words, pane.status
    shown = [_clock(words("clock.screen"), 0.0, SCREEN)]
    shown.append(_clock(words("clock.bot"), pane.reading.age, bot_limits(status)))
    limits = exchange_limits(status)
    for venue, link in (status.venues if status else {}).items():
        word = "" if link.status == "connected" else words.of_code("link", link.status)
        shown.append(_clock(pane.venue(venue), pane.price_age(venue), limits) | {"word": word})
    units = {unit: words(f"unit.{unit}") for unit in ("s", "min", "h", "d")}
    frozen = words("clock.frozen")
    return {"clocks": shown, "units": units, "frozen": frozen, "title": pane.title}


def _clock(label: str, age: float | None, limits: Limits) -> dict[str, Any]:
    return {"label": label, "age": age, "amber": limits.amber, "red": limits.red, "word": ""}
