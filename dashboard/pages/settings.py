"""Settings: every key with what it means here; drafts, presets and the way back, one review."""

from __future__ import annotations

import streamlit as st

from dashboard.boxes import Box, show
from dashboard.pane import look
from dashboard.settings import desk
from dashboard.settings.bundles import bundles
from dashboard.settings.editor import listing, ticking_bar
from dashboard.settings.history import history
from dashboard.settings.review import review

_VIEWS = ("list", "bundles", "history")


def settings() -> None:
    """One view at a time; the draft stays, whichever it is."""
    pane = look()
    paper = desk.paper_of(pane)
    if paper is None:
        st.caption(pane.words("settings.nothing"))
        return
    _state()
    view = st.segmented_control(
        pane.words("settings.view"), _VIEWS, default="list", required=True, key="settings_view",
        format_func=lambda name: pane.words(f"settings.view.{name}"),
        label_visibility="collapsed",
    )  # fmt: skip
    ticking_bar()
    if view == "bundles":
        bundles()
    elif view == "history":
        history()
    else:
        listing()
    wanted = desk.requested()
    if wanted is not None:
        review(pane, paper, wanted)


@st.fragment(run_every=3)
def _state() -> None:
    """Whose file this is, what waits for a restart, what is wrong with it."""
    pane = look()
    paper = desk.paper_of(pane)
    if paper is None:
        return
    words, reading = pane.words, pane.files.settings()
    st.caption(words("settings.file", age=pane.times.span(reading.age), count=len(paper.file.rows)))
    if paper.file.pending_restart:
        waiting = ", ".join(paper.file.pending_restart)
        show(Box("amber", words("settings.restart"), words("settings.restart.text"), waiting),
             "settings_restart")  # fmt: skip
    if not pane.steers:
        st.caption(words("viewer"))
    elif not pane.condition.listens:
        st.caption(words("settings.silent"))


settings()
