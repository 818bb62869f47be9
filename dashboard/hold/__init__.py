"""A button that must be held for two seconds: for commands that cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent
SECONDS = 2.0


def hold(label: str, done: str, *, token: str, act: Callable[[], None]) -> bool:
    """Draw it; `act` is called when it was held to the end, before the page is drawn again.

    `token` tells one question from the next: it names the button. True in the run after.
    """
    component = st.components.v2.component(
        "trader_hold",
        js=(_FOLDER / "hold.js").read_text("utf-8"),
        css=(_FOLDER / "hold.css").read_text("utf-8"),
    )
    data = {
        "label": label,
        "done": done,
        "token": token,
        "milliseconds": SECONDS * 1000,
    }
    found = component(key=f"hold_{token}", data=data, height="content", on_held_change=act)
    return bool(found.get("held"))
