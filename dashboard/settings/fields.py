"""The field of one setting, by its kind; what is typed goes into the draft at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from config.setting import NUMERIC_KINDS, SWITCHED_ON, Kind, Setting
from dashboard.pane import Pane, look
from dashboard.settings import desk, typed
from dashboard.settings.paper import Paper

_STEPS = {Kind.INTEGER: 1, Kind.SECONDS: 1.0, Kind.FRACTION: 0.1, Kind.NUMBER: 0.1}
_LARGE = 1_000.0  # numbers from here on are stepped by a hundredth of themselves


@dataclass(frozen=True, slots=True)
class Shown:
    """What a field stands for: its key, the text in force, and the text that it begins with."""

    key: str
    current: str
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A field on the page: its name there and how what it holds becomes a text of `.env`."""

    setting: Setting
    scope: str
    shown: Shown

    @property
    def name(self) -> str:
        """Another value in force, or a discarded draft, is another field."""
        digest = hashlib.sha256(self.shown.current.encode()).hexdigest()[:6]
        return f"edit_{self.shown.key}_{digest}_{desk.drawn()}"


def field(pane: Pane, paper: Paper, setting: Setting, scope: str, shown: Shown) -> None:
    """Draw it with the value that it begins with."""
    slot = Slot(setting, scope, shown)
    if setting.kind is Kind.SWITCH:
        _switch(pane, slot)
    elif setting.kind in (Kind.CHOICE, Kind.PRESET):
        _choice(slot, _choices(paper, setting))
    elif setting.kind in NUMERIC_KINDS and setting.none is None and typed.is_number(shown.text):
        _number(slot)
    else:
        _text(slot)


def _choices(paper: Paper, setting: Setting) -> list[str]:
    if setting.kind is Kind.CHOICE:
        return list(setting.choices)
    return [*paper.context.presets, "none"]


def _switch(pane: Pane, slot: Slot) -> None:
    on = slot.shown.text.lower() in SWITCHED_ON
    st.toggle(
        pane.words("settings.switch"), on, key=slot.name, on_change=_changed,
        args=(slot, lambda value: "yes" if value else "no"),
    )  # fmt: skip


def _choice(slot: Slot, choices: list[str]) -> None:
    at = choices.index(slot.shown.text) if slot.shown.text in choices else 0
    st.selectbox(
        slot.setting.name, choices, at, key=slot.name, label_visibility="collapsed",
        on_change=_changed, args=(slot, str),
    )  # fmt: skip


def _number(slot: Slot) -> None:
    setting = slot.setting
    whole = setting.kind is Kind.INTEGER
    begin = float(typed.to_typed(setting, slot.shown.text))
    whole = whole and begin.is_integer()
    step = max(_STEPS[setting.kind], abs(begin) / 100 if abs(begin) >= _LARGE else 0)
    st.number_input(
        setting.name, value=int(begin) if whole else begin, key=slot.name,
        step=int(step) if whole else float(step), format="%d" if whole else "%.12g",
        label_visibility="collapsed", on_change=_changed,
        args=(slot, lambda value: typed.to_text(setting, typed.number_text(value))),
    )  # fmt: skip


def _text(slot: Slot) -> None:
    setting = slot.setting
    st.text_input(
        setting.name, typed.to_typed(setting, slot.shown.text), key=slot.name, max_chars=500,
        label_visibility="collapsed", autocomplete="off", on_change=_changed,
        args=(slot, lambda value: typed.to_text(setting, value)),
    )  # fmt: skip


def _changed(slot: Slot, as_text: Callable[..., str]) -> None:
    """What was typed becomes part of the draft; the value in force is no change."""
    paper = desk.paper_of(look())
    value = st.session_state.get(slot.name)
    if paper is None or value is None:
        return
    text: str = as_text(value)
    if typed.same(slot.setting, text, slot.shown.current, paper.context.names):
        desk.withdraw(paper, slot.setting, slot.scope)
    else:
        desk.change(paper, slot.setting, slot.scope, text)
    st.session_state["settings_edited"] = True
