"""The loopback exchange's own clock: real time, put forward or back by the test."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


def wall() -> int:
    """The machine's time, ms UTC."""
    return time.time_ns() // 1_000_000


@dataclass
class Clock:
    """`skew` ms are added to `source`; budgets, candles and signatures all read this clock."""

    skew: int = 0
    source: Callable[[], int] = wall

    def now(self) -> int:
        """The exchange's time, ms UTC."""
        return self.source() + self.skew

    def advance(self, millis: int) -> None:
        """Let so many ms pass at once."""
        self.skew += millis
