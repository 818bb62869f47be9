"""The second view of a recording: an ordinary backtest of its candles beside its trades."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from trader.backtest.replay.arguments import Asked
from trader.backtest.replay.replaying import wanted
from trader.backtest.replay.trades.candles import plan_of
from trader.backtest.replay.trades.case import CAUSES, NONE, Case
from trader.backtest.replay.trades.causes import cause_of
from trader.backtest.replay.trades.evidence import Evidence, Stretch, evidence_of
from trader.backtest.replay.trades.trips import Trip, Unlike, trip_of, unlike
from trader.backtest.replay.wording import Say, Why
from trader.domain.errors import BadInput
from trader.domain.instrument import venue_of
from trader.domain.time import Millis
from trader.shell.recording.reading import Life
from trader.strategies.catalogue import Catalogue, discover


@dataclass(frozen=True, slots=True)
class Told:
    """One thing not agreed on, in words, with its cause. `at`: the candle's start, ms."""

    at: Millis
    key: str
    strategy: str
    what: str
    recorded: str
    tested: str
    cause: str
    why: Why


@dataclass(frozen=True, slots=True)
class Venue:
    """One venue: trades of the recording and of the backtest, and how many are in both."""

    venue: str
    stretches: int
    candles: int
    recorded: int
    tested: int
    both: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Venues in their order, and everything not agreed on, by time."""

    venues: tuple[Venue, ...]
    differences: tuple[Told, ...]

    @property
    def causes(self) -> dict[str, int]:
        """Differences by cause."""
        counts = dict.fromkeys(CAUSES, 0)
        for one in self.differences:
            counts[one.cause] += 1
        return counts

    @property
    def unexplained(self) -> int:
        """How many have no cause."""
        return self.causes[NONE]


def compared(asked: Asked) -> Compared:
    """Backtest a recording and compare. Raises `BadInput` when it cannot be read or is too short
    for one closed candle."""
    known = discover()
    venues, told = list[Venue](), list[Told]()
    for lives in _sessions(wanted(asked)):
        evidence = evidence_of(lives, known, asked.end)
        for name in dict.fromkeys(stretch.venue for stretch in evidence.stretches):
            venue, found = _venue(name, evidence, known)
            venues.append(venue)
            told += [one for one in found if asked.within(one.at) and asked.about(one.key)]
    if not any(one.candles for one in venues):
        raise BadInput("no candle closed while it was recorded, so there is nothing to backtest")
    return Compared(tuple(venues), tuple(sorted(told, key=lambda one: (one.at, one.key))))


def _sessions(lives: list[Life]) -> list[list[Life]]:
    """Lives that go on with one another's books: the namespace of client ids is a journal's own."""
    made: list[list[Life]] = []
    for life in lives:
        before = made[-1][-1].beginning if made else None
        own = life.beginning.restored.namespace
        if before and before.restored.namespace == own and before.at <= life.beginning.at:
            made[-1].append(life)
        else:
            made.append([life])
    return made


def _venue(name: str, evidence: Evidence, catalogue: Catalogue) -> tuple[Venue, list[Told]]:
    stretches = [stretch for stretch in evidence.stretches if stretch.venue == name]
    recorded = [trip for trip in evidence.trips if venue_of(trip.key) == name]
    recorded = [trip for trip in recorded if trip.entry_time >= _begin(stretches[0])]
    candles, theirs = 0, list[Trip]()
    for stretch in stretches:
        trips, rows = _trips(evidence, stretch, catalogue)
        candles += rows
        theirs += trips
    found = _explained(unlike(recorded, theirs), evidence, stretches, theirs)
    both = len({t.name for t in recorded} & {t.name for t in theirs})
    made = Venue(name, len(stretches), candles, len(recorded), len(theirs), both)
    return made, found


def _begin(stretch: Stretch) -> Millis:
    return stretch.parameters.timeframe.floor(stretch.start)


def _trips(evidence: Evidence, stretch: Stretch, catalogue: Catalogue) -> tuple[list[Trip], int]:
    """The backtest's trips that were entered in the stretch, and the candles it walked."""
    from trader.backtest.fast import run

    plan = plan_of(evidence, stretch)
    if plan is None:
        return [], 0
    made = [trip_of(trade) for trade in run(plan, catalogue=catalogue).trades]
    ours = [t for t in made if stretch.end < 0 or t.entry_time < stretch.end]
    return ours, plan.traded_rows


def _explained(
    found: list[Unlike], evidence: Evidence, stretches: list[Stretch], theirs: list[Trip]
) -> list[Told]:
    told = []
    for number, one in enumerate(found):
        stretch = _stretch_at(stretches, one.trip.entry_time)
        cause, why = cause_of(Case(one, evidence, stretch, found[:number], theirs))
        trip = one.trip
        told.append(Told(one.at, trip.key, trip.strategy, one.what, *one.texts, cause, why))
    return told


def _stretch_at(stretches: list[Stretch], at: Millis) -> Stretch:
    begun = [stretch for stretch in stretches if _begin(stretch) <= at]
    return begun[-1] if begun else stretches[0]


def as_json(made: Compared, say: Say) -> str:
    """Everything, for programs; sentences as `say` says them."""
    content: dict[str, Any] = {
        "venues": [asdict(one) for one in made.venues],
        "differences": [asdict(one) | {"why": say.why(one.why)} for one in made.differences],
        "causes": made.causes,
        "unexplained": made.unexplained,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
