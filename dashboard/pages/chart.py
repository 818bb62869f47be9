"""Chart: what the bot saw and did on one symbol; zoom and place survive every tick."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime

import streamlit as st

from dashboard import tables
from dashboard.chart import draw
from dashboard.chart.series import LAYERS, drawn
from dashboard.figures import amount, money, price
from dashboard.holdings import holdings
from dashboard.pane import Pane, look
from trader.bridge.panel.schemas import ChartFile, TradeLine

_MARKED = 200  # newest trades of a symbol that are marked
_LISTED = 8


def chart() -> None:
    """Choices above; the picture below refreshes alone."""
    pane = look()
    keys = watched(pane)
    if not keys:
        st.caption(pane.words("chart.none"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = _symbol(pane, keys)
        layers = st.pills(
            pane.words("chart.layers"), LAYERS, selection_mode="multi", default=LAYERS,
            format_func=lambda name: pane.words(f"chart.layer.{name}"), key="chart_layers",
        )  # fmt: skip
    _picture(key, tuple(layers))


def watched(pane: Pane) -> list[str]:
    """Every symbol that is traded or held, held ones first: `upbit:BTC/KRW`."""
    held = [f"{one.venue}:{one.symbol}" for one in holdings(pane.portfolios)]
    chosen = [
        f"{venue}:{symbol}"
        for venue, portfolio in pane.portfolios.items()
        for symbol in portfolio.metadata.selected_symbols
    ]
    return list(dict.fromkeys(held + chosen))


def _symbol(pane: Pane, keys: list[str]) -> str:
    """The symbol of the address, of the last choice, else the first."""
    asked = st.query_params.get("symbol", "")
    wish = next((key for key in keys if asked in (key, key.partition(":")[2])), keys[0])
    key = st.selectbox(
        pane.words("col.symbol"), keys, index=keys.index(wish), key="chart_symbol",
        format_func=lambda one: f"{one.partition(':')[2]} · {pane.venue(one.partition(':')[0])}",
    )  # fmt: skip
    st.query_params["symbol"] = key
    return key


@st.fragment(run_every=2)
def _picture(key: str, layers: tuple[str, ...]) -> None:
    pane = look()
    try:
        pane.files.want([key])
    except OSError as error:
        st.caption(pane.words("chart.unwanted"))
        st.text(error.strerror or str(error))
    reading = pane.files.chart(key)
    if reading.value is None:
        st.caption(pane.words("chart.old" if pane.condition.stale else "chart.soon"))
        return
    trades = _trades(pane, reading.value)
    _caption(pane, reading.value, reading.age)
    old = pane.late(reading.value.venue)
    with st.container(key="old_numbers_chart" if old else "chart_picture"):
        draw(drawn(pane, reading.value, trades, layers))
    _list(pane, trades)


def _caption(pane: Pane, file: ChartFile, age: float | None) -> None:
    st.caption(
        pane.words(
            "chart.caption",
            timeframe=file.timeframe,
            strategy=pane.words.of_code("strategy", file.strategy),
            age=pane.times.span(age),
            zone=pane.times.zone_shown,
        )
    )
    if pane.market_time:
        st.caption(pane.market_time)


def _trades(pane: Pane, file: ChartFile) -> list[TradeLine]:
    """The newest trades of this symbol, oldest first."""
    rows = pane.files.trades().rows
    here = (row for row in rows if row.symbol == file.symbol and row.venue == file.venue)
    return list(deque(here, _MARKED))


def _list(pane: Pane, trades: list[TradeLine]) -> None:
    """The last trades in words, since marks on a chart are small."""
    words = pane.words
    st.subheader(words("chart.trades"))
    if not trades:
        st.caption(words("chart.no_trades"))
        return
    result, at = words("col.result_net"), words("col.time")
    rows = [
        {
            at: datetime.fromtimestamp(one.closed_at, UTC),
            words("col.side"): words(f"side.{one.side}"),
            words("col.entry_price"): price(one.entry_price),
            words("col.exit"): price(one.exit_price),
            words("col.reason"): words.of_code("exit", one.exit_reason),
            result: one.pnl,
            words("col.percent"): one.pnl_percent,
        }
        for one in reversed(trades[-_LISTED:])
    ]
    quote = trades[-1].symbol.partition("/")[2]
    gains = {
        result: lambda value: money(value, quote, sign=True),
        words("col.percent"): lambda value: f"{amount(value, 2, sign=True)} %",
    }
    shown = tables.gains(tables.frame(rows, list(rows[0])), pane, gains, [])
    column = st.column_config.DatetimeColumn(timezone=pane.times.zone_name, format="MM-DD HH:mm:ss")
    st.dataframe(shown, hide_index=True, column_config={at: column}, alt=words("chart.trades"))


chart()
