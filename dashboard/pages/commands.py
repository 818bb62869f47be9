"""Commands: everything that may be asked of the bot from here, and every answer."""

from __future__ import annotations

import streamlit as st

from dashboard.pane import look
from dashboard.queue import STATES, history
from dashboard.steering import closing, settings, stops


def commands() -> None:
    """Buttons for those who may steer, and the queue for everybody."""
    pane = look()
    words = pane.words
    if pane.steers:
        with st.grid("auto", min_column_width=420):
            for part in (stops, closing, settings):
                with st.container(border=True, height="stretch"):
                    part()
    st.subheader(words("commands.last"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = st.segmented_control(
            words("col.result"), STATES, default="all", required=True, key="queue_state",
            format_func=lambda name: words(f"commands.state.{name}"), label_visibility="collapsed",
        )  # fmt: skip
        icon = ":material/search:"
        text = st.text_input(
            words("logs.search"), live=True, key="queue_search", icon=icon,
            placeholder=words("logs.search"), label_visibility="collapsed",
        )  # fmt: skip
    history(state or "all", text or "")


commands()
