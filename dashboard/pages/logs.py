"""Logs: the newest entries by importance, component and text; all of it shown as plain text."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard import logtail, tables
from dashboard.logtail import Line, Sought
from dashboard.pane import Pane, look

_LEVELS = ("debug", "info", "warning", "error")
_SIGNS = {"warning": "▲", "error": "✖", "critical": "✖"}
_SHOWN = 500
_COLUMNS = ("time", "importance", "component", "message")


def logs() -> None:
    """Choices above, entries below; only the entries refresh, and only when followed."""
    pane = look()
    words = pane.words
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = st.segmented_control(
            words("logs.level"),
            _LEVELS,
            default="info",
            required=True,
            format_func=lambda name: words(f"level.{name}"),
            key="log_level",
        )
        chosen = _components(pane)
        icon = ":material/search:"
        text = st.text_input(words("logs.search"), live=True, key="log_search", icon=icon)
    follow = st.toggle(words("logs.follow"), value=True, key="log_follow")
    sought = Sought(level or "info", tuple(chosen), text or "")
    st.fragment(_entries, run_every=2 if follow else None)(sought)


def _components(pane: Pane) -> list[str]:
    """The parts of the bot that have spoken; names are shown as a table's filter would."""
    names = sorted({line.component for line in _read(pane)[0] if line.component.isidentifier()})
    if not names:
        return []
    words = pane.words
    wish = st.multiselect(
        words("logs.component"), names, key="log_components", placeholder=words("level.debug")
    )
    return list(wish)


def _entries(sought: Sought) -> None:
    pane = look()
    words = pane.words
    lines, problem = _read(pane)
    if problem:
        st.caption(words(problem))
        return
    found = logtail.matching(lines, sought)
    st.caption(words("logs.count", n=len(found), all=len(lines), zone=pane.times.zone_name))
    if found:
        _table(pane, found[:_SHOWN])


def _table(pane: Pane, found: list[Line]) -> None:
    words = pane.words
    names = [words(f"col.{name}") for name in _COLUMNS]
    rows = [dict(zip(names, _row(line), strict=True)) for line in found]
    at = st.column_config.DatetimeColumn(timezone=pane.times.zone_name, format="MM-DD HH:mm:ss.SSS")
    picked = st.dataframe(
        tables.frame(rows, names),
        hide_index=True,
        height=520,
        column_config={names[0]: at, names[3]: st.column_config.TextColumn(width="large")},
        on_select="rerun",
        selection_mode="single-row",
        key="log_table",
        alt=words("page.logs"),
    )
    for place in picked.selection.rows:
        if place < len(found):
            _whole(found[place])


def _whole(line: Line) -> None:
    """One entry in full, with what the table has no column for."""
    with st.container(border=True):
        st.text(f"{line.at} {line.level} {line.component}\n{line.message}\n{line.rest}".strip())


def _row(line: Line) -> tuple[datetime | None, str, str, str]:
    try:
        at = datetime.fromisoformat(line.at)
    except ValueError:
        at = None
    sign = _SIGNS.get(line.level, "")
    return at, f"{sign} {line.level}".strip(), line.component, line.message


def _read(pane: Pane) -> tuple[list[Line], str]:
    """The newest entries, or the key of a sentence why there are none."""
    try:
        return logtail.newest(pane.place.log_dir), ""
    except FileNotFoundError:
        return [], "logs.none"
    except OSError:
        return [], "logs.unreadable"


logs()
