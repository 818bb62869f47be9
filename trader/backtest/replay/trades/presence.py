"""Causes that lie with people and the process: nobody ran, settings changed, a hand closed it."""

from __future__ import annotations

from trader.backtest.replay.trades.case import Case
from trader.backtest.replay.trades.trips import ENTRY, ENTRY_PRICE, EXIT, EXIT_PRICE, QUANTITY

PEOPLE = ("manual", "external_reduce")


def away(case: Case) -> str:
    """No engine ran from the candle's start to its end."""
    at, frame = case.one.at, case.frame
    if case.one.what == EXIT and case.one.trip.name in case.evidence.lost:
        return "the next life began with other books"
    if any(first <= at and at + frame <= last for first, last in case.evidence.alive):
        return ""
    inside = any(at < first < at + frame for first, _ in case.evidence.alive)
    return "the bot was started inside this candle" if inside else "no bot ran during this candle"


def last_candle(case: Case) -> str:
    """The recording ends before the candle closed, so the backtest does not have it."""
    known = case.evidence.rows.get((case.one.trip.key, case.frame), {})
    trip = case.one.recorded
    if trip is None:
        return ""
    at = trip.exit_time if case.one.what in (EXIT, EXIT_PRICE) else trip.entry_time
    return "the recording ends before this candle closed" if at > max(known, default=-1) else ""


def changed(case: Case) -> str:
    """Settings changed in the candle of the entry, or while the position was held."""
    one, frame = case.one, case.frame
    until = max(t.exit_time for t in (one.recorded, one.tested) if t)
    until = one.at if one.what in (ENTRY, ENTRY_PRICE, QUANTITY) or until < 0 else until
    for other in case.evidence.stretches:
        begins = other.start
        first = max(one.trip.entry_time, case.evidence.alive[0][0])
        if other.venue == case.stretch.venue and first < begins <= until + frame:
            return "other settings came into force meanwhile"
    return ""


def by_hand(case: Case) -> str:
    trip = case.one.recorded
    if trip is not None and trip.strategy == "manual":
        return "bought by order of a person"
    if trip is not None and case.one.what == EXIT and trip.exit_reason in PEOPLE:
        return "closed by order of a person"
    return ""


def loss_limit(case: Case) -> str:
    trip = case.one.recorded
    return "a loss limit closed it" if trip and trip.exit_reason == "loss_limit" else ""
