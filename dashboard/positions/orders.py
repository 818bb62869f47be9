"""Orders of ours that still live, and what lies in the accounts that is not the bot's."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH, price
from dashboard.holdings import Holding
from dashboard.pane import Pane
from trader.bridge.panel.account import AccountFile, ExternalShown, OrderShown

_ORDERS = ("symbol", "venue", "purpose", "side", "kind", "quantity", "filled", "price", "trigger",
           "reason", "status", "since")  # fmt: skip


def orders(pane: Pane, account: AccountFile | None) -> None:
    """Protection first, then entries and exits on their way."""
    words = pane.words
    st.subheader(words("orders.title"))
    if account is None or not account.orders:
        st.caption(words("orders.none" if account else "orders.unknown"))
        return
    found = sorted(account.orders, key=lambda one: (one.purpose != "protection", -one.at))
    names = [words(f"col.{name}") for name in _ORDERS]
    rows = [dict(zip(names, _row(pane, one), strict=True)) for one in found]
    pinned = {names[0]: st.column_config.TextColumn(pinned=True)}
    table = tables.frame(rows, names)
    st.dataframe(table, hide_index=True, column_config=pinned, alt=words("orders.title"))


def _row(pane: Pane, one: OrderShown) -> tuple[Any, ...]:
    words = pane.words
    return (
        one.symbol,
        pane.venue(one.venue),
        words.of_code("purpose", one.purpose),
        words.of_code("order_side", one.side),
        words.of_code("kind", one.kind),
        price(one.quantity),
        price(one.filled),
        price(one.price),
        price(one.trigger),
        reason(pane, one),
        words.of_code("order", one.status),
        pane.times.moment(one.at),
    )


def reason(pane: Pane, one: OrderShown) -> str:
    """What an exit is for; an entry has none of its own."""
    return DASH if one.purpose == "entry" else pane.words.of_code("exit", one.reason)


def orders_of(account: AccountFile | None, one: Holding) -> list[OrderShown]:
    """The orders of one position."""
    rows = account.orders if account else ()
    return [order for order in rows if (order.venue, order.symbol) == (one.venue, one.symbol)]


def order_line(pane: Pane, one: OrderShown) -> str:
    """An order in one line: what, at which price, how it stands."""
    words = pane.words
    prices = [price(level) for level in (one.trigger, one.price) if level is not None]
    named = [
        words.of_code("kind", one.kind),
        " / ".join(prices),
        words.of_code("order", one.status),
    ]
    return " · ".join(part for part in named if part)


def external(pane: Pane, account: AccountFile | None) -> None:
    """Coins and contracts of other hands; orders of theirs show only by what they lock."""
    words = pane.words
    st.subheader(words("external.title"))
    if account is None or not account.external:
        st.caption(words("external.none" if account else "orders.unknown"))
        return
    st.caption(words("external.text"))
    names = [words(f"col.{name}") for name in ("coin", "venue", "quantity", "locked")]
    rows = [dict(zip(names, _strange(pane, one), strict=True)) for one in account.external]
    st.dataframe(tables.frame(rows, names), hide_index=True, alt=words("external.title"))


def _strange(pane: Pane, one: ExternalShown) -> tuple[str, ...]:
    locked = price(one.locked) if one.locked else DASH
    return one.symbol, pane.venue(one.venue), price(one.quantity), locked
