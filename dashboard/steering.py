"""The parts of the commands page: pause and stops, one position, preset, one parameter, answers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import confirm
from dashboard.asking import ask
from dashboard.condition import State
from dashboard.confirm import Wish
from dashboard.holdings import holdings
from dashboard.pane import Pane, look

PRESETS = ("scalping", "day", "mid_term", "swing", "attack", "defence")
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


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


def preset() -> None:
    """A bundle of strategy, candles and exits."""
    pane = look()
    words = pane.words
    st.markdown(f"**{words('command.set_preset')}**")
    with st.container(horizontal=True):
        venue = _venue(pane, "preset_venue")
        name = st.selectbox(
            words("preset"), PRESETS, accept_new_options=True, key="preset_name",
            help=words("preset.help"),
        )  # fmt: skip
    if st.button(words("do.review"), key="preset_review", disabled=not _ready(pane, name)):
        args = {"preset": name} | ({"venue": venue} if venue else {})
        facts, label = _changes(pane, venue, "STRATEGY_PRESET", name), words("do.apply")
        confirm.question(pane, Wish("set_preset", args, words("preset.text"), facts, label))


def parameter() -> None:
    """One value of `.env`, for one venue or all."""
    pane = look()
    words = pane.words
    st.markdown(f"**{words('command.set_parameters')}**", help=words("parameter.hint"))
    with st.container(horizontal=True):
        venue = _venue(pane, "parameter_venue")
        values = _in_force(pane, venue)
        key = st.selectbox(words("col.setting"), sorted(values), key="parameter_key") or ""
        now = values.get(key)
        text = st.text_input(
            words("parameter.value"), key=f"parameter_{venue}_{key}", live=True,
            placeholder=str(now),
        )  # fmt: skip
    if st.button(words("do.review"), key="parameter_review", disabled=not _ready(pane, text)):
        new = value_of(text or "", now)
        args = {"values": {key: new}} | ({"venue": venue} if venue else {})
        facts, label = _changes(pane, venue, key, new), words("do.apply")
        confirm.question(pane, Wish("set_parameters", args, words("parameter.text"), facts, label))


def value_of(text: str, now: Any) -> bool | float | str:
    """A typed text as the kind of value that stands there now; the bot judges whether it fits."""
    word = text.strip()
    if isinstance(now, bool):
        return word.lower() in _YES if word.lower() in (*_YES, *_NO) else word
    if not isinstance(now, int | float):
        return word
    try:
        number = float(word)
    except ValueError:
        return word
    return int(number) if number.is_integer() and isinstance(now, int) else number


def _venue(pane: Pane, key: str) -> str:
    """A venue's name; empty for all of them."""
    names = list(pane.status.venues) if pane.status else []
    shown = {"": pane.words("venue.all"), **{name: pane.venue(name) for name in names}}
    return st.selectbox(pane.words("col.venue"), shown, format_func=shown.__getitem__, key=key)


def _in_force(pane: Pane, venue: str) -> dict[str, Any]:
    """Parameters in force at a venue; with all venues those of the first."""
    parameters = pane.status.parameters if pane.status else {}
    return parameters.get(venue) or next(iter(parameters.values()), {})


def _changes(pane: Pane, venue: str, key: str, new: object) -> str:
    """`Upbit: K_VALUE 0.5 → 0.45`, one line a venue."""
    parameters = pane.status.parameters if pane.status else {}
    lines = [
        f"{pane.venue(name)}: {key} {values.get(key, '—')} → {new}"
        for name, values in parameters.items()
        if venue in ("", name)
    ]
    return "\n".join([pane.mode, *(lines or [f"{key} → {new}"])])


def _ready(pane: Pane, given: str | None) -> bool:
    return pane.condition.listens and bool(given and given.strip())
