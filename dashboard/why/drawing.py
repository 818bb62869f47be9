"""The funnel, the list of obstacles and the symbols, as tables that read without colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH, amount, percent, price
from dashboard.pane import Pane
from dashboard.reasons import SETTINGS, Gate, first_gate, gate_of, held
from dashboard.why.funnel import Stage, funnel, most_frequent
from trader.bridge.panel.schemas import WhySymbol
from trader.bridge.schemas import DecisionShown

_INK = "#6d4aff"
_BAR = 100  # pixels, so that what stands behind a bar is seen without scrolling
_COLUMNS = ("symbol", "venue", "reason", "measured", "limit", "off_by", "passed_day", "setting",
            "level", "others", "code", "time")  # fmt: skip


def stages(pane: Pane, candidates: int, first: Mapping[str, int]) -> None:
    """One bar a stage: how many came through."""
    words = pane.words
    name, came, stopped = words("why.stage"), words("why.passed"), words("why.stopped")
    rows: list[dict[str, Any]] = [
        {name: words("why.stage.candidates"), came: candidates, stopped: 0}
    ]
    rows += [
        {name: _stage(pane, stage), came: stage.passed, stopped: stage.stopped}
        for stage in funnel(candidates, first)
    ]
    bar = st.column_config.ProgressColumn(
        format="%d", min_value=0, max_value=max(1, candidates), color=_INK, width=_BAR
    )
    st.dataframe(
        tables.frame(rows, [name, came, stopped]), hide_index=True,
        column_config={came: bar}, alt=words("why.funnel"),
    )  # fmt: skip


def _stage(pane: Pane, stage: Stage) -> str:
    key = f"why.stage.{stage.name}"
    if stage.name in ("data", "signal", "risk"):
        return pane.words(key)
    return pane.words("why.stage.filter", name=pane.words.of_code("reason", stage.name))


def sentence(pane: Pane, candidates: int, first: Mapping[str, int]) -> None:
    """What stands in the way most, in one sentence."""
    found = most_frequent(first)
    if not found or not candidates:
        st.caption(pane.words("why.nothing_blocks"))
        return
    code, count = found[0]
    reason = pane.words.of_code("reason", code)
    share = percent(count / candidates, sign=False)
    setting = SETTINGS.get(code)
    st.text(pane.words("why.most", reason=reason, share=share, n=amount(count, 0)))
    if setting:
        st.page_link(
            "../pages/settings.py", label=pane.words("why.setting", name=setting),
            icon=":material/settings:", query_params={"key": setting},
        )  # fmt: skip


def obstacles(pane: Pane, candidates: int, first: Mapping[str, int]) -> None:
    """Every code with its count, its share and the setting behind it."""
    words = pane.words
    share = words("why.share")
    rows = [
        {
            words("col.reason"): words.of_code("reason", code),
            share: 100.0 * count / max(1, candidates),
            words("col.count"): count,
            words("col.setting"): SETTINGS.get(code, DASH),
            words("col.code"): code,
        }
        for code, count in most_frequent(first)
    ]
    if not rows:
        st.caption(words("why.nothing_blocks"))
        return
    bar = st.column_config.ProgressColumn(
        format="%.0f %%", min_value=0, max_value=100, color=_INK, width=_BAR
    )
    table = tables.frame(rows, list(rows[0]))
    st.dataframe(table, hide_index=True, column_config={share: bar}, alt=words("why.counts"))


def symbols(
    pane: Pane, decisions: list[DecisionShown], day: Mapping[str, WhySymbol]
) -> DecisionShown | None:
    """Every symbol and its first gate; the one that was chosen by a click."""
    words = pane.words
    names = [words(f"col.{name}") for name in _COLUMNS]
    rows = [dict(zip(names, _row(pane, one, day), strict=True)) for one in decisions]
    pinned = {names[0]: st.column_config.TextColumn(pinned=True)}
    found: Any = st.dataframe(
        tables.frame(rows, names), hide_index=True, column_config=pinned, alt=words("why.symbols"),
        on_select="rerun", selection_mode="single-row", key="why_symbols",
    )  # fmt: skip
    st.caption(words("why.legend"))
    st.caption(words("zone", zone=pane.times.zone_shown))
    chosen = found["selection"]["rows"] if found else []
    return decisions[chosen[0]] if chosen and chosen[0] < len(decisions) else None


def _row(pane: Pane, one: DecisionShown, day: Mapping[str, WhySymbol]) -> tuple[str, ...]:
    gate = first_gate(one) or Gate("")
    words = pane.words
    reason = words.of_code("reason", gate.code) if gate.code else _free(pane, one)
    counted = day.get(f"{one.venue}:{one.symbol}")
    passed = counted.passed / counted.candles if counted and counted.candles else None
    return (
        one.symbol,
        pane.venue(one.venue),
        reason,
        named(gate.measured),
        named(gate.limit),
        percent(gate.off_by),
        percent(passed, sign=False),
        gate.setting or DASH,
        price(one.level),
        str(max(0, len(one.reasons) - 1)),
        gate.code or DASH,
        pane.times.clock(one.at),
    )


def everything(pane: Pane, one: DecisionShown) -> None:
    """All gates that stand in one symbol's way, in the bot's order."""
    words = pane.words
    st.text(f"{one.symbol} · {pane.venue(one.venue)} · {pane.times.moment(one.at)}")
    lines = [_gate(pane, gate_of(reason)) for reason in one.reasons]
    st.text("\n".join(lines) if lines else words("why.nothing_blocks"))
    st.page_link(
        "../pages/chart.py", label=words("why.chart"), icon=":material/candlestick_chart:",
        query_params={"symbol": f"{one.venue}:{one.symbol}"},
    )  # fmt: skip


def _gate(pane: Pane, gate: Gate) -> str:
    reason = pane.words.of_code("reason", gate.code)
    pairs = " · ".join(named(pair) for pair in (gate.measured, gate.limit) if pair is not None)
    off = f" ({percent(gate.off_by)})" if gate.off_by is not None else ""
    return f"✖ {reason}   {pairs}{off}   {gate.setting}".rstrip()


def _free(pane: Pane, one: DecisionShown) -> str:
    """What a symbol does that nothing blocks."""
    return pane.words("why.is_held") if held(one) else pane.words.of_code("action", one.action)


def named(pair: tuple[str, float] | None) -> str:
    """`adx 17.2`; a dash for what was not said."""
    return DASH if pair is None else f"{pair[0]} {price(pair[1], 6)}"
