"""A run's own report in a frame without any rights: no scripts, no forms, no way out of it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent
HEIGHT = 900  # pixels


def framed(html: str, title: str, key: str) -> None:
    """Draw it. A sandbox of the browser holds it, whoever wrote the file: see `report.js`."""
    component = st.components.v2.component(
        "trader_report",
        js=(_FOLDER / "report.js").read_text("utf-8"),
        css=(_FOLDER / "report.css").read_text("utf-8"),
    )
    component(key=key, data={"html": html, "title": title}, height=HEIGHT)
