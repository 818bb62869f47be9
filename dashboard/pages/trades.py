"""Trades: what was closed, at what result, for what reason; the newest 500 of every venue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import tables
from dashboard.figures import amount, figure, percent
from dashboard.pane import Pane, look
from trader.bridge.schemas import Portfolio, TradeShown

_COLUMNS = ("time", "symbol", "venue", "result_net", "percent", "exit_reason", "side", "price",
            "quantity", "fee", "strategy")  # fmt: skip


@st.fragment(run_every=10)
def trades() -> None:
    """Totals and the list."""
    pane = look()
    rows = [_row(pane, v, trade) for v, p in pane.portfolios.items() for trade in p.trade_history]
    if not rows:
        st.caption(pane.words("trades.none"))
        return
    for venue, portfolio in pane.portfolios.items():
        _totals(pane, venue, portfolio)
    _table(pane, rows)


def _totals(pane: Pane, venue: str, portfolio: Portfolio) -> None:
    words, history, quote = pane.words, portfolio.trade_history, pane.quote(venue)
    if not history:
        return
    net = sum(trade.pnl for trade in history)
    won = sum(trade.pnl > 0 for trade in history)
    fees = sum(trade.fee for trade in history)
    st.markdown(f"**{pane.venue(venue)}**" + (f" · {quote}" if quote.isalnum() else ""))
    with st.grid("auto", min_column_width=130, gap="small"):
        st.metric(words("trades.count"), amount(len(history), 0), border=True, height="stretch")
        st.metric(
            words("trades.won"),
            percent(won / len(history), sign=False),
            border=True,
            height="stretch",
        )
        st.metric(
            words("trades.net"),
            figure(net, quote, sign=True),
            percent(net / portfolio.initial_capital) if portfolio.initial_capital else None,
            delta_color=pane.palette.delta(net, stale=pane.condition.stale),
            delta_arrow="auto" if net else "off",
            border=True,
            height="stretch",
        )
        st.metric(words("trades.fees"), figure(fees, quote), border=True, height="stretch")


def _table(pane: Pane, rows: list[dict[str, Any]]) -> None:
    words = pane.words
    table = tables.frame(rows, [words(f"col.{name}") for name in _COLUMNS])
    time, result, share = words("col.time"), words("col.result_net"), words("col.percent")
    table = table.sort_values(time, ascending=False, na_position="last")
    plain = [words(f"col.{name}") for name in ("price", "quantity", "fee")]
    shown = tables.gains(table, pane, {result: tables.signed, share: _percent}, plain)
    at = st.column_config.DatetimeColumn(timezone=pane.times.zone_name, format="MM-DD HH:mm:ss")
    st.dataframe(shown, hide_index=True, column_config={time: at}, alt=words("page.trades"))
    st.caption(words("trades.legend", zone=pane.times.zone_name))


def _row(pane: Pane, venue: str, trade: TradeShown) -> dict[str, Any]:
    words = pane.words
    values = (
        closed_at(trade),
        trade.symbol,
        pane.venue(venue),
        trade.pnl,
        trade.pnl_percent,
        words.of_code("exit", trade.reason),
        words("side.long" if trade.type == "SELL" else "side.short"),
        trade.price,
        trade.quantity,
        trade.fee,
        trade.strategy,
    )
    return {words(f"col.{name}"): value for name, value in zip(_COLUMNS, values, strict=True)}


def closed_at(trade: TradeShown) -> datetime | None:
    """The moment of a trade, which is published as UTC text."""
    try:
        return datetime.strptime(trade.timestamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _percent(value: float) -> str:
    return f"{amount(value, 2, sign=True)} %"


trades()
