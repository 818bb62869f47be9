"""The chart of one symbol: candles, trades, levels, indicators, and where a filter blocked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent
LIBRARY = "app/static/lightweight-charts/lightweight-charts-5.2.1.js"


def draw(data: Mapping[str, Any], *, key: str = "candles") -> str | None:
    """Draw what `series.drawn` made; the id of a trade whose mark was just clicked."""
    component = st.components.v2.component(
        "trader_candles",
        js=(_FOLDER / "candles.js").read_text("utf-8"),
        css=(_FOLDER / "candles.css").read_text("utf-8"),
    )
    found = component(
        key=key,
        data={**data, "library": LIBRARY},
        height="content",
        on_trade_change=lambda: None,
    )
    trade = found.get("trade")
    return trade if isinstance(trade, str) else None
