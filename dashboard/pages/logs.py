"""Logs: the newest entries by importance, part, time and text, and all of them by code."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from dashboard.figures import amount
from dashboard.logbook.codes import said
from dashboard.logbook.drawing import chosen, codes, entries, whole
from dashboard.logbook.line import Line, Sought, matching
from dashboard.logbook.tail import Tail
from dashboard.pane import Pane, look

_LEVELS = ("debug", "info", "warning", "error")
_WINDOWS = {"all": 0.0, "quarter": 900.0, "hour": 3_600.0, "day": 86_400.0}  # seconds
_VIEWS = ("list", "codes")


def logs() -> None:
    """Choices above, entries below; only the entries refresh, and only when followed."""
    pane = look()
    words = pane.words
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = st.segmented_control(
            words("logs.level"), _LEVELS, default="warning", required=True, key="log_level",
            format_func=lambda name: words(f"level.{name}"),
        )  # fmt: skip
        window = st.selectbox(
            words("logs.window"), _WINDOWS, key="log_window", width=150,
            format_func=lambda name: words(f"logs.window.{name}"),
        )  # fmt: skip
        icon = ":material/search:"
        text = st.text_input(words("logs.search"), live=True, key="log_search", icon=icon)
    view, parts, follow = _second_line(pane)
    sought = Sought(level or "warning", parts, text or "")
    every = 2 if follow else None
    st.fragment(_found, run_every=every)(sought, _WINDOWS[window or "all"], view)


def _second_line(pane: Pane) -> tuple[str, tuple[str, ...], bool]:
    """List or codes, the parts of the bot, whether new entries are followed."""
    words = pane.words
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control(
            words("logs.view"), _VIEWS, default="list", required=True, key="log_view",
            format_func=lambda name: words(f"logs.view.{name}"), label_visibility="collapsed",
        )  # fmt: skip
        parts = _components(pane)
        follow = st.toggle(words("logs.follow"), value=True, key="log_follow")
    return view or "list", parts, follow


def _components(pane: Pane) -> tuple[str, ...]:
    """The parts of the bot that have spoken; only names that a program would have."""
    names = sorted({line.component for line in _read(pane)[0] if line.component.isidentifier()})
    if len(names) < 2:
        return ()
    label = pane.words("logs.component")
    picked = st.multiselect(
        label, names, key="log_components", placeholder=label, label_visibility="collapsed"
    )
    return tuple(picked)


def _found(sought: Sought, window: float, view: str) -> None:
    pane = look()
    words = pane.words
    lines, problem = _read(pane)
    if problem:
        st.caption(words(problem))
        return
    since = pane.now - window if window else 0.0
    found = matching(lines, replace(sought, since=since, shown=partial(said, words)))
    count = amount(len(found), 0)
    st.caption(words("logs.count", n=count, all=amount(len(lines), 0), zone=pane.times.zone_shown))
    if not found:
        st.caption(words("logs.nothing"))
    elif view == "codes":
        codes(pane, found)
    else:
        entries(pane, found)
        line = chosen()
        if line is not None:
            st.dialog(words("logs.entry"), width="large")(whole)(pane, line, lines)


def _read(pane: Pane) -> tuple[tuple[Line, ...], str]:
    """The newest entries, or the key of a sentence why there are none."""
    try:
        return _tail(pane.place.log_dir).lines(), ""
    except FileNotFoundError:
        return (), "logs.none"
    except OSError:
        return (), "logs.unreadable"


@st.cache_resource
def _tail(folder: Path) -> Tail:
    """One reader for all browsers: a line is taken apart once."""
    return Tail(folder)


logs()
