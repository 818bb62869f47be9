"""Positions and orders: what is held and how safe it is, what waits, what is not the bot's."""

from __future__ import annotations

import streamlit as st

from dashboard.holdings import holdings
from dashboard.overview.cards import cards
from dashboard.pane import Pane, look
from dashboard.positions.detail import detail
from dashboard.positions.listing import listing
from dashboard.positions.orders import external, orders


@st.fragment(run_every=2)
def held() -> None:
    """What changes with every price: a table where there is room, cards on phones."""
    pane = look()
    found = holdings(pane.portfolios)
    if not found:
        st.caption(pane.words("positions.none" if pane.status else "accounts.none"))
        return
    account = pane.files.account().value
    _ages(pane)
    with st.container(key="held_wide"):
        old = pane.condition.stale
        with st.container(key="old_numbers_held" if old else "held_numbers"):
            chosen = listing(pane, found, account)
        if chosen is None:
            st.caption(pane.words("held.choose"))
        else:
            detail(pane, chosen, account)
    with st.container(key="held_narrow"):
        cards(pane)


def _ages(pane: Pane) -> None:
    """How old the prices are from which open profit and distances are reckoned."""
    ages = [
        f"{pane.venue(name)} {pane.times.span(pane.price_age(name))}" for name in pane.portfolios
    ]
    st.caption(pane.words("held.ages", ages=", ".join(ages)))


@st.fragment(run_every=3)
def waiting() -> None:
    """Orders and balances."""
    pane = look()
    account = pane.files.account().value
    orders(pane, account)
    external(pane, account)
    st.caption(pane.words("zone", zone=pane.times.zone_shown))


held()
waiting()
