"""Positions as cards, readable on a phone: result, levels, who guards it, and a way to close."""

from __future__ import annotations

import streamlit as st

from dashboard import confirm
from dashboard.figures import as_shown, money, percent, price
from dashboard.holdings import Holding, holdings
from dashboard.pane import Pane
from dashboard.positions.rows import opened_at, priced_late, way

PAGE = 12  # cards drawn at once


def cards(pane: Pane) -> None:
    """All positions, page by page; a sentence when there are none."""
    held = holdings(pane.portfolios)
    if not held:
        st.caption(pane.words("positions.none"))
        return
    pages = -(-len(held) // PAGE)
    page = min(pages, st.pagination(pages, key="cards_page")) if pages > 1 else 1
    first = (page - 1) * PAGE
    with st.grid("auto", min_column_width=320, gap="small"):
        for place, holding in enumerate(held[first : first + PAGE], first):
            with st.container(border=True, gap="xsmall"):
                _card(pane, holding, f"{holding.venue}_{place}")


def _card(pane: Pane, holding: Holding, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"symbol_{key}"):
        st.text(holding.symbol)
        st.badge(_side(pane, holding), color="gray")
        st.badge(pane.venue(holding.venue), color="gray")
    _result(pane, holding)
    if holding.progress is not None:
        st.progress(holding.progress, pane.words("between"))
    with st.container(key=f"facts_{key}"):
        st.text(facts(pane, holding))
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        _guard(pane, holding)
        if pane.steers:
            _close(pane, holding, key)


def _result(pane: Pane, holding: Holding) -> None:
    quote = holding.symbol.partition("/")[2]
    late = priced_late(pane, holding)
    st.metric(
        pane.words("col.unrealised"),
        money(holding.unrealised, quote if quote.isalnum() else "", sign=True),
        None if holding.gain is None else percent(holding.gain),
        delta_color=pane.palette.delta(as_shown(holding.gain), stale=late),
        delta_arrow="auto" if as_shown(holding.gain) else "off",
    )


def _close(pane: Pane, holding: Holding, key: str) -> None:
    off = not pane.condition.listens
    why = pane.words("off.silent") if off else None
    if st.button(pane.words("do.close"), key=f"close_{key}", disabled=off, help=why):
        confirm.close(pane, holding)


def facts(pane: Pane, holding: Holding) -> str:
    """The position's levels, one a line, each with its distance from the price."""
    words = pane.words
    lines = [
        f"{words('col.quantity')}  {price(abs(holding.quantity))}",
        way(pane, holding),
        _level(pane, "col.stop", holding, holding.stop),
        _level(pane, "col.target", holding, holding.target),
    ]
    details = holding.details
    if details and details.liquidation_price:
        lines.append(_level(pane, "col.liquidation", holding, details.liquidation_price))
    if details:
        at = opened_at(holding, pane.files.account().value)
        lines.append(f"{words('col.opened')}  {pane.times.moment(at)}")
    return "\n".join(lines)


def _level(pane: Pane, key: str, holding: Holding, level: float | None) -> str:
    away = holding.away(level)
    shown = f"  ({percent(away)})" if away is not None else ""
    return f"{pane.words(key)}  {price(level)}{shown}"


def _side(pane: Pane, holding: Holding) -> str:
    word = pane.words("side.long" if holding.quantity > 0 else "side.short")
    leverage = holding.details.leverage if holding.details else 1.0
    return f"{word} {leverage:.3g}×" if leverage != 1 else word


def _guard(pane: Pane, holding: Holding) -> None:
    """Who watches the stop: orders at the exchange outlive the bot, its own watch does not."""
    words = pane.words
    if holding.at_venue:
        word = words(f"guard.{holding.protection}")
        sign = ":material/verified_user:"
        st.badge(word, icon=sign, color="violet", help=words("guard.exchange.help"))
        return
    word = words("guard.engine" if holding.protection == "engine" else "guard.unknown")
    st.badge(word, icon=":material/visibility:", color="orange", help=words("guard.bot.help"))
