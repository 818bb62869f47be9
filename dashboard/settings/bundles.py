"""Presets, trading modes and phases: what each would change here, and the way to take it."""

from __future__ import annotations

import streamlit as st

from config.presets import PHASES, TRADING_MODES, Preset
from config.schema import BY_ATTRIBUTE, EVERYWHERE, TRADING, key_of
from config.setting import Setting
from dashboard.pane import Pane, look
from dashboard.settings import desk
from dashboard.settings.drafts import Draft, edited
from dashboard.settings.forecast import forecast
from dashboard.settings.paper import Paper
from dashboard.settings.review import effects
from dashboard.settings.rows import in_force
from trader.bridge.foresight.entries import phase_leverage


@st.fragment(run_every=3)
def bundles() -> None:
    """All of them, for all venues or one."""
    pane = look()
    paper = desk.paper_of(pane)
    if paper is None:
        return
    words = pane.words
    with st.container(border=True):
        st.markdown(f"**{words('settings.mode_is')}: {pane.mode}**")
        st.caption(words("settings.mode"))
    scopes = {EVERYWHERE: words("venue.all"), **{v: pane.venue(v) for v in paper.venues}}
    scope = st.selectbox(
        words("settings.scope"), scopes, key="bundles_scope", format_func=scopes.__getitem__
    )
    _preset(pane, paper, scope)
    _trading_mode(pane, paper, scope)
    _phase(pane, paper, scope)


def _preset(pane: Pane, paper: Paper, scope: str) -> None:
    words, presets = pane.words, paper.context.presets
    with st.container(border=True):
        st.markdown(f"**{words('command.set_preset')}**")
        st.text(_now(pane, paper, TRADING["STRATEGY_PRESET"]))
        name = st.selectbox(words("preset"), presets, key="preset_name")
        chosen = presets.get(name or "")
        if chosen is None:
            st.caption(words("settings.no_presets"))
            return
        st.text(chosen.ko if words.language == "ko" else chosen.en)
        draft = edited({}, paper, TRADING["STRATEGY_PRESET"], scope, chosen.name)
        effects(pane, forecast(paper, draft, pane.portfolios))
        _kept(pane, paper, chosen, scope)
        if pane.steers and st.button(
            words("do.review"), key="preset_review", disabled=not _ready(pane, draft)
        ):
            venue = {} if scope == EVERYWHERE else {"venue": scope}
            desk.request(desk.Request(draft, {"preset": chosen.name} | venue))


def _kept(pane: Pane, paper: Paper, preset: Preset, scope: str) -> None:
    """What the preset says and the file beats."""
    scopes = (EVERYWHERE, *paper.venues) if scope == EVERYWHERE else (EVERYWHERE, scope)
    kept = [
        key_of(place, attribute)
        for attribute in preset.values
        for place in scopes
        if key_of(place, attribute) in paper.texts
    ]
    if kept:
        st.caption(pane.words("settings.kept"))
        st.text(", ".join(kept))


def _trading_mode(pane: Pane, paper: Paper, scope: str) -> None:
    words = pane.words
    with st.container(border=True):
        setting = TRADING["TRADING_MODE"]
        st.markdown(f"**{words('settings.trading_mode')}**")
        st.text(_now(pane, paper, setting))
        st.caption(words("settings.trading_mode.help"))
        for name, factors in TRADING_MODES.items():
            told = [f"{BY_ATTRIBUTE[one].name} × {factor:g}" for one, factor in factors.items()]
            st.text(f"{name}: {', '.join(told) or words('settings.as_they_are')}")
        _take(pane, paper, setting, scope)


def _phase(pane: Pane, paper: Paper, scope: str) -> None:
    words = pane.words
    with st.container(border=True):
        st.markdown(f"**{words('settings.phase')}**")
        st.text(_now(pane, paper, TRADING["PHASE"]))
        st.caption(words("settings.phase.help"))
        for number, phase in PHASES.items():
            base, most, least = phase_leverage(number)
            st.text(
                words(
                    f"settings.phase.{phase.name}",
                    preset=phase.preset, base=f"{base:g}", most=f"{most:g}", least=f"{least:g}",
                )
            )  # fmt: skip
        _take(pane, paper, TRADING["PHASE"], scope)


def _take(pane: Pane, paper: Paper, setting: Setting, scope: str) -> None:
    """A choice of values and the way to the review."""
    words = pane.words
    if not pane.steers:
        return
    values = setting.choices or tuple(str(number) for number in PHASES)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wish = st.segmented_control(
            setting.name, values, key=f"bundle_{setting.name}", label_visibility="collapsed"
        )
        draft = edited({}, paper, setting, scope, wish) if wish else {}
        pressed = st.button(
            words("do.review"), key=f"review_{setting.name}", disabled=not _ready(pane, draft)
        )
    if pressed:
        desk.request(desk.Request(draft))


def _ready(pane: Pane, draft: Draft) -> bool:
    return bool(draft) and pane.condition.listens


def _now(pane: Pane, paper: Paper, setting: Setting) -> str:
    return "\n".join(in_force(pane, paper, setting))
