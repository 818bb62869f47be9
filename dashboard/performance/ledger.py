"""All closed trades as one table, made again only when a trade was added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.pane import Pane
from trader.bridge.panel.schemas import TradeLine
from trader.bridge.schemas import Portfolio, TradeShown

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("venue", "symbol", "strategy", "side", "entry_time", "entry_price", "quantity",
           "exit_time", "exit_price", "exit_reason", "leverage", "fees", "funding", "pnl",
           "pnl_percent")  # fmt: skip
"""The columns of `trades.csv`, times in ms UTC; here times are when it happened, not candles."""


def ledger(pane: Pane) -> pd.DataFrame:
    """Every closed trade, oldest first; the portfolios' newest 500 where there is no more.

    Beside `COLUMNS`: `closed` (UTC), `quote`.
    """
    lines = pane.files.trades()
    if lines.rows:
        return _made(str(pane.place.data_dir), lines.version, lines.rows)
    return _framed(_shown(pane.portfolios))


@st.cache_data(max_entries=2, show_spinner=False)
def _made(folder: str, version: int, _rows: tuple[TradeLine, ...]) -> pd.DataFrame:
    """`folder` and `version` name the rows, so that ten thousand are not compared."""
    return _framed(_of_line(row) for row in _rows)


def _framed(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=[*COLUMNS, "closed"])
    frame["closed"] = pd.to_datetime(frame["closed"], unit="s", utc=True)
    frame["quote"] = frame["symbol"].str.rpartition("/")[2] if len(frame) else ""
    return frame.sort_values("closed", ignore_index=True)


def _of_line(line: TradeLine) -> dict[str, Any]:
    times = {"entry_time": int(line.opened_at * 1000), "exit_time": int(line.closed_at * 1000)}
    return {name: getattr(line, name) for name in COLUMNS} | times | {"closed": line.closed_at}


def _shown(portfolios: Mapping[str, Portfolio]) -> Iterable[dict[str, Any]]:
    """The same of a portfolio's history, which tells less."""
    for venue, portfolio in portfolios.items():
        for trade in portfolio.trade_history:
            closed = closed_at(trade)
            yield {
                "venue": venue,
                "symbol": trade.symbol,
                "strategy": trade.strategy,
                "side": "long" if trade.type == "SELL" else "short",
                "quantity": trade.quantity,
                "exit_time": None if closed is None else int(closed * 1000),
                "exit_price": trade.price,
                "exit_reason": trade.reason,
                "fees": trade.fee,
                "pnl": trade.pnl,
                "pnl_percent": trade.pnl_percent,
                "closed": closed,
            }


def closed_at(trade: TradeShown) -> float | None:
    """The moment of a trade, which a portfolio publishes as UTC text; seconds since 1970."""
    try:
        at = datetime.strptime(trade.timestamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return at.timestamp()
