"""Why not: the funnel from candidate to order, and the first gate that blocks each symbol."""

from __future__ import annotations

import streamlit as st

from dashboard.pane import Pane, look
from dashboard.reasons import held
from dashboard.why.drawing import everything, obstacles, sentence, stages, symbols
from dashboard.why.funnel import of_day, of_now
from trader.bridge.schemas import DecisionShown


def why() -> None:
    """Choices above; what they show refreshes alone."""
    pane = look()
    words = pane.words
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = st.segmented_control(
            words("why.span"), ("now", "day"), default="now", required=True, key="why_span",
            format_func=lambda name: words(f"why.span.{name}"),
        )  # fmt: skip
        names = {"": words("venue.all"), **{name: pane.venue(name) for name in pane.venues}}
        venue = st.selectbox(
            words("col.venue"), names, format_func=names.__getitem__, key="why_venue"
        )
    _funnel(span or "now", venue)
    _symbols(venue)


@st.fragment(run_every=5)
def _funnel(span: str, venue: str) -> None:
    """Figures that change when candles close."""
    pane = look()
    decisions = _decisions(pane, venue)
    if span == "day":
        found = _of_day(pane, venue)
    else:
        found = of_now(decisions) if decisions else None
        _totals(pane, decisions)
    if found is None:
        st.caption(pane.words("why.none_day" if span == "day" else "why.none"))
        return
    sentence(pane, *found)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        st.subheader(pane.words("why.funnel"))
        stages(pane, *found)
    with right:
        st.subheader(pane.words("why.counts"))
        obstacles(pane, *found)


def _of_day(pane: Pane, venue: str) -> tuple[int, dict[str, int]] | None:
    file = pane.files.why().value
    if file is None:
        return None
    candles, first = of_day(file, venue)
    st.caption(pane.words("why.day", n=candles, at=pane.times.moment(file.timestamp)))
    return (candles, first) if candles else None


def _totals(pane: Pane, decisions: list[DecisionShown]) -> None:
    words = pane.words
    candidates, first = of_now(decisions)
    held_now, blocked = sum(map(held, decisions)), sum(first.values())
    with st.grid("auto", min_column_width=165, gap="small"):
        st.metric(words("why.watched"), len(decisions), border=True)
        st.metric(words("why.blocked"), blocked, border=True)
        st.metric(words("why.held"), held_now, border=True)
        ready, told = candidates - blocked, words("why.ready.help")
        st.metric(words("why.ready"), ready, border=True, help=told)


@st.fragment(run_every=5)
def _symbols(venue: str) -> None:
    pane = look()
    decisions = _decisions(pane, venue)
    if not decisions:
        return
    st.subheader(pane.words("why.symbols"))
    file = pane.files.why().value
    chosen = symbols(pane, decisions, file.symbols if file else {})
    if chosen is None:
        st.caption(pane.words("why.choose"))
    else:
        with st.container(border=True):
            everything(pane, chosen)


def _decisions(pane: Pane, venue: str) -> list[DecisionShown]:
    found = pane.status.decisions if pane.status else ()
    return [one for one in found if venue in ("", one.venue)]


why()
