"""One figure of the table, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, the result, the bar it should reach, and what others need for it."""

    work: str
    result: str
    bar: str = ""
    others: str = ""


def best_of(times: int, work: Callable[[], object]) -> float:
    """The shortest of several runs, in CPU seconds: other programs hardly disturb those."""
    shortest = float("inf")
    for _ in range(times):
        begin = process_time()
        work()
        shortest = min(shortest, process_time() - begin)
    return shortest


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(seconds: float) -> str:
    """With as many digits as a reader needs."""
    return f"{seconds * 1_000:.3g} ms"
