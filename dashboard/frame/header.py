"""The top of every page: mode, state, clocks, pause and emergency, answers, messages."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import confirm
from dashboard.asking import ask, asked
from dashboard.boxes import show
from dashboard.clocks import clocks
from dashboard.condition import State
from dashboard.frame.answers import answers
from dashboard.frame.notices import notices
from dashboard.languages import LANGUAGES
from dashboard.palette import PALETTES, usual
from dashboard.pane import Pane, look
from dashboard.states import here

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]
_MODES: dict[str, tuple[Colour, str]] = {
    "DEMO": ("gray", "science"),
    "PAPER": ("violet", "edit_note"),
    "TESTNET": ("blue", "biotech"),
    "LIVE": ("orange", "paid"),
}
_STATES: dict[State, tuple[Colour, str]] = {
    State.RUNNING: ("gray", "play_arrow"),
    State.STARTING: ("gray", "hourglass_top"),
    State.WARMING_UP: ("gray", "hourglass_top"),
    State.PAUSED: ("orange", "pause"),
    State.SAFE_MODE: ("orange", "shield"),
    State.EMERGENCY: ("orange", "emergency_home"),
    State.STOPPED: ("gray", "stop"),
    State.STOPPING: ("gray", "stop"),
    State.SILENT: ("orange", "sensors_off"),
}


def header(page: str) -> None:
    """Draw it above a page; only the fragments inside refresh."""
    pane = look()
    with st.container(horizontal=True, key="header", vertical_alignment="center"):
        with st.container(key="header_signs"):
            _signs()
        with st.container(horizontal=True, key="header_actions", width="content"):
            if pane.steers:
                _actions(pane)
            _display(pane)
    # An answer is looked for every second, but only while this browser asked for something.
    st.fragment(answers, run_every=1 if asked() else None)()
    _messages(page)


@st.fragment(run_every=2)
def _signs() -> None:
    pane = look()
    words, state = pane.words, pane.condition.state
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        colour, icon = _MODES.get(pane.mode, ("gray", "question_mark"))
        with st.container(key=f"mode_{pane.mode.lower()}", width="content"):
            st.badge(f"**{pane.mode}**", icon=f":material/{icon}:", color=colour)
        colour, icon = _STATES.get(state, ("orange", "warning"))
        st.badge(words(f"state.{state}.name"), icon=f":material/{icon}:", color=colour)
        clocks(pane)


@st.fragment(run_every=2)
def _messages(page: str) -> None:
    pane = look()
    for place, box in enumerate(notices(pane)):
        show(box, f"notice_{place}")
    if pane.steers and pane.condition.state in (State.PAUSED, State.EMERGENCY):
        label = pane.words("do.resume")
        if st.button(label, icon=":material/play_arrow:", key="resume_here"):
            confirm.resume(pane)
    told = [here(pane, page), "" if pane.steers else pane.words("viewer")]
    for text in filter(None, told):
        st.caption(text)


def _actions(pane: Pane) -> None:
    words = pane.words
    never = pane.condition.state is State.NEVER
    st.button(
        words("do.pause"),
        icon=":material/pause:",
        key="pause_here",
        on_click=ask,
        args=("pause", {}),
        disabled=never,
        help=words("off.never" if never else "help.pause"),
    )
    pressed = st.button(
        words("do.emergency"),
        icon=":material/emergency_home:",
        key="emergency_here",
        on_click=ask,
        args=("emergency_stop", {}),
        disabled=never,
        help=words("off.never" if never else "help.emergency"),
    )
    if pressed:
        confirm.emergency(pane)


def footer() -> None:
    """Phones: the emergency button once more at the end of a long page."""
    pane = look()
    if not pane.steers:
        return
    with st.container(key="bottom_actions"):
        pressed = st.button(
            pane.words("do.emergency"), icon=":material/emergency_home:", key="emergency_bottom",
            on_click=ask, args=("emergency_stop", {}), width="stretch",
            disabled=pane.condition.state is State.NEVER,
        )  # fmt: skip
    if pressed:
        confirm.emergency(pane)


def _display(pane: Pane) -> None:
    """Language and colours: choices of this browser."""
    words = pane.words
    with st.popover("", icon=":material/tune:", help=words("display"), key="display"):
        st.selectbox(
            words("language"),
            LANGUAGES,
            index=LANGUAGES.index(words.language),
            format_func=lambda name: {"ko": words("language.ko"), "en": words("language.en")}[name],
            key="language",
        )
        names = list(PALETTES)
        st.selectbox(
            words("palette"),
            names,
            index=names.index(st.session_state.get("palette") or usual(words.language)),
            format_func=lambda name: words(f"palette.{name}"),
            key="palette",
        )
        st.caption(words("zone", zone=pane.times.zone_shown))
