"""Which trades somebody looks at: period, venue, symbol, strategy, reason, side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.pane import Pane

if TYPE_CHECKING:
    import pandas as pd

PERIODS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "all": 0}  # days; 0: everything
_COLUMNS = ("venue", "symbol", "strategy", "exit_reason", "side")
_KINDS = {"strategy": "strategy", "exit_reason": "exit"}  # columns whose values have words


def chosen(pane: Pane, rows: pd.DataFrame) -> pd.DataFrame:
    """The filters, and what is left of the rows."""
    words = pane.words
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = st.segmented_control(
            words("trades.period"), PERIODS, default="all", required=True, key="trades_period",
            format_func=lambda name: words(f"trades.period.{name}"),
        )  # fmt: skip
        left = within(rows, PERIODS[period or "all"], pane.market_now)
        set_now = [st.session_state.get(f"trades_{column}") for column in _COLUMNS]
        count = sum(map(bool, set_now))
        label = words("trades.filters.on", n=count) if count else words("trades.filters")
        with st.popover(label, icon=":material/filter_alt:", key="trades_filters"):
            for column in _COLUMNS:
                left = _narrowed(pane, left, rows, column)
    return left


def within(rows: pd.DataFrame, days: int, now: float) -> pd.DataFrame:
    """The trades of the last so many days; 0: all."""
    import pandas as pd

    if not days:
        return rows
    since = pd.Timestamp(now - 86_400 * days, unit="s", tz="UTC")
    return rows[rows["closed"] >= since]


def _narrowed(pane: Pane, left: pd.DataFrame, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    found = sorted(rows[column].dropna().unique())
    wish = st.multiselect(
        pane.words(f"col.{column}"), found, key=f"trades_{column}",
        placeholder=pane.words("trades.any"), format_func=named(pane, column),
    )  # fmt: skip
    return left[left[column].isin(wish)] if wish else left


def named(pane: Pane, column: str) -> Callable[[str], str]:
    """How the values of a column read."""
    if column == "venue":
        return pane.venue
    if column == "side":
        return lambda value: pane.words.of_code("side", value)
    kind = _KINDS.get(column)
    return (lambda value: pane.words.of_code(kind, value)) if kind else str
