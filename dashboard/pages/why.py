"""Why not: the first gate that blocks each symbol, what was measured, what would be enough."""

from __future__ import annotations

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH, percent, price
from dashboard.pane import Pane, look
from dashboard.reasons import Gate, counted, first_gate, held
from trader.bridge.schemas import DecisionShown

_COLUMNS = ("symbol", "venue", "reason", "measured", "limit", "off_by", "setting", "level",
            "others", "code", "time")  # fmt: skip


@st.fragment(run_every=5)
def why() -> None:
    """The whole page: its figures change when candles close."""
    pane = look()
    decisions = pane.status.decisions if pane.status else ()
    if not decisions:
        st.caption(pane.words("why.none"))
        return
    _totals(pane, decisions)
    st.subheader(pane.words("why.symbols"))
    _table(pane, decisions)
    st.subheader(pane.words("why.counts"))
    _counts(pane, decisions)


def _totals(pane: Pane, decisions: tuple[DecisionShown, ...]) -> None:
    words = pane.words
    blocked = sum(first_gate(decision) is not None for decision in decisions)
    waiting = sum(d.level is not None and d.action != "HOLD" for d in decisions)
    with st.grid("auto", min_column_width=150, gap="small"):
        st.metric(words("why.watched"), len(decisions), border=True)
        st.metric(words("why.blocked"), blocked, border=True)
        st.metric(words("why.held"), sum(map(held, decisions)), border=True)
        st.metric(words("why.ready"), waiting, border=True, help=words("why.ready.help"))


def _counts(pane: Pane, decisions: tuple[DecisionShown, ...]) -> None:
    words = pane.words
    rows = [
        {
            words("col.reason"): words.of_code("reason", code),
            words("col.symbols"): count,
            words("col.setting"): Gate(code).setting or DASH,
            words("col.code"): code,
        }
        for code, count in counted(decisions)
    ]
    if not rows:
        st.caption(words("why.nothing_blocks"))
        return
    bar = st.column_config.ProgressColumn(
        format="%d", min_value=0, max_value=len(decisions), color="#6d4aff"
    )
    st.dataframe(
        tables.frame(rows, list(rows[0])),
        hide_index=True,
        column_config={words("col.symbols"): bar},
        alt=words("why.counts"),
    )


def _table(pane: Pane, decisions: tuple[DecisionShown, ...]) -> None:
    words = pane.words
    names = [words(f"col.{name}") for name in _COLUMNS]
    rows = [dict(zip(names, _row(pane, one), strict=True)) for one in decisions]
    st.dataframe(
        tables.frame(rows, names),
        hide_index=True,
        column_config={names[0]: st.column_config.TextColumn(pinned=True)},
        alt=words("why.symbols"),
    )
    st.caption(words("why.legend"))


def _row(pane: Pane, one: DecisionShown) -> tuple[str, ...]:
    gate = first_gate(one) or Gate("")
    words = pane.words
    reason = words.of_code("reason", gate.code) if gate.code else _free(pane, one)
    return (
        one.symbol,
        pane.venue(one.venue),
        reason,
        _named(gate.measured),
        _named(gate.limit),
        percent(gate.off_by),
        gate.setting or DASH,
        price(one.level),
        str(max(0, len(one.reasons) - 1)),
        gate.code or DASH,
        pane.times.clock(one.at),
    )


def _free(pane: Pane, one: DecisionShown) -> str:
    """What a symbol does that nothing blocks."""
    return pane.words("why.is_held") if held(one) else pane.words.of_code("action", one.action)


def _named(pair: tuple[str, float] | None) -> str:
    return DASH if pair is None else f"{pair[0]} {price(pair[1])}"


why()
