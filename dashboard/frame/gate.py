"""The door of the panel: lets nobody in without the password, and nobody at all from outside
when there is none."""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st

from dashboard.launch import is_loopback
from dashboard.pane import Pane
from dashboard.password import Door
from trader.domain.errors import BadInput

_ICON = Path(__file__).with_name("icon.svg")


def gate(pane: Pane) -> None:
    """Return when the viewer may enter; stop the page otherwise."""
    if not pane.place.password:
        if _exposed():
            st.error(pane.words("gate.exposed"))
            st.stop()
        return
    if pane.role not in pane.place.passwords:
        _ask_for_password(pane)


def _exposed() -> bool:
    """Whether Streamlit was started without the launcher, on an address that others can reach."""
    try:
        return not is_loopback(address())
    except BadInput:
        return True


def address() -> str:
    """Where Streamlit listens; without an option everywhere."""
    return str(st.get_option("server.address") or "0.0.0.0")  # noqa: S104


def _ask_for_password(pane: Pane) -> None:
    words, door = pane.words, _door()
    st.set_page_config(page_title=words("gate.title"), page_icon=_ICON)
    with st.container(key="gate"), st.form("password", enter_to_submit=True):
        st.subheader(words("gate.title"))
        given = st.text_input(words("gate.password"), type="password", key="password_given")
        sent = st.form_submit_button(words("gate.enter"), type="primary")
    if sent:
        wait = door.wait(time.monotonic())
        if wait:
            st.error(words("gate.wait", age=pane.times.span(wait)))
        elif role := door.opens(given, pane.place.passwords, time.monotonic()):
            st.session_state["role"] = role
            st.rerun()
        else:
            st.error(words("gate.wrong"))
    st.stop()


@st.cache_resource
def _door() -> Door:
    """One door for all browsers, so that tries are counted together."""
    return Door()
