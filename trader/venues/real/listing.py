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


async def turnovers(
    line: Asking, venue: str, questions: Questions, markets: Sequence[str]
) -> dict[str, float]:
    """24 h turnover by market. Raises `VenueUnavailable`.

    Where the question for all markets is not known there, `markets` are asked for by name; where
    nobody tells it is 0 for all.
    """
    question, name, turnover = questions.turnovers

    def read(rows: Any) -> dict[str, float]:
        return _turnovers(rows, name, turnover)

    try:
        return await line.ask(question, read)
    except VenueRefused as no:
        if not questions.prices_tell_turnover:
            log.warning("%s does not tell turnovers (%s): none is preferred", venue, no)
            return {}
    return await line.ask(questions.prices(markets), read)


async def with_ticks(
    line: Asking, questions: Questions, listed: Mapping[str, MarketRules]
) -> dict[str, MarketRules]:
    """Rules by market, with the ticks that the exchange tells of each; the published table where
    it does not."""
    if not questions.ticks or not listed:
        return dict(listed)
    asked = Question(questions.ticks, {"markets": ",".join(listed)}, group="orderbook")
    try:
        told = await line.ask(asked, quoting.tick_sizes)
    except VenueError:
        return dict(listed)
    return {name: _with_tick(rules, told.get(name)) for name, rules in listed.items()}


def _with_tick(rules: MarketRules, tick: Decimal | None) -> MarketRules:
    """It is the tick at the price of now, and heard again every hour."""
    return rules if tick is None else replace(rules, ticks=((Decimal(0), tick),))


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


def _turnovers(rows: Any, name: str, turnover: str) -> dict[str, float]:
    """Rows without a readable turnover are left out; 0 is what a new market has."""
    found = {}
    for row in quoting.rows_of(rows):
        if isinstance(row, dict) and row.get(turnover) is not None:
            found[quoting.name(row, name)] = quoting.number(row, turnover)
    return found
