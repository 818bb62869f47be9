"""Backtests: start one, watch it, open what it left, compare up to four."""

from __future__ import annotations

import streamlit as st

from dashboard.pane import Pane, look
from dashboard.research.comparing import comparing
from dashboard.research.form import MINE, form
from dashboard.research.listing import CHOSEN, MOST, listing, others
from dashboard.research.opened import opened
from dashboard.research.removing import failure, removing
from dashboard.research.room import room
from dashboard.research.shelf import Run, Shelf
from dashboard.research.watch import ended, under_way

_ADDRESS = "run"  # in the address: names of chosen runs, with commas
_SHOWN = "backtest_shown"  # the last one of this browser that was opened by itself


def backtests() -> None:
    """What runs above, then the list with what is chosen from it; the form folded away."""
    pane = look()
    shelf, desk = room(pane.place.data_dir)
    running = tuple(job.folder.name for job in desk.running())
    # The clock ticks only while something runs.
    st.fragment(under_way, run_every=1 if running else None)(desk, running)
    ended(pane, desk)
    runs, spoilt = shelf.look()
    failure(pane)
    _open_asked(runs)
    _open_mine(runs)
    if pane.steers:
        with st.expander(pane.words("runs.new"), icon=":material/add:", expanded=not runs):
            form(pane, desk)
    _shelf(pane, shelf, runs)
    others(pane, spoilt, running)


def _open_mine(runs: list[Run]) -> None:
    """What this browser started is opened once, as soon as it is there."""
    mine = st.session_state.get(MINE)
    if mine and mine != st.session_state.get(_SHOWN) and any(run.name == mine for run in runs):
        st.session_state[_SHOWN], st.session_state[CHOSEN] = mine, [mine]


def _open_asked(runs: list[Run]) -> None:
    """The runs that the address names, until somebody chooses."""
    names = st.query_params.get(_ADDRESS, "").split(",")
    known = {run.name for run in runs}
    asked = [name for name in names if name in known][:MOST]
    if asked and CHOSEN not in st.session_state:
        st.session_state[CHOSEN] = asked


def _shelf(pane: Pane, shelf: Shelf, runs: list[Run]) -> None:
    if not runs:
        st.caption(pane.words("runs.empty" if pane.steers else "runs.empty.viewer"))
        st.code("python run_backtest.py --preset day", language=None, wrap_lines=True)
        return
    chosen = listing(pane, runs)
    st.query_params[_ADDRESS] = ",".join(run.name for run in chosen)
    if len(chosen) == 1:
        opened(pane, chosen[0])
        removing(pane, shelf, chosen[0])
    elif chosen:
        comparing(pane, chosen)


backtests()
