"""What of a venue's listing is good to have and may be missing: turnovers, ticks; each with what
serves in its place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from trader.domain.errors import VenueError, VenueRefused
from trader.domain.instrument import MarketRules
from trader.venues.real import quoting
from trader.venues.real.public_questions import Question, Questions

log = logging.getLogger("trader.venues")
T = TypeVar("T")
_ODDEST = 3  # markets named in one warning


class Asking(Protocol):
    """Whoever asks a public question; raises `VenueUnavailable`, `VenueRefused`."""

    async def ask(self, question: Question, read: Callable[[Any], T]) -> T:
        """Ask once and read."""


async def days(
    line: Asking, venue: str, questions: Questions, markets: Sequence[str]
) -> dict[str, Any]:
    """The last 24 h by market, as told. Raises `VenueUnavailable`.

    Where the question for all markets is not known there, `markets` are asked for by name; where
    nobody tells it there is none.
    """
    question, name, _ = questions.turnovers

    def read(rows: Any) -> dict[str, Any]:
        return quoting.by_name(
            [row for row in quoting.rows_of(rows) if isinstance(row, dict)], name
        )

    try:
        return await line.ask(question, read)
    except VenueRefused as no:
        if not questions.prices_tell_turnover:
            log.warning("%s does not tell turnovers (%s): none is preferred", venue, no)
            return {}
    return await line.ask(questions.prices(markets), read)


def turnover(questions: Questions, day: Mapping[str, Any] | None) -> float:
    """24 h turnover; 0 where nobody tells it, and for a new market."""
    name = questions.turnovers[2]
    return quoting.number(day, name) if day and day.get(name) is not None else 0.0


async def ticks(
    line: Asking, venue: str, questions: Questions, markets: Sequence[str]
) -> dict[str, Decimal]:
    """Ticks at the price of now, by market; none where the exchange does not tell them apart."""
    if questions.ticks is None or not markets:
        return {}
    try:
        return await line.ask(questions.ticks(markets), quoting.tick_sizes)
    except VenueError as no:
        log.info("%s does not tell ticks (%s): the published table is used", venue, no)
        return {}


def with_tick(
    rules: MarketRules, tick: Decimal | None, day: Mapping[str, Any] | None
) -> MarketRules:
    """The published table, but for coins whose tick at the price of now is another one."""
    at = quoting.decimal_of(day, "trade_price") if day else None
    if tick is None or at is None or rules.tick_at(at) == tick:
        return rules
    return replace(rules, ticks=((Decimal(0), tick),))


def read_rules(
    venue: str, read: Callable[[Any, MarketRules], MarketRules], told: Mapping[str, Any],
    usual: Callable[[str], MarketRules],
) -> dict[str, MarketRules]:  # fmt: skip
    """Rules by key of what the exchange told of each; a market that cannot be read is left out.

    Raises `OddAnswer` when none can be read.
    """
    found, odd = {}, []
    for key, info in told.items():
        try:
            found[key] = read(info, usual(key))
        except (quoting.OddAnswer, ValueError, TypeError, AttributeError):
            odd.append(key)
    if odd and not found:
        raise quoting.OddAnswer("a list of markets without readable rules came back")
    if odd:
        log.warning("%s: %d markets cannot be read: %s", venue, len(odd), ", ".join(odd[:_ODDEST]))
    return found
