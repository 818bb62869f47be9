"""Backtests under way, with progress and a way to end them; and what became of the last one."""

from __future__ import annotations

import streamlit as st

from dashboard.boxes import Box, show
from dashboard.pane import Pane, look
from dashboard.research import desk
from dashboard.research.desk import Desk, Job, State
from dashboard.research.form import MINE
from dashboard.research.shelf import FOLDER


def under_way(at_work: Desk, now: tuple[str, ...]) -> None:
    """Everything that runs now; the page is drawn again when one begins or ends."""
    running = at_work.running()
    if tuple(job.folder.name for job in running) != now:
        st.rerun()
    pane = look()
    for place, job in enumerate(running):
        with st.container(border=True, key=f"runs_job_{place}", gap="xsmall"):
            _job(pane, at_work, job)


def ended(pane: Pane, at_work: Desk) -> None:
    """What became of the backtest that this browser started last, unless it runs or is open."""
    name = st.session_state.get(MINE)
    job = desk.job_in(pane.place.data_dir / FOLDER / name) if name else None
    state = desk.state_of(job) if job else State.RUNNING
    if job is None or state in (State.RUNNING, State.DONE):
        return
    title = pane.words(f"runs.{state}.title")
    text = pane.words(f"runs.{state}.text", folder="`data/backtests`")
    outside = desk.sentence(job) if state is State.FAILED else ""
    show(Box("amber", title, text, outside or job.folder.name), "runs_ended")


def _job(pane: Pane, at_work: Desk, job: Job) -> None:
    words = pane.words
    share = desk.progress(job)
    age = pane.times.span(max(0.0, pane.now - job.at))
    text = words("runs.running", age=age)
    if share is not None:
        text = words("runs.running.share", percent=round(share * 100), age=age)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container():
            st.progress(share or 0.0, text)
            st.text(job.folder.name)
        if pane.steers:
            st.button(
                words("runs.cancel"), key=f"cancel_{job.folder.name}", icon=":material/stop:",
                on_click=_cancel, args=(at_work, job), help=words("runs.cancel.help"),
            )  # fmt: skip
    if share is None and (said := desk.sentence(job)):
        st.text(said)


def _cancel(at_work: Desk, job: Job) -> None:
    if look().steers and at_work.cancel(job):
        st.session_state[MINE] = job.folder.name
