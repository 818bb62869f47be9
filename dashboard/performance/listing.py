"""The trades one by one, page by page, and as files to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH, amount
from dashboard.pane import Pane
from dashboard.performance.ledger import COLUMNS
from dashboard.performance.selection import named

if TYPE_CHECKING:
    import pandas as pd

PAGE = 100  # rows drawn at once
_SHOWN = {"time": "closed", "symbol": "symbol", "venue": "venue", "result_net": "pnl",
          "percent": "pnl_percent", "exit_reason": "exit_reason", "side": "side",
          "entry_price": "entry_price", "exit": "exit_price", "quantity": "quantity",
          "fee": "fees", "strategy": "strategy"}  # fmt: skip


def listing(pane: Pane, rows: pd.DataFrame, when: str = "MM-DD HH:mm:ss") -> None:
    """Newest first; `when` is how moments are written."""
    newest = rows.iloc[::-1]
    pages = max(1, -(-len(newest) // PAGE))
    page = 1
    if pages > 1:
        page = st.pagination(pages, key="trades_page")
    _table(pane, newest.iloc[(page - 1) * PAGE : page * PAGE], when)
    words = pane.words
    st.caption(words("trades.legend", n=amount(len(newest), 0), zone=pane.times.zone_shown))
    with st.container(horizontal=True):
        st.download_button(
            words("trades.csv"), lambda: csv(newest), "trades.csv", "text/csv", key="trades_csv",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            words("trades.json"), lambda: as_json(newest), "trades.json", "application/json",
            key="trades_json", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def csv(rows: pd.DataFrame) -> str:
    """The columns of a backtest's `trades.csv`, so that both can be compared."""
    return str(rows[list(COLUMNS)].to_csv(index=False))


def as_json(rows: pd.DataFrame) -> str:
    """The same as a list of objects."""
    return str(rows[list(COLUMNS)].to_json(orient="records"))


def _table(pane: Pane, rows: pd.DataFrame, when: str) -> None:
    words = pane.words
    table = rows[list(_SHOWN.values())].copy()
    for column in ("venue", "exit_reason", "side", "strategy"):
        table[column] = table[column].map(named(pane, column))
    table.columns = [words(f"col.{name}") for name in _SHOWN]
    result, share = words("col.result_net"), words("col.percent")
    plain = [words(f"col.{name}") for name in ("entry_price", "exit", "quantity")]
    shown = tables.gains(table, pane, {result: tables.signed, share: _percent}, plain)
    shown = shown.format(_fee, subset=[words("col.fee")], na_rep=DASH)
    at = st.column_config.DatetimeColumn(timezone=pane.times.zone_name, format=when)
    st.dataframe(
        shown, hide_index=True, column_config={words("col.time"): at}, alt=words("page.trades")
    )


def _fee(value: float) -> str:
    return amount(value, 2 if abs(value) >= 1 else 4)


def _percent(value: float) -> str:
    return f"{amount(value, 2, sign=True)} %"
