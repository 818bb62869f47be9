"""One position in full: levels, its entry, its orders, the way to its chart and out of it."""

from __future__ import annotations

import streamlit as st

from dashboard import confirm
from dashboard.figures import money, percent, price
from dashboard.holdings import Holding
from dashboard.pane import Pane
from dashboard.positions.orders import order_line, orders_of
from dashboard.positions.rows import levels, quote, side, story
from trader.bridge.panel.account import AccountFile


def detail(pane: Pane, one: Holding, account: AccountFile | None) -> None:
    """Draw it in a frame."""
    words = pane.words
    with st.container(border=True, key="held_detail", gap="small"):
        st.text(f"{one.symbol} · {pane.venue(one.venue)} · {side(pane, one)}")
        left, middle, right = st.columns(3, gap="medium")
        with left:
            _heading(words("held.levels"), [*sums(pane, one), *levels(pane, one)])
        with middle:
            _heading(words("held.why"), list(story(pane, one, account)))
        with right:
            lines = [order_line(pane, order) for order in orders_of(account, one)]
            _heading(words("orders.title"), lines or [words("held.no_orders")])
        _ways(pane, one)


def sums(pane: Pane, one: Holding) -> list[str]:
    """Quantity, what it is worth, open profit."""
    words, gain = pane.words, money(one.unrealised, quote(one), sign=True)
    worth = None if one.now is None else abs(one.quantity) * one.now
    return [
        f"{words('col.quantity')}  {price(abs(one.quantity))}",
        f"{words('held.worth')}  {money(worth, quote(one))}",
        f"{words('col.unrealised')}  {gain}  ({percent(one.gain)})",
    ]


def _heading(title: str, lines: list[str]) -> None:
    st.markdown(f"**{title}**")
    with st.container(key=f"facts_held_{abs(hash(title))}"):
        st.text("\n".join(lines))


def _ways(pane: Pane, one: Holding) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "../pages/chart.py", label=pane.words("why.chart"), icon=":material/candlestick_chart:",
            query_params={"symbol": f"{one.venue}:{one.symbol}"},
        )  # fmt: skip
        if pane.steers:
            off = not pane.condition.listens
            why = pane.words("off.silent") if off else None
            if st.button(pane.words("do.close"), key="close_chosen", disabled=off, help=why):
                confirm.close(pane, one)
