"""What comes next, by the wall's clock: candles, searches, ends of halts, the day's limits anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from trader.domain.instrument import symbol_of
from trader.domain.time import DAY, Millis
from trader.engine.state import State, VenueState

Row = dict[str, Any]
LATEST = 7 * 86_400.0  # seconds; what comes later is not news


@dataclass(frozen=True, slots=True)
class Hands:
    """The two clocks: the wall's in seconds, the market's in ms and how fast it goes."""

    wall: float
    market: Millis
    speed: float = 1.0

    def at(self, moment: Millis) -> float:
        """When the wall's clock shows what the market's will then."""
        return self.wall + (moment - self.market) / 1_000 / self.speed


def agenda(state: State, hands: Hands, searches: Iterable[tuple[str, float]]) -> dict[str, Any]:
    """`agenda.json`. `searches`: kind and seconds since 1970."""
    rows = [*_markets(state, hands)]
    rows += [
        {"at": at, "what": f"search_{kind}", "venue": None, "subject": ""} for kind, at in searches
    ]
    near = [row for row in rows if 0 <= row["at"] - hands.wall <= LATEST]
    return {"timestamp": hands.wall, "rows": sorted(near, key=lambda row: row["at"])}


def _markets(state: State, hands: Hands) -> Iterator[Row]:
    for venue in state.venues.values():
        timeframe = venue.parameters.timeframe
        closes = timeframe.floor(hands.market) + timeframe.ms
        yield _row(hands.at(closes), "candle_close", venue.name, timeframe.name)
        begins = hands.market - hands.market % DAY + DAY
        yield _row(hands.at(begins), "day_begins", venue.name, "")
        yield from _halts(venue, hands)


def _halts(venue: VenueState, hands: Hands) -> Iterator[Row]:
    for halt in tuple(venue.halts.values()):
        if halt.until is not None and halt.until >= hands.market:
            subject = f"{halt.code} {symbol_of(halt.key)}" if halt.key else halt.code
            yield _row(hands.at(halt.until), "halt_ends", venue.name, subject)


def _row(at: float, what: str, venue: str, subject: str) -> Row:
    return {"at": at, "what": what, "venue": venue, "subject": subject}
