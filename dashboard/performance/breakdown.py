"""Trades by time, symbol, strategy, reason or hour: bars of gain and loss over a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH, amount, arrow, figure, percent
from dashboard.pane import Pane
from dashboard.performance.grouping import BY, TIMES, calendar, grouped
from dashboard.performance.selection import named

if TYPE_CHECKING:
    import pandas as pd

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def breakdown(pane: Pane, rows: pd.DataFrame) -> None:
    """One cut at a time, every currency for itself."""
    words = pane.words
    by = st.segmented_control(
        words("trades.by"), BY, default="day", required=True, key="trades_by",
        format_func=lambda name: words(f"trades.by.{name}"),
    )  # fmt: skip
    for quote, here in rows.groupby("quote"):
        _cut(pane, grouped(here, by or "day", pane.times.zone_name), by or "day", str(quote))
    st.caption(words("trades.days" if by in TIMES else "trades.zone", zone=pane.times.zone_shown))


def _cut(pane: Pane, table: pd.DataFrame, by: str, quote: str) -> None:
    words = pane.words
    table["group"] = table["group"].map(_naming(pane, by))
    st.markdown(f"**{quote}**" if quote.isalnum() else "")
    _bars(pane, table, by)
    table.columns = [words(f"trades.by.{by}"), *(words(f"trades.{name}") for name in
                     ("count", "won", "net", "mean", "fees"))]  # fmt: skip
    net, mean = words("trades.net"), words("trades.mean")
    looks = {
        net: lambda value: figure(value, quote, sign=True),
        mean: lambda value: f"{amount(value, 2, sign=True)} %",
    }
    shown = tables.gains(table, pane, looks, [words("trades.fees")])
    shown = shown.format(lambda share: percent(share, sign=False), subset=[words("trades.won")])
    st.dataframe(shown, hide_index=True, alt=words("trades.by"))


def _bars(pane: Pane, table: pd.DataFrame, by: str) -> None:
    """Gains and losses in the viewer's colours; time runs to the right."""
    drawn = table.head(60)
    if by in TIMES:
        drawn = drawn.iloc[::-1]
    gain, loss = pane.words("trades.gain"), pane.words("trades.loss")
    bars = drawn[["group", "net"]].assign(
        **{gain: drawn["net"].clip(lower=0.0), loss: drawn["net"].clip(upper=0.0)}
    )
    inks: list[Any] = [pane.palette.ink(side, dark=pane.dark) for side in (1.0, -1.0)]
    st.bar_chart(bars, x="group", y=[gain, loss], color=inks, height=220, x_label="", y_label="",
                 sort=False)  # fmt: skip


def month_by_month(pane: Pane, rows: pd.DataFrame) -> None:
    """A calendar: what each day brought, in colour, with its sign."""
    for quote, here in rows.groupby("quote"):
        _months(pane, calendar(here), str(quote))
    st.caption(pane.words("trades.days", zone=pane.times.zone_shown))


def _months(pane: Pane, table: pd.DataFrame, quote: str) -> None:
    st.markdown(f"**{quote}**" if quote.isalnum() else "")
    table.insert(0, pane.words("trades.total"), table.sum(axis=1))
    table.columns = [str(name) for name in table.columns]
    table.index.name = pane.words("trades.by.month")
    shown: Any = lambda value: _day(value, quote)  # noqa: E731
    styled = table.style.format(shown, na_rep=DASH).map(lambda value: _ink(pane, value))
    st.dataframe(styled, alt=pane.words("trades.calendar"))


def _day(value: float, quote: str) -> str:
    return f"{arrow(value)} {figure(value, quote, sign=True)}"


def _ink(pane: Pane, value: float) -> str:
    colour = pane.palette.ink(value, dark=pane.dark)
    return f"color: {colour}; background-color: {colour}22" if colour else ""


def _naming(pane: Pane, by: str) -> Callable[[Any], str]:
    """How a group reads: weekdays and hours in words, codes in the viewer's language."""
    if by == "weekday":
        return lambda day: pane.words(f"weekday.{_WEEKDAYS[day]}")
    if by == "hour":
        return lambda hour: f"{hour:02d}:00"
    return str if by in TIMES else named(pane, by)
