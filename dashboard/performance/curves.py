"""Equity over time and how far it is below its peak, one pair of curves for every venue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.figures import figure
from dashboard.pane import Pane
from trader.bridge.panel.schemas import EquityLine

if TYPE_CHECKING:
    import pandas as pd

POINTS = 500  # most of a curve that is drawn
_EQUITY = "#6d4aff"


def curves(pane: Pane, days: int) -> None:
    """All venues; `days` back from now, 0: everything."""
    lines = pane.files.equity()
    since = pane.now - 86_400 * days if days else 0.0
    rows = [row for row in lines.rows if row.at >= since]
    if not rows:
        st.caption(pane.words("trades.no_curve"))
        return
    for venue in dict.fromkeys(row.venue for row in rows):
        _curve(pane, venue, [row for row in rows if row.venue == venue])


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
    drawn = drawn.tz_convert(pane.times.zone_name)
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
    st.line_chart(drawn["equity"].rename(equity), color=_EQUITY, height=240)
    down = pane.palette.ink(-1.0, dark=pane.dark)
    st.area_chart((drawn["drawdown"] * 100).rename(f"{drawdown} %"), color=down, height=140)
