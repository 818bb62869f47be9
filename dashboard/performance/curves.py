"""Equity over time and how far it is below its peak, one pair of curves for every venue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.figures import figure
from dashboard.pane import Pane
from dashboard.tables import in_zone
from trader.bridge.panel.schemas import EquityLine

if TYPE_CHECKING:
    import pandas as pd

POINTS = 500  # most of a curve that is drawn
_EQUITY, _EQUITY_DARK = "#6d4aff", "#9a82ff"


def curves(pane: Pane, days: int) -> None:
    """All venues; `days` back from now, 0: everything."""
    rows = _points(pane, days)
    if not rows:
        st.caption(pane.words("trades.no_curve"))
        return
    for venue in dict.fromkeys(row.venue for row in rows):
        _curve(pane, venue, [row for row in rows if row.venue == venue])


def in_brief(pane: Pane, days: int) -> None:
    """Equity alone, small and side by side where there is room."""
    rows = _points(pane, days)
    with st.grid("auto", min_column_width=290, gap="small"):
        for venue in dict.fromkeys(row.venue for row in rows):
            with st.container(gap="xsmall"):
                quote = pane.quote(venue)
                st.markdown(f"**{pane.venue(venue)}**" + (f" · {quote}" if quote.isalnum() else ""))
                drawn = thinned([row for row in rows if row.venue == venue])
                drawn = in_zone(drawn, pane.times.zone_name)
                _line(pane, drawn["equity"].rename(pane.words("figure.equity")), 150)


def _points(pane: Pane, days: int) -> list[EquityLine]:
    """The journalled points of so many days, and where each account stands now."""
    since = pane.now - 86_400 * days if days else 0.0
    rows = [row for row in pane.files.equity().rows if row.at >= since]
    newest = {row.venue: row.at for row in rows}
    for venue, portfolio in pane.portfolios.items():
        at, equity, cash = portfolio.timestamp, portfolio.equity, portfolio.current_capital
        if equity is not None and at > newest.get(venue, at):
            rows.append(EquityLine(at=at, venue=venue, equity=equity, cash=cash))
    return rows


def _line(pane: Pane, values: pd.Series[float], height: int) -> None:
    """A curve that fills its height: a scale from zero would make every week look flat."""
    import altair as alt

    table = values.rename_axis("at").reset_index()
    name = str(values.name)
    ink = _EQUITY_DARK if pane.dark else _EQUITY
    chart = alt.Chart(table).mark_line(color=ink, strokeWidth=1.5)
    drawn = chart.encode(
        x=alt.X("at:T", title=None),
        y=alt.Y(f"{name}:Q", title=None, scale=alt.Scale(zero=False)),
        tooltip=[alt.Tooltip("at:T", format="%m-%d %H:%M:%S"), alt.Tooltip(f"{name}:Q")],
    )
    st.altair_chart(drawn.properties(height=height))


def thinned(rows: list[EquityLine]) -> pd.DataFrame:
    """At most `POINTS` of equity and drawdown (a fraction, negative) by time, the last among them.

    Lowest points of the drawdown stay: each drawn point stands for the worst of its stretch.
    """
    import pandas as pd

    frame = pd.DataFrame({"at": [row.at for row in rows], "equity": [row.equity for row in rows]})
    frame["drawdown"] = frame["equity"] / frame["equity"].cummax() - 1.0
    step = -(-len(frame) // POINTS)
    stretches = [part // step for part in range(len(frame))]
    drawn = frame.groupby(stretches).agg({"at": "last", "equity": "last", "drawdown": "min"})
    return drawn.set_index(pd.to_datetime(drawn.pop("at"), unit="s", utc=True))


def _curve(pane: Pane, venue: str, rows: list[EquityLine]) -> None:
    words, quote = pane.words, pane.quote(venue)
    drawn = thinned(rows)
    drawn = in_zone(drawn, pane.times.zone_name)
    first, last = rows[0], rows[-1]
    st.markdown(f"**{pane.venue(venue)}**")
    st.caption(
        words(
            "trades.curve",
            first=figure(first.equity, quote), last=figure(last.equity, quote), quote=quote,
            since=pane.times.moment(first.at), at=pane.times.moment(last.at),
        )
    )  # fmt: skip
    equity, drawdown = words("figure.equity"), words("figure.drawdown")
    _line(pane, drawn["equity"].rename(equity), 240)
    down = pane.palette.ink(-1.0, dark=pane.dark)
    st.area_chart((drawn["drawdown"] * 100).rename(f"{drawdown} %"), color=down, height=140)
