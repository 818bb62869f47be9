"""The parts of the commands page: pause and stops, one position, way to the settings, answers."""

from __future__ import annotations

import streamlit as st

from dashboard import confirm
from dashboard.asking import ask
from dashboard.condition import State
from dashboard.confirm import Wish
from dashboard.holdings import holdings
from dashboard.pane import Pane, look


def stops() -> None:
    """Pause, resume, stop: what concerns everything that is traded."""
    pane = look()
    words = pane.words
    st.markdown(f"**{words('stops')}**")
    venue = _venue(pane, "stops_venue")
    args = {"venue": venue} if venue else {}
    off = pane.condition.state is State.NEVER
    with st.container(horizontal=True):
        st.button(
            words("do.pause"), icon=":material/pause:", key="pause", help=words("help.pause"),
            on_click=ask, args=("pause", args), disabled=off,
        )  # fmt: skip
        if st.button(words("do.resume"), icon=":material/play_arrow:", key="resume", disabled=off):
            confirm.resume(pane, venue)
        if st.button(words("do.stop"), icon=":material/stop:", key="stop", disabled=off,
                     help=words("help.stop")):  # fmt: skip
            facts, label = confirm.everything(pane, venue), words("do.close_all")
            confirm.grave(pane, Wish("stop", args, words("stop.text"), facts, label))


def closing() -> None:
    """One position."""
    pane = look()
    words = pane.words
    held = holdings(pane.portfolios)
    st.markdown(f"**{words('command.close_position')}**")
    if not held:
        st.caption(words("positions.none"))
        return
    place = st.selectbox(
        words("col.symbol"),
        range(len(held)),
        format_func=lambda i: f"{held[i].symbol} · {pane.venue(held[i].venue)}",
        key="close_which",
    )
    if st.button(words("do.close"), key="close_it", disabled=not pane.condition.listens):
        confirm.close(pane, held[place])


def settings() -> None:
    """Where presets and parameters are changed."""
    words = look().words
    st.markdown(f"**{words('page.settings')}**")
    st.caption(words("steering.settings"))
    st.page_link("../pages/settings.py", label=words("steering.open"),
                 icon=":material/settings:")  # fmt: skip


def _venue(pane: Pane, key: str) -> str:
    """A venue's name; empty for all of them."""
    names = list(pane.status.venues) if pane.status else []
    shown = {"": pane.words("venue.all"), **{name: pane.venue(name) for name in names}}
    return st.selectbox(pane.words("col.venue"), shown, format_func=shown.__getitem__, key=key)
