"""Carries out all checks of one account; one that fails or hangs does not hide the others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from trader.domain.finding import Finding, Mark
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.preflight import futures, spot, upbit
from trader.venues.real.preflight.clock import clock
from trader.venues.real.preflight.essentials import essentials
from trader.venues.real.preflight.inquiry import NOT_OFFERED, Check, Inquiry, Objection
from trader.venues.real.reading.fields import Strange

CHECKS: Mapping[str, tuple[Check, ...]] = {
    UPBIT: upbit.CHECKS,
    BINANCE_SPOT: spot.CHECKS,
    BINANCE_FUTURES: futures.CHECKS,
}


async def inspected(inquiry: Inquiry, patience: float) -> list[Finding]:
    """What was found, in the order of the checks. `patience`: seconds for each; all are asked
    together once the exchange's clock is known, because signatures carry a time. Never raises."""
    first, others = await asyncio.gather(_one(clock, inquiry, patience), _signed(inquiry, patience))
    found: list[Finding] = []
    for finding in (finding for part in (first, *others) for finding in part):
        if finding not in found:  # a dead key is told once, not by every question
            found.append(finding)
    return found


async def _signed(inquiry: Inquiry, patience: float) -> list[list[Finding]]:
    """The checks of the account itself; they need not wait until the clock was judged."""
    await _within(inquiry.line.set_clock(), patience)
    account, *more = CHECKS[inquiry.needs.venue]
    checks: tuple[Check, ...] = (partial(_needed, account), *more, essentials)
    return await asyncio.gather(*(_one(check, inquiry, patience) for check in checks))


async def _needed(account: Check, inquiry: Inquiry) -> list[Finding]:
    """The account: without it there is nothing to trade with."""
    try:
        return await account(inquiry)
    except Objection as no:
        if no.code != NOT_OFFERED:
            raise
        return [inquiry.finding(Mark.FAIL, "essential_missing", **no.values)]


async def _within(work: object, patience: float) -> None:
    try:
        async with asyncio.timeout(patience):
            await work  # type: ignore[misc]
    except TimeoutError:
        return


async def _one(check: Check, inquiry: Inquiry, patience: float) -> list[Finding]:
    try:
        async with asyncio.timeout(patience):
            return await check(inquiry)
    except Objection as no:
        mark = Mark.WARN if no.code == NOT_OFFERED else Mark.FAIL
        return [inquiry.finding(mark, no.code, **no.values)]
    except TimeoutError:
        return [inquiry.finding(Mark.FAIL, "unanswered", detail="no answer in time")]
    except Strange as odd:
        return [inquiry.finding(Mark.FAIL, "unreadable", detail=str(odd))]
    except Exception as bug:  # noqa: BLE001 - the other checks still have something to say
        return [inquiry.finding(Mark.FAIL, "unreadable", detail=f"{type(bug).__name__}: {bug}")]
