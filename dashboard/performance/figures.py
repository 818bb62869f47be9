"""The figures of some trades, one row of them for every currency."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.figures import DASH, amount, arrow, figure, percent
from dashboard.pane import Pane
from dashboard.performance.grouping import Totals, totals

if TYPE_CHECKING:
    import pandas as pd


def summary(pane: Pane, rows: pd.DataFrame) -> None:
    """Won and Tether are never added up."""
    for quote, here in rows.groupby("quote"):
        with st.container(border=True, gap="xsmall", key=f"figures_{quote}"):
            st.markdown(f"**{quote}**" if str(quote).isalnum() else "")
            with st.grid("auto", min_column_width=100, gap="small"):
                _row(pane, totals(here), str(quote))


def _row(pane: Pane, found: Totals, quote: str) -> None:
    words = pane.words
    st.metric(words("trades.count"), amount(found.trades, 0))
    st.metric(
        words("trades.net"),
        figure(found.net, quote, sign=True),
        None if not found.net else arrow(found.net),
        delta_color=pane.palette.delta(found.net, stale=pane.condition.stale),
        delta_arrow="off",
        help=words("trades.net.help"),
    )
    plain = {
        "won": percent(found.won, sign=False),
        "profit_factor": _factor(found.profit_factor),
        "expectancy": figure(found.expectancy, quote, sign=True),
        "best": figure(found.best, quote, sign=True),
        "worst": figure(found.worst, quote, sign=True),
        "fees": figure(found.fees, quote),
    }
    if found.funding:
        plain["funding"] = figure(found.funding, quote, sign=True)
    for name, text in plain.items():
        known = words(f"trades.{name}.help")
        st.metric(words(f"trades.{name}"), text, help=known)


def _factor(value: float | None) -> str:
    if value is None:
        return DASH
    return "∞" if isinf(value) else amount(value, 2)
