"""What befalls a run besides the wire: kills, silence, bad ticks, a failing disk, people.

All of it is drawn from the seed before the run begins, so that a failing seed can be printed as
the list of what was going to happen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple, TypeVar

from tests.simulation.faults import Span
from tests.simulation.prices import KEYS
from trader.domain import commands as cmd
from trader.domain.instrument import VENUES
from trader.domain.time import SECOND, Millis

T = TypeVar("T")
POINTS = ("before record", "after record", "before send", "after send", "between events")


class Kill(NamedTuple):
    """kill -9 at the first such point at or after `at`; `down` ms until the next start."""

    at: Millis
    point: str
    down: Millis


class Silence(NamedTuple):
    """The stream of one venue says nothing for a while."""

    venue: str
    span: Span


class BadTick(NamedTuple):
    """One price of the stream that never was: `factor` times the true one."""

    at: Millis
    key: str
    factor: float


class Asked(NamedTuple):
    """A person's command, under its id."""

    at: Millis
    id: str
    command: cmd.Command


class Retuned(NamedTuple):
    """New values of some settings."""

    at: Millis
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """The whole plan of a run, each list in the order of time."""

    kills: tuple[Kill, ...] = ()
    silences: tuple[Silence, ...] = ()
    ticks: tuple[BadTick, ...] = ()
    broken_disk: tuple[Span, ...] = ()
    asked: tuple[Asked, ...] = ()
    retuned: tuple[Retuned, ...] = ()
    stop_file: tuple[Span, ...] = field(default=())

    @classmethod
    def drawn(cls, seed: int, start: Millis, until: Millis) -> "Trouble":
        """Two kills and a handful of everything else."""
        random = Random(f"{seed}:trouble")
        draw = _Draw(random, start, until)
        return cls(
            kills=draw.some(2, 2, draw.kill),
            silences=draw.some(0, 2, draw.silence),
            ticks=draw.some(0, 4, draw.tick),
            broken_disk=draw.some(0, 1, lambda: draw.span(25 * SECOND)),
            asked=draw.some(0, 6, draw.command),
            retuned=draw.some(0, 2, draw.settings),
            stop_file=draw.some(0, 1, lambda: draw.span(60 * SECOND)),
        )


class _Draw:
    def __init__(self, random: Random, start: Millis, until: Millis) -> None:
        self._random, self._start, self._until = random, start, until
        self._numbers = iter(range(1_000))

    def some(self, least: int, most: int, make: Callable[[], T]) -> tuple[T, ...]:
        made = [make() for _ in range(self._random.randint(least, most))]
        return tuple(sorted(made, key=_start_of))

    def moment(self) -> Millis:
        return self._random.randrange(self._start, self._until)

    def biased(self, bound: Millis) -> Millis:
        exact = self._random.random() < 0.25
        return bound if exact else self._random.randrange(bound)

    def span(self, longest: Millis) -> Span:
        begin = self.moment()
        return Span(begin, min(self._until, begin + SECOND + self.biased(longest)))

    def kill(self) -> Kill:
        return Kill(self.moment(), self._random.choice(POINTS), self.biased(20 * SECOND))

    def silence(self) -> Silence:
        return Silence(self._random.choice(VENUES), self.span(45 * SECOND))

    def tick(self) -> BadTick:
        return BadTick(self.moment(), self._random.choice(KEYS), self._random.choice((0.7, 1.4)))

    def command(self) -> Asked:
        key, venue = self._random.choice(KEYS), self._random.choice((None, *VENUES))
        command = self._random.choice(
            (
                cmd.Pause(venue), cmd.Resume(venue), cmd.Resume(None), cmd.CloseAll(venue),
                cmd.EmergencyStop(self._random.random() < 0.5), cmd.ClosePosition(key),
                cmd.TradeByHand(key, buy=True, amount_quote=self._random.choice((50.0, 50_000.0))),
            )
        )  # fmt: skip
        return Asked(self.moment(), f"c{next(self._numbers)}", command)

    def settings(self) -> Retuned:
        values = {
            "stop_loss_percent": self._random.choice((0.005, 0.01, 0.02)),
            "take_profit_percent": self._random.choice((0.0, 0.01, 0.03)),
            "trailing_stop_percent": self._random.choice((0.0, 0.005)),
        }
        return Retuned(self.moment(), values)


def _start_of(one: Any) -> Millis:
    if isinstance(one, Silence):
        return one.span.start
    return int(one.start if isinstance(one, Span) else one.at)
