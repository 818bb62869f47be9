"""Overview: accounts, positions, what keeps the bot from buying, what comes next, equity."""

from __future__ import annotations

import streamlit as st

from dashboard.figures import DASH, amount
from dashboard.overview import guarding
from dashboard.overview.accounts import accounts
from dashboard.overview.cards import cards
from dashboard.overview.first_run import first_run, under_way
from dashboard.overview.happenings import coming, last
from dashboard.pane import Pane, look
from dashboard.performance.curves import in_brief
from dashboard.reasons import counted
from trader.bridge.schemas import BotStatus

_DAYS = 7


@st.fragment(run_every=2)
def money_and_positions() -> None:
    """What changes with every price."""
    pane = look()
    if under_way(pane):
        first_run(pane)
    if not pane.portfolios and pane.status is None:
        return
    if not pane.portfolios:
        st.caption(pane.words("accounts.none"))
        return
    accounts(pane)
    st.subheader(pane.words("positions"))
    cards(pane)


@st.fragment(run_every=5)
def happenings() -> None:
    """What changes with every candle or command."""
    pane = look()
    if pane.status is None:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _brief(pane)
        coming(pane)
    with right:
        last(pane)
    _machine(pane)


def _brief(pane: Pane) -> None:
    """The most frequent obstacles, with the way to the whole list."""
    words = pane.words
    st.subheader(words("why.title"))
    decisions = pane.status.decisions if pane.status else ()
    lines = (f"{n} × {words.of_code('reason', code)}" for code, n in counted(decisions)[:4])
    st.text("\n".join(lines))
    if not decisions:
        st.caption(words("why.none"))
    st.page_link("../pages/why.py", label=words("why.open"), icon=":material/arrow_forward:")


def _machine(pane: Pane) -> None:
    status = pane.status
    if status is None:
        return
    with st.container(key="facts_machine", gap="xsmall"):
        _facts(pane, status)


def _facts(pane: Pane, status: BotStatus) -> None:
    up = DASH if pane.condition.stale else pane.times.span(pane.now - status.started_at)
    figures = {"up": up, "p99": amount(status.loop.p99_ms, 1), "cpu": amount(status.cpu, 0)}
    st.text(pane.words("machine", version=status.version, **figures))
    for line in guarding.lines(pane):
        st.text(line)
    st.text(pane.words("zone", zone=pane.times.zone_shown))


@st.fragment(run_every=30)
def equity() -> None:
    """The curve of the last week."""
    pane = look()
    if pane.files.equity().rows:
        st.subheader(pane.words("overview.equity"))
        in_brief(pane, _DAYS)


money_and_positions()
equity()
happenings()
