"""The last preflight as a table: what was checked, what was found, what to do about it."""

from __future__ import annotations

import streamlit as st

from dashboard import tables
from dashboard.boxes import Box, show
from dashboard.figures import DASH
from dashboard.pane import Pane
from trader.bridge.panel.schemas import FindingShown, PreflightShown
from trader.bridge.words.checks import SIGNS, cause_and_remedy
from trader.domain.finding import Finding, Mark

CHECK = "python run_bot.py --check"
_MARKS = {mark.value: mark for mark in Mark}
_ORDER = ("fail", "warn", "ok")
# Amber, not red: red is for prices. Light and dark, 4.5:1 or more.
_INKS = {"fail": ("#b84a00", "#ff9d5c"), "warn": ("#8a5300", "#f5c26b")}


def findings(pane: Pane, preflight: PreflightShown | None) -> None:
    """Failures first; how to check again."""
    words = pane.words
    st.subheader(words("health.checks"))
    if preflight is None:
        show(Box("info", words("health.unchecked"), words("health.check"), command=CHECK), "check")
        return
    found = sorted(preflight.findings, key=lambda one: _place(one.level))
    bad = sum(one.level == "fail" for one in found)
    warned = sum(one.level == "warn" for one in found)
    age = pane.times.span(max(0.0, pane.now - preflight.at))
    at = pane.times.moment(preflight.at)
    st.caption(words("health.checked", n=len(found), bad=bad, warned=warned, at=at, age=age))
    if found:
        _table(pane, found)
    with st.expander(words("health.again")):
        st.markdown(words("health.check"))
        st.code(CHECK, language=None)


def told(pane: Pane, one: FindingShown) -> tuple[str, str]:
    """What was found and what to do; the bare facts of a check that these words do not know."""
    facts = {name: pane.venue(str(v)) if name == "venue" else v for name, v in one.facts.items()}
    mark = _MARKS.get(one.level, Mark.WARN)
    try:
        finding = Finding(mark, pane.venue(one.subject), one.code, facts)
        return cause_and_remedy(finding, pane.words.language)
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        plain = ", ".join(f"{name} {value}" for name, value in one.facts.items())
        return f"{one.code}: {plain}" if plain else one.code, ""


def _table(pane: Pane, found: list[FindingShown]) -> None:
    words = pane.words
    result, cause, remedy = (words(f"health.{name}") for name in ("result", "cause", "remedy"))
    rows = [_row(pane, one) for one in found]
    inks = {_level(pane, name): pair[pane.dark] for name, pair in _INKS.items()}
    styled = tables.frame(rows, list(rows[0])).style.map(
        lambda text: f"color: {inks[text]}" if text in inks else "", subset=[result]
    )
    wide = st.column_config.TextColumn(width="large")
    st.dataframe(
        styled, hide_index=True, column_config={cause: wide, remedy: wide}, key="findings",
        alt=words("health.checks"),
    )  # fmt: skip


def _row(pane: Pane, one: FindingShown) -> tables.Row:
    words, (cause, remedy) = pane.words, told(pane, one)
    return {
        words("health.result"): _level(pane, one.level),
        words("health.subject"): words.of_code("subject", pane.venue(one.subject)),
        words("health.cause"): cause,
        words("health.remedy"): remedy or DASH,
        words("col.code"): one.code,
    }


def _level(pane: Pane, level: str) -> str:
    mark = _MARKS.get(level)
    word = pane.words.of_code("finding", level)
    return f"{SIGNS[mark]} {word}" if mark else word


def _place(level: str) -> int:
    return _ORDER.index(level) if level in _ORDER else len(_ORDER)
