"""The list of backtests, from which one is opened or up to four are compared."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH, amount, percent
from dashboard.pane import Pane
from dashboard.research.desk import job_in, state_of
from dashboard.research.shelf import Run, Spoilt

CHOSEN = "runs_chosen"
MOST = 4  # side by side
_TABLE = "runs_table"
_COLUMNS = ("when", "return", "name", "held", "drawdown", "trades", "sharpe", "timeframe",
            "symbols", "venue", "from", "to")  # fmt: skip


def listing(pane: Pane, runs: list[Run]) -> list[Run]:
    """The table, newest first; the runs that are chosen, in the order of choosing."""
    names = [run.name for run in runs]
    st.dataframe(
        _table(pane, runs), hide_index=True, column_config=_dates(pane), key=_TABLE,
        on_select=lambda: _pick(names), selection_mode="multi-row",
        alt=pane.words("page.backtests"),
        height=min(420, 38 + 35 * len(runs)),
    )  # fmt: skip
    st.caption(pane.words("runs.legend", n=len(runs), zone=pane.times.zone_shown))
    kept = [name for name in st.session_state.get(CHOSEN, names[:1]) if name in names]
    st.session_state[CHOSEN] = kept
    known = {run.name: run for run in runs}
    chosen = st.multiselect(
        pane.words("runs.open"), names, key=CHOSEN, max_selections=MOST,
        format_func=lambda name: _label(pane, known[name]),
        placeholder=pane.words("runs.open.none"),
    )  # fmt: skip
    return [known[name] for name in chosen]


def others(pane: Pane, spoilt: list[Spoilt], running: tuple[str, ...]) -> None:
    """Folders of the shelf without a run: what is wrong with each, and what may be done."""
    left = [one for one in spoilt if one.folder.name not in running]
    if not left:
        return
    words = pane.words
    with st.expander(words("runs.spoilt", n=len(left))):
        st.caption(words("runs.spoilt.text"))
        folder, why = words("runs.folder"), words("col.reason")
        rows = [{folder: one.folder.name, why: words(f"runs.why.{_why(one)}")} for one in left]
        st.dataframe(tables.frame(rows, [folder, why]), hide_index=True)


def _why(one: Spoilt) -> str:
    """Damaged, unreadable, none; of those begun from here cancelled or failed."""
    job = job_in(one.folder) if one.why == "none" else None
    return one.why if job is None else str(state_of(job))


def _pick(names: list[str]) -> None:
    """Rows that are marked in the table are what is chosen."""
    state: Any = st.session_state.get(_TABLE)
    rows = state["selection"]["rows"] if state else []
    picked = [names[row] for row in rows if 0 <= row < len(names)][-MOST:]
    if picked:
        st.session_state[CHOSEN] = picked


def _label(pane: Pane, run: Run) -> str:
    result = percent(run.metrics.get("total_return"))
    return f"{pane.times.date(run.at)} · {run.title} · {result}"


def _table(pane: Pane, runs: list[Run]) -> Any:
    import pandas as pd

    words = pane.words
    table = tables.frame([_row(pane, run) for run in runs], _COLUMNS)
    for name in ("when", "from", "to"):
        table[name] = pd.to_datetime(table[name].astype(float), unit="s", utc=True)
    for name in ("return", "held", "drawdown", "trades", "sharpe"):
        table[name] = table[name].astype(float)
    table.columns = [words(f"runs.col.{name}") for name in _COLUMNS]
    gains = {words(f"runs.col.{name}"): percent for name in ("return", "held")}
    styler = tables.gains(table, pane, gains, [])
    return styler.format(lambda v: percent(v, sign=False), subset=[words("runs.col.drawdown")],
                         na_rep=DASH).format(
        lambda v: amount(v, 0), subset=[words("runs.col.trades")], na_rep=DASH).format(
        amount, subset=[words("runs.col.sharpe")], na_rep=DASH)  # fmt: skip


def _row(pane: Pane, run: Run) -> dict[str, Any]:
    first, last = run.span or (None, None)
    metrics = run.metrics
    return {
        "when": run.at, "name": run.title, "venue": pane.venue(run.text("venue")),
        "symbols": ", ".join(run.symbols), "timeframe": run.text("timeframe") or DASH,
        "from": first, "to": last, "trades": metrics.get("trades"),
        "return": metrics.get("total_return"), "drawdown": metrics.get("max_drawdown"),
        "sharpe": metrics.get("sharpe"), "held": metrics.get("buy_and_hold_return"),
    }  # fmt: skip


def _dates(pane: Pane) -> dict[str, Any]:
    zone, words = pane.times.zone_name, pane.words
    moment = st.column_config.DatetimeColumn(timezone=zone, format="YYYY-MM-DD HH:mm", pinned=True)
    day = st.column_config.DatetimeColumn(timezone="UTC", format="YYYY-MM-DD")
    return {words("runs.col.when"): moment, words("runs.col.from"): day, words("runs.col.to"): day}
