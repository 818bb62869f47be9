"""The table of positions for wide screens; on phones the overview's cards stand in its place."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import streamlit as st

from dashboard import tables
from dashboard.figures import amount
from dashboard.holdings import Holding
from dashboard.pane import Pane
from dashboard.positions.rows import COLUMNS, FAR, priced_late, row
from trader.bridge.panel.account import AccountFile

_INK = "#8a8f98"  # neither gain nor loss


def listing(pane: Pane, held: list[Holding], account: AccountFile | None) -> Holding | None:
    """Draw it; the position that was chosen by a click, by its name: rows move, it does not."""
    words = pane.words
    names = {column: words(f"col.{column}") for column in COLUMNS}
    rows = [{names[key]: value for key, value in row(pane, one, account).items()} for one in held]
    table = tables.frame(rows, _columns(names, rows))
    changes = {names["unrealised"]: tables.signed, names["percent"]: _percent}
    plain = [names[key] for key in ("now", "entry_price", "quantity")]
    late = [at for at, one in enumerate(held) if priced_late(pane, one)]
    shown = tuple(map(named, held))
    key = f"held_table_{crc32(repr(shown).encode())}"
    st.dataframe(
        tables.gains(table, pane, changes, plain, late), hide_index=True, key=key,
        on_select=lambda: _choose(key, shown), selection_mode="single-row",
        alt=words("page.positions"),
        column_config={
            names["symbol"]: st.column_config.TextColumn(pinned=True),
            names["stop_bar"]: st.column_config.ProgressColumn(
                format="%.2f %%", min_value=0, max_value=FAR * 100, color=_INK
            ),
        },
    )  # fmt: skip
    choice = st.session_state.get("held_choice")
    return next((one for one in held if named(one) == choice), None)


def named(one: Holding) -> str:
    """`upbit:BTC/KRW`."""
    return f"{one.venue}:{one.symbol}"


def _choose(key: str, shown: tuple[str, ...]) -> None:
    """Remember what the click meant in the table as it was then."""
    rows = st.session_state[key]["selection"]["rows"]
    st.session_state["held_choice"] = shown[rows[0]] if rows and rows[0] < len(shown) else ""


def _columns(names: dict[str, str], rows: list[dict[str, Any]]) -> list[str]:
    """Without those that say nothing here, such as margin where nothing is on margin."""
    empty = (None, "—")
    optional = (names["margin"], names["liquidation_away"])
    return [
        name
        for name in names.values()
        if name not in optional or any(one[name] not in empty for one in rows)
    ]


def _percent(value: float) -> str:
    return f"{amount(value, 2, sign=True)} %"
