"""The log on screen: a table of entries, a table of codes, one entry in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH
from dashboard.logbook.codes import Counted, by_code, explained, said
from dashboard.logbook.line import Line, related
from dashboard.pane import Pane

SHOWN = 500  # rows drawn at once
_KEY = "log_table"
_SIGNS = {"warning": "▲", "error": "✖", "critical": "✖"}
# Amber, not red: red is for prices that go down (or up). Light and dark, 4.5:1 or more.
_INKS = {"warning": ("#8a5300", "#f5c26b"), "error": ("#b84a00", "#ff9d5c"),
         "critical": ("#b84a00", "#ff9d5c")}  # fmt: skip
_CUT = 500  # characters of a message in a table


def entries(pane: Pane, found: list[Line]) -> None:
    """The entries, newest first; a selected row is opened by `chosen`."""
    words, shown = pane.words, found[:SHOWN]
    st.session_state["log_shown"] = shown
    names = [words(f"col.{name}") for name in ("time", "importance", "message", "component")]
    rows = [dict(zip(names, _row(pane, line), strict=True)) for line in shown]
    st.dataframe(
        tables.frame(rows, names).style.map(_ink(pane), subset=[names[1]]),
        hide_index=True,
        height=min(460, 38 + 35 * len(rows)),
        column_config={
            names[0]: _time(pane, "MM-DD HH:mm:ss"),
            names[1]: st.column_config.TextColumn(width=90),
            names[2]: st.column_config.TextColumn(width="large"),
            names[3]: st.column_config.TextColumn(width=90),
        },
        on_select=_choose,
        selection_mode="single-row",
        key=_KEY,
        alt=words("page.logs"),
    )


def chosen() -> Line | None:
    """The entry whose row was selected just now; each selection opens it once."""
    found = st.session_state.pop("log_chosen", None)
    return found if isinstance(found, Line) else None


def whole(pane: Pane, line: Line, lines: tuple[Line, ...]) -> None:
    """One entry in full: cause, remedy, everything it carries, what belongs to it."""
    words, told = pane.words, explained(pane.words, line.code, line.message)
    for title, text in (("logs.cause", told.cause), ("logs.remedy", told.remedy)):
        if text:
            st.markdown(f"**{words(title)}**")
            st.text(text)
    st.markdown(f"**{words('logs.record')}**")
    with st.container(border=True, key="log_record"):
        st.text(record(pane, line))
    others = related(lines, line)
    if not others:
        st.caption(words("logs.alone"))
        return
    st.markdown(f"**{words('logs.chain' if line.chain else 'logs.symbol')}**")
    with st.container(border=True, key="log_chain"):
        st.text("\n".join(_short(pane, one) for one in others))


def record(pane: Pane, line: Line) -> str:
    """Everything that an entry carries, a field a line, as plain text."""
    words, time, text = pane.words, pane.times.moment(line.moment), said(pane.words, line.message)
    fields = {
        "col.time": f"{time} ({line.at})" if line.at else "",
        "col.importance": words.of_code("importance", line.level),
        "col.component": line.component, "col.code": line.code,
        "col.venue": pane.venue(line.venue) if line.venue else "", "col.symbol": line.symbol,
        "logs.id": line.chain, "col.message": line.message,
        "logs.said": "" if text == line.message else text,
    }  # fmt: skip
    told = [f"{words(name)}: {value}" for name, value in fields.items() if value]
    return "\n".join([*told, line.rest] if line.rest else told)


def codes(pane: Pane, found: list[Line]) -> None:
    """Every code once: how often, first and last, cause and remedy."""
    words = pane.words
    rows = [_counted(pane, one) for one in by_code(found)]
    if not rows:
        st.caption(words("logs.no_codes"))
        return
    times = {words(name): _time(pane, "MM-DD HH:mm:ss") for name in ("logs.first", "logs.last")}
    wide = {words(name): st.column_config.TextColumn(width="large")
            for name in ("logs.cause", "logs.remedy")}  # fmt: skip
    st.dataframe(
        tables.frame(rows, list(rows[0])), hide_index=True, key="log_codes",
        column_config=times | wide, alt=words("logs.view.codes"),
    )  # fmt: skip


def _counted(pane: Pane, one: Counted) -> tables.Row:
    words, told = pane.words, explained(pane.words, one.code, one.newest)
    return {
        words("col.code"): f"{_SIGNS.get(one.level, '')} {one.code[:100]}".strip(),
        words("col.count"): one.count,
        words("logs.cause"): told.cause or DASH,
        words("logs.remedy"): told.remedy or DASH,
        words("logs.first"): _utc(one.first),
        words("logs.last"): _utc(one.last),
    }


def _ink(pane: Pane) -> Callable[[Any], str]:
    """The colour of an importance as it is written in the table."""
    colours = {
        _importance(pane, level): f"color: {inks[pane.dark]}" for level, inks in _INKS.items()
    }
    return lambda text: colours.get(str(text), "")


def _choose() -> None:
    """A row was selected: remember the entry, for rows move when new ones come."""
    shown = st.session_state.get("log_shown", [])
    for place in st.session_state[_KEY].selection.rows:
        if place < len(shown):
            st.session_state["log_chosen"] = shown[place]


def _row(pane: Pane, line: Line) -> tuple[datetime | None, str, str, str]:
    message = said(pane.words, line.message)[:_CUT]
    return _utc(line.moment), _importance(pane, line.level), message, line.component


def _importance(pane: Pane, level: str) -> str:
    return f"{_SIGNS.get(level, '')} {pane.words.of_code('importance', level)}".strip()


def _short(pane: Pane, line: Line) -> str:
    message = said(pane.words, line.message)[:_CUT]
    importance = pane.words.of_code("importance", line.level)
    return f"{pane.times.moment(line.moment)}  {importance}  {message}"


def _utc(at: float | None) -> datetime | None:
    try:
        return None if at is None else datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _time(pane: Pane, form: str) -> Any:
    return st.column_config.DatetimeColumn(timezone=pane.times.zone_name, format=form, width=120)
