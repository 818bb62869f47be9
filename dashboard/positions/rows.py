"""A position as words and numbers, for the table, the card and the details alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.figures import amount, known, money, percent, price
from dashboard.freshness import Level, exchange_limits
from dashboard.holdings import Holding
from dashboard.pane import Pane
from trader.bridge.panel.account import AccountFile, Entered

FAR = 0.10  # distance to the stop at which its bar is full

COLUMNS = ("symbol", "venue", "side", "unrealised", "percent", "stop_bar", "now", "price_age",
           "entry_price", "quantity", "guard", "target_away", "liquidation_away", "leverage",
           "margin", "held_for", "strategy")  # fmt: skip


def row(pane: Pane, one: Holding, account: AccountFile | None) -> dict[str, Any]:
    """One line of the table, by `COLUMNS`; numbers where people may want to sort."""
    details = one.details
    return {
        "symbol": one.symbol,
        "venue": pane.venue(one.venue),
        "side": side(pane, one),
        "unrealised": one.unrealised,
        "percent": None if one.gain is None else one.gain * 100,
        "stop_bar": stop_bar(one),
        "now": one.now,
        "price_age": pane.times.span(price_age(pane, one)),
        "entry_price": one.entry,
        "quantity": abs(one.quantity),
        "guard": guard(pane, one),
        "target_away": percent(one.away(one.target)),
        "liquidation_away": percent(one.away(details.liquidation_price if details else None)),
        "leverage": f"{amount(details.leverage, 1)}×" if details else None,
        "margin": money(details.margin, quote(one)) if details and details.margin else None,
        "held_for": pane.times.span(held_for(pane, one, account)),
        "strategy": pane.words.of_code("strategy", details.strategy) if details else None,
    }


def stop_bar(one: Holding) -> float | None:
    """Distance of the price from the stop in percent of the price; None where there is no stop."""
    away = one.away(one.stop)
    return None if away is None else abs(away) * 100


def side(pane: Pane, one: Holding) -> str:
    """`Long`, `Short`."""
    return pane.words("side.long" if one.quantity > 0 else "side.short")


def guard(pane: Pane, one: Holding) -> str:
    """Who watches the stop, in a few words."""
    if one.at_venue:
        return pane.words("held.guard.exchange")
    return pane.words("held.guard.engine" if one.protection == "engine" else "guard.unknown")


def quote(one: Holding) -> str:
    """The currency of a position's money."""
    found = one.symbol.partition("/")[2]
    return found if found.isalnum() else ""


def opened_at(one: Holding, account: AccountFile | None) -> float | None:
    """When it was opened, seconds since 1970 by people's clocks."""
    if one.details is None:
        return None
    at = one.details.opened_at
    return at if account is None else account.wall(at)


def price_age(pane: Pane, one: Holding) -> float | None:
    """Seconds since the price was seen from which its figures are reckoned."""
    at = one.details.price_at if one.details else None
    return pane.price_age(one.venue) if at is None else max(0.0, pane.now - at)


def priced_late(pane: Pane, one: Holding) -> bool:
    """Whether its figures are a memory: those of its venue, or its own price."""
    level = exchange_limits(pane.status).level(price_age(pane, one))
    return pane.late(one.venue) or level is Level.RED


def held_for(pane: Pane, one: Holding, account: AccountFile | None) -> float | None:
    """Seconds since it was opened."""
    at = opened_at(one, account)
    return None if at is None else max(0.0, pane.now - at)


def entered(one: Holding, account: AccountFile | None) -> Entered | None:
    """What is known of its entry."""
    rows = account.positions if account else ()
    return next((e for e in rows if (e.venue, e.symbol) == (one.venue, one.symbol)), None)


def way(pane: Pane, one: Holding) -> str:
    """From the entry to now, and how old now is where that is no longer fresh."""
    shown = f"{pane.words('col.entry')}  {price(one.entry)} → {price(one.now)}"
    if not priced_late(pane, one):
        return shown
    age = pane.times.span(price_age(pane, one))
    return f"{shown}  ({pane.words('late.last', age=age)})"


def levels(pane: Pane, one: Holding) -> Iterator[str]:
    """Every price that matters, with its distance from the price now."""
    details, words = one.details, pane.words
    named: Mapping[str, float | None] = {
        "held.stop": details.stop if details else None,
        "held.trailing": details.trailing if details else None,
        "col.target": one.target,
        "col.liquidation": details.liquidation_price if details else None,
    }
    yield way(pane, one)
    for key, level in named.items():
        if known(level):
            yield f"{words(key)}  {price(level)}  ({percent(one.away(level))})"


def story(pane: Pane, one: Holding, account: AccountFile | None) -> Iterator[str]:
    """Why it was entered, and what it has cost so far; only what is known."""
    words, past, money_of = pane.words, entered(one, account), quote(one)
    if one.details is not None:
        name = words.of_code("strategy", one.details.strategy)
        yield words("held.entered", strategy=name, at=pane.times.moment(opened_at(one, account)))
    if past is None:
        return
    if past.decided_price and one.entry:
        slip = percent(one.entry / past.decided_price - 1.0)
        yield words("held.decided", price=price(past.decided_price), slip=slip)
    if past.preset:
        yield words("held.preset", preset=past.preset)
    if past.atr_stop:
        yield words("held.atr_stop", price=price(past.atr_stop))
    yield words("held.fees", fees=money(past.fees, money_of))
    if past.funding is not None:
        yield words(
            "held.funding", funding=money(-past.funding, money_of, sign=True)
        )  # what was paid is a loss
