"""Causes that lie with people and the process: nobody ran, settings changed, a hand closed it."""

from __future__ import annotations

from trader.backtest.replay.trades.case import Case
from trader.backtest.replay.trades.trips import ENTRY, ENTRY_PRICE, EXIT, EXIT_PRICE, QUANTITY
from trader.backtest.replay.wording import Why, why

PEOPLE = ("manual", "external_reduce")


def away(case: Case) -> Why | None:
    """No engine ran from the candle's start to its end."""
    at, frame = case.one.at, case.frame
    if case.one.what == EXIT and case.one.trip.name in case.evidence.lost:
        return why("other_books")
    if any(first <= at and at + frame <= last for first, last in case.evidence.alive):
        return None
    inside = any(at < first < at + frame for first, _ in case.evidence.alive)
    return why("started_inside") if inside else why("nobody_ran")


def last_candle(case: Case) -> Why | None:
    """The recording ends before the candle closed, so the backtest does not have it."""
    known = case.evidence.rows.get((case.one.trip.key, case.frame), {})
    trip = case.one.recorded
    if trip is None:
        return None
    at = trip.exit_time if case.one.what in (EXIT, EXIT_PRICE) else trip.entry_time
    return why("not_closed") if at > max(known, default=-1) else None


def changed(case: Case) -> Why | None:
    """Settings changed in the candle of the entry, or while the position was held."""
    one, frame = case.one, case.frame
    until = max(t.exit_time for t in (one.recorded, one.tested) if t)
    until = one.at if one.what in (ENTRY, ENTRY_PRICE, QUANTITY) or until < 0 else until
    for other in case.evidence.stretches:
        begins = other.start
        first = max(one.trip.entry_time, case.evidence.alive[0][0])
        if other.venue == case.stretch.venue and first < begins <= until + frame:
            return why("other_settings")
    return None


def by_hand(case: Case) -> Why | None:
    trip = case.one.recorded
    if trip is not None and trip.strategy == "manual":
        return why("bought_by_hand")
    if trip is not None and case.one.what == EXIT and trip.exit_reason in PEOPLE:
        return why("closed_by_hand")
    return None


def loss_limit(case: Case) -> Why | None:
    trip = case.one.recorded
    return why("loss_limit") if trip and trip.exit_reason == "loss_limit" else None
