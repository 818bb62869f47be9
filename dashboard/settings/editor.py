"""The list of settings with search, group and scope, and the bar of what is drafted."""

from __future__ import annotations

import streamlit as st

from config.schema import EVERYWHERE
from config.setting import Setting
from dashboard.pane import Pane, look
from dashboard.settings import desk, rows
from dashboard.settings.paper import Paper
from dashboard.settings.schema import MOST_FOUND, THRESHOLDS, Section, found, sections

_FIRST = "strategy"


def bar(paper: Paper) -> None:
    """How much is drafted, and the way on; drawn again when something was typed or applied."""
    pane = look()
    words, changes = pane.words, desk.draft(paper)
    if not changes or not pane.steers:
        return
    wrong = desk.wrong_keys(paper, changes)
    with st.container(
        border=True, horizontal=True, key="settings_bar", vertical_alignment="center"
    ):
        title = words("settings.drafts", n=len(changes))
        st.markdown(f":material/edit_note: **{title}**", width="stretch")
        if wrong:
            st.text(words("settings.drafts_wrong", n=len(wrong)))
        st.button(words("settings.discard"), key="settings_discard", on_click=desk.discard)
        pressed = st.button(
            words("do.review"), key="settings_review_button", type="primary",
            disabled=bool(wrong) or not pane.condition.listens,
        )  # fmt: skip
        if pressed:
            desk.request(desk.Request(changes))


@st.fragment(run_every=3)
def ticking_bar() -> None:
    """The bar by itself: an applied draft vanishes from it."""
    paper = desk.paper_of(look())
    if paper is not None:
        bar(paper)


@st.fragment(run_every=3)
def listing() -> None:
    """Choices and rows; typed text and choices survive the ticks."""
    pane = look()
    paper = desk.paper_of(pane)
    if paper is None:
        st.caption(pane.words("settings.nothing"))
        return
    text, group, scope = _choices(pane, paper)
    parts = sections(paper.context.strategies)
    if text.strip():
        shown = found(parts, text, pane.words.language)
    else:
        shown = [(p, one) for p in parts if p.name == group for one in p.settings]
    with st.container(key="old_numbers" if pane.condition.stale else "settings_rows"):
        _rows(pane, paper, shown, scope)
    if st.session_state.pop("settings_edited", False):
        st.rerun()


def _choices(pane: Pane, paper: Paper) -> tuple[str, str, str]:
    """Search, group and scope. The address may name a key."""
    words, parts = pane.words, sections(paper.context.strategies)
    titles = {part.name: _title(pane, part) for part in parts if part.settings}
    scopes = {EVERYWHERE: words("venue.all"), **{v: pane.venue(v) for v in paper.venues}}
    with st.grid("auto", min_column_width=220, gap="small"):
        text = st.text_input(
            words("settings.search"), value=st.query_params.get("key", ""), live=True,
            icon=":material/search:", key="settings_sought", placeholder="K_VALUE",
        )  # fmt: skip
        group = st.selectbox(
            words("settings.group"), titles, list(titles).index(_FIRST), key="settings_group",
            format_func=titles.__getitem__, disabled=bool(text.strip()),
        )  # fmt: skip
        scope = st.selectbox(
            words("settings.scope"), scopes, key="settings_scope", format_func=scopes.__getitem__,
            help=words("settings.scope.help"),
        )  # fmt: skip
    return text, group, scope


def _title(pane: Pane, part: Section) -> str:
    if part.name == THRESHOLDS:
        return pane.words("settings.thresholds")
    return part.ko if pane.words.language == "ko" else part.en


def _rows(pane: Pane, paper: Paper, shown: list[tuple[Section, Setting]], scope: str) -> None:
    words = pane.words
    if not shown:
        st.caption(words("settings.none"))
        return
    for part, setting in shown[:MOST_FOUND]:
        rows.row(pane, paper, part, setting, scope)
    if len(shown) > MOST_FOUND:
        st.caption(words("settings.more", n=len(shown) - MOST_FOUND))
