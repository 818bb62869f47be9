"""How old is too old: limits of the three clocks, screen, bot and exchange. All in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trader.bridge.schemas import BotStatus

LONGEST_LOOP = 60.0  # what LOOP_SECONDS may be at most


class Level(StrEnum):
    """What an age looks like."""

    FRESH = "fresh"
    AMBER = "amber"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Limits:
    """Ages from which a clock is amber and red."""

    amber: float
    red: float

    def level(self, age: float | None) -> Level:
        """The level of an age; unknown when nothing was ever seen."""
        if age is None:
            return Level.UNKNOWN
        return Level.RED if age > self.red else Level.AMBER if age > self.amber else Level.FRESH


SCREEN = Limits(10.0, 20.0)


def bot_limits(status: BotStatus | None) -> Limits:
    """A bot is silent after three loops and at least ten seconds (the contract's words)."""
    loop = loop_seconds(status)
    return Limits(max(5.0, 1.5 * loop), max(10.0, 3 * loop))


def exchange_limits(status: BotStatus | None) -> Limits:
    """Prices reach the panel with the bot's next status at the earliest."""
    loop = loop_seconds(status)
    return Limits(max(5.0, 2 * loop), max(15.0, 4 * loop))


def loop_seconds(status: BotStatus | None) -> float:
    """Length of the bot's loop, from what it has done so far; 0 while that says too little."""
    if status is None or status.loop.count < 5:
        return 0.0
    return min(LONGEST_LOOP, max(0.0, status.timestamp - status.started_at) / status.loop.count)
