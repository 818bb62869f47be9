"""What every strategy must bear before money is trusted to it; a user's own file too.

Each check answers with a finding: passed, failed, or not judged (None) for want of something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.honesty.answer_checks import answers, line_of, told
from trader.backtest.honesty.row_compare import (
    Difference,
    backwards,
    first_difference,
    until,
    with_other_future,
)
from trader.backtest.honesty.source_scan import clock_calls
from trader.backtest.honesty.subject import Finding, Subject, bad, good, unjudged
from trader.backtest.honesty.warm_up_checks import warm_up, window
from trader.domain.candles import Candles
from trader.domain.signal import BIT
from trader.strategies.rows import SignalRows, evaluate

if TYPE_CHECKING:
    from trader.domain.candles import Ints

CUTS = 16
SLOW = 20.0  # microseconds a candle; arrays take less than ten


Check = Callable[[Subject], Finding]


def look_ahead(subject: Subject) -> Finding:
    """Rows stay what they were when later candles are cut, or are others.

    Of what follows a row only the next candle's time and first price may be used.
    """
    candles = subject.some
    whole = subject.rows(candles)
    found = [
        difference
        for stop in _stops(subject, len(candles))
        for changed in _futures(candles, stop)
        if (difference := _differs(subject, whole, changed, stop, candles.time))
    ]
    if not found:
        return good("look_ahead", cuts=CUTS)
    return _differing(subject, "look_ahead", min(found))


def _futures(candles: Candles, stop: int) -> tuple[Candles, ...]:
    rising, falling = (with_other_future(candles, stop, factor) for factor in (3.0, 1.0 / 3.0))
    return until(candles, stop), rising, falling


def _stops(subject: Subject, rows: int) -> list[int]:
    first = min(subject.make().warmup + 1, rows)
    return sorted({int(stop) for stop in np.linspace(first, rows - 1, CUTS) if stop > 0})


def _differs(
    subject: Subject, whole: SignalRows, changed: Candles, stop: int, time: Ints
) -> Difference | None:
    return first_difference(whole, subject.rows(changed), time, stop)


def determinism(subject: Subject) -> Finding:
    """Two fresh instances say the same about the same candles."""
    candles = subject.some
    first, second = subject.rows(candles), subject.rows(candles)
    difference = first_difference(first, second, candles.time, len(candles))
    if difference is None:
        return good("determinism")
    return _differing(subject, "determinism", difference)


def restart(subject: Subject) -> Finding:
    """An instance that has seen other candles says the same as a fresh one."""
    candles, used = subject.some, subject.make()
    for others in (candles, until(candles, len(candles) // 2), backwards(candles)):
        subject.rows(others, used)
    known, fresh = subject.rows(candles, used), subject.rows(candles)
    difference = first_difference(fresh, known, candles.time, len(candles))
    if difference is None:
        return good("restart")
    return _differing(subject, "restart", difference)


def clock(subject: Subject) -> Finding:
    """It does not ask the clock: its answer would be another tomorrow."""
    if not subject.source:
        return unjudged("clock", "clock.no_source")
    calls = clock_calls(subject.source)
    if not calls:
        return good("clock")
    line, name = calls[0]
    return bad("clock", line=line, name=name)


def can_fire(subject: Subject) -> Finding:
    """It buys at least once past its own filters with the parameters of the run."""
    wishes, entries, blocks = 0, 0, dict[str, int]()
    for one in subject.fields:
        rows = evaluate(subject.make(), one.candles, subject.parameters, one.market)
        for wish, mask in ((rows.long, rows.long_blocks), (rows.short, rows.short_blocks)):
            wanted, blocked = wish[one.start :], mask[one.start :]
            wishes += int(np.count_nonzero(wanted))
            entries += int(np.count_nonzero(wanted & (blocked == 0)))
            _count(blocks, blocked[wanted])
    if entries:
        return good("can_fire", entries=f"{entries:,}")
    if not wishes:
        return bad("can_fire", "no_wish", rows=f"{_traded(subject):,}")
    code = max(blocks, key=blocks.__getitem__)
    most = f"{blocks[code]:,}"
    return bad("can_fire", "blocked", wishes=f"{wishes:,}", reason=code, blocked=most)


def _count(blocks: dict[str, int], masks: Ints) -> None:
    for code, bit in BIT.items():
        count = int(np.count_nonzero(masks & bit))
        if count:
            blocks[code] = blocks.get(code, 0) + count


def _traded(subject: Subject) -> int:
    return sum(len(one.candles) - one.start for one in subject.fields)


def speed(subject: Subject) -> Finding:
    """Microseconds a candle, the best of three; told, not judged."""
    candles, took = subject.candles, []
    for _ in range(3):
        began = perf_counter()
        subject.rows(candles)
        took.append(perf_counter() - began)
    micros = 1e6 * min(took) / max(1, len(candles))
    return good("speed", "ok" if micros < SLOW else "slow", micros=f"{micros:.3g}")


def _differing(subject: Subject, check: str, difference: Difference) -> Finding:
    row, time, column = difference
    row = subject.row_of_all(row, subject.some)
    return bad(check, row=f"{row:,}", time=figures.moment(time), column=column)


def check(subject: Subject) -> list[Finding]:
    """Every check in order. What cannot be judged for a graver reason says so."""
    found = list(answers(subject))
    if any(finding.passed is False for finding in found):
        return [*found, *_waiting(("determinism", *_LATER, "restart", "can_fire"), "answer")]
    found.append(clock(subject))
    same = _safely(determinism, subject)
    later: Sequence[Check] = (look_ahead, restart, window, warm_up)
    if same.passed:
        found += [same, *(_safely(judge, subject) for judge in later)]
    else:
        found += [same, *_waiting((*_LATER, "restart"), "determinism")]
    return [*found, _safely(can_fire, subject), _safely(speed, subject)]


def _safely(judge: Check, subject: Subject) -> Finding:
    """An exception on other candles than the first is a finding too."""
    try:
        return judge(subject)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a user's own code does
        return bad(judge.__name__, "raised", error=told(error), line=line_of(error))


_LATER = ("look_ahead", "window", "warm_up")


def _waiting(checks: Sequence[str], reason: str) -> list[Finding]:
    return [unjudged(name, f"waits.{reason}") for name in checks]
