"""The account of each venue in figures: equity, today, open profit, drawdown, free money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.figures import DASH, amount, as_shown, figure, money, percent
from dashboard.holdings import Holding, holdings, unrealised
from dashboard.pane import Pane
from trader.bridge.schemas import Portfolio


def accounts(pane: Pane) -> None:
    """All venues, one card each."""
    cards = st.grid("auto", min_column_width=290, gap="small")
    for venue, portfolio in pane.portfolios.items():
        with cards.container(key=f"account_{venue}", gap="xsmall", border=True):
            quote = pane.quote(venue)
            st.markdown(f"**{pane.venue(venue)}**" + (f" · {quote}" if quote.isalnum() else ""))
            _as_of(pane, venue, portfolio)
            with st.grid("auto", min_column_width=92, gap="small"):
                _figures(pane, venue, portfolio)
            _risk(pane, venue, portfolio)


def _as_of(pane: Pane, venue: str, portfolio: Portfolio) -> None:
    if pane.late(venue):
        st.caption(pane.words("as_of", at=pane.times.moment(portfolio.timestamp)))


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that moves: its text, the change in money, and what the change is a share of."""

    name: str
    text: str
    change: float | None
    base: float | None


def _figures(pane: Pane, venue: str, portfolio: Portfolio) -> None:
    words, quote = pane.words, pane.quote(venue)
    here = [h for h in holdings(pane.portfolios) if h.venue == venue]
    for moved in _moving(portfolio, unrealised(here), quote):
        _show(pane, venue, moved)
    fall = None if portfolio.drawdown is None else -portfolio.drawdown
    peak = words("peak", amount=money(portfolio.peak_equity, quote))
    st.metric(words("figure.drawdown"), percent(fall), help=peak)
    st.metric(words("figure.positions"), _room(pane, venue, len(here)))
    st.metric(words("figure.free"), figure(portfolio.current_capital, quote))


def _moving(portfolio: Portfolio, gain: float | None, quote: str) -> tuple[Moved, ...]:
    equity, today, capital = portfolio.equity, portfolio.daily_pnl, portfolio.initial_capital
    start = None if equity is None or today is None else equity - today
    total = None if equity is None else equity - capital
    return (
        Moved("equity", figure(equity, quote), total, capital),
        Moved("today", figure(today, quote, sign=True), today, start),
        Moved("unrealised", figure(gain, quote, sign=True), gain, equity),
    )


def _show(pane: Pane, venue: str, moved: Moved) -> None:
    """Sign, arrow and colour; the colour only while the prices behind it are fresh."""
    share = None if moved.change is None or not moved.base else moved.change / moved.base
    st.metric(
        pane.words(f"figure.{moved.name}"),
        moved.text,
        None if share is None else percent(share),
        delta_color=pane.palette.delta(as_shown(share), stale=pane.late(venue)),
        delta_arrow="auto" if as_shown(share) else "off",
        help=pane.words(f"figure.{moved.name}.help"),
    )


def exposure(portfolio: Portfolio, held: list[Holding]) -> float | None:
    """What positions are worth at the last price, as a fraction of equity; above 1 on margin."""
    values = [abs(h.quantity) * h.now for h in held if h.now is not None]
    if not portfolio.equity or len(values) < len(held):
        return None
    return sum(values) / portfolio.equity


def day_limit(portfolio: Portfolio, parameters: Mapping[str, Any]) -> tuple[float, float] | None:
    """The day's loss limit in money and how much of it is used (0 to 1); None: there is none."""
    if portfolio.equity is None or portfolio.daily_pnl is None:
        return None
    start = portfolio.equity - portfolio.daily_pnl
    share, money_ = (parameters.get(name) for name in ("MAX_DAILY_LOSS_PCT", "MAX_DAILY_LOSS"))
    limits = [share * start] if isinstance(share, int | float) else []
    limits += [float(money_)] if isinstance(money_, int | float) else []
    limit = min((one for one in limits if one > 0), default=None)
    if limit is None:
        return None
    return limit, min(1.0, max(0.0, -portfolio.daily_pnl / limit))


def _risk(pane: Pane, venue: str, portfolio: Portfolio) -> None:
    here = [h for h in holdings(pane.portfolios) if h.venue == venue]
    share = percent(exposure(portfolio, here), sign=False)
    st.caption(pane.words("figure.exposed", share=share), help=pane.words("figure.exposed.help"))
    parameters = pane.status.parameters.get(venue, {}) if pane.status else {}
    found = day_limit(portfolio, parameters)
    if found is None:
        st.caption(pane.words("limit.none"))
        return
    limit, used = found
    of = money(limit, pane.quote(venue))
    st.progress(used, pane.words("limit.day", used=percent(used, sign=False), limit=of))


def _room(pane: Pane, venue: str, held: int) -> str:
    """`2 / 5`: positions held and allowed."""
    parameters = pane.status.parameters.get(venue, {}) if pane.status else {}
    most = parameters.get("MAX_POSITIONS")
    number = isinstance(most, int | float) and not isinstance(most, bool)
    return f"{held} / {amount(most, 0) if number and most else DASH}"
