"""Trades and performance: what was closed, at what result, cut every way one may ask about."""

from __future__ import annotations

import streamlit as st

from dashboard.pane import look
from dashboard.performance.breakdown import breakdown, month_by_month
from dashboard.performance.curves import curves
from dashboard.performance.figures import summary
from dashboard.performance.ledger import ledger
from dashboard.performance.listing import listing
from dashboard.performance.selection import PERIODS, chosen

_VIEWS = ("list", "breakdown", "calendar", "equity")


@st.fragment(run_every=30)
def trades() -> None:
    """Filters, figures, and one view of the trades at a time."""
    pane = look()
    words = pane.words
    rows = ledger(pane)
    if rows.empty:
        st.caption(words("trades.none"))
        return
    left = chosen(pane, rows)
    if not left.empty:
        summary(pane, left)
    view = st.segmented_control(
        words("trades.view"), _VIEWS, default="list", required=True, key="trades_view",
        format_func=lambda name: words(f"trades.view.{name}"), label_visibility="collapsed",
    )  # fmt: skip
    if view == "equity":
        curves(pane, PERIODS[st.session_state.get("trades_period") or "all"])
    elif left.empty:
        st.caption(words("trades.none_left"))
    else:
        {"breakdown": breakdown, "calendar": month_by_month}.get(view or "", listing)(pane, left)
    if pane.market_time:
        st.caption(pane.market_time)


trades()
