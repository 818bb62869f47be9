"""Throw a finished backtest away, after a question: it does not come back."""

from __future__ import annotations

import streamlit as st

from dashboard.boxes import Box, show
from dashboard.pane import Pane
from dashboard.research.shelf import Run, Shelf

_FAILED = "runs_not_removed"  # why, until it was said


def removing(pane: Pane, shelf: Shelf, run: Run) -> None:
    """The button under an opened run; only for who may steer."""
    if not pane.steers:
        return
    words = pane.words
    if st.button(words("runs.remove"), icon=":material/delete:", key="runs_remove"):
        st.dialog(words("runs.remove.title"))(_question)(pane, shelf, run)


def failure(pane: Pane) -> None:
    """Why the last deletion failed, once."""
    if why := st.session_state.pop(_FAILED, ""):
        title = pane.words("runs.remove.failed")
        show(Box("amber", title, outside=why), "runs_remove_failed")


def _question(pane: Pane, shelf: Shelf, run: Run) -> None:
    words = pane.words
    st.caption(words("runs.remove.text"))
    st.text(f"{run.title} · {pane.times.date(run.at)}\n{run.folder}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(words("do.cancel"), key="runs_remove_no"):
            st.rerun()
        label = words("runs.remove")
        if st.button(label, type="primary", key="runs_remove_yes", on_click=_gone,
                     args=(pane, shelf, run)):  # fmt: skip
            st.rerun()


def _gone(pane: Pane, shelf: Shelf, run: Run) -> None:
    if not pane.steers:
        return
    try:
        shelf.remove(run)
    except FileNotFoundError:  # somebody was faster
        return
    except OSError as error:
        st.session_state[_FAILED] = f"{run.name}: {error.strerror or error}"
