"""What a market is to the daemon, whether invented or recorded: history, then moments, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from trader.domain.candles import Candle, Candles
from trader.domain.time import SECOND, Millis

STEP: Millis = 5 * SECOND  # market time between two moments


class Moment(NamedTuple):
    """All that happens at one instant of the market's time.

    Order inside it: first `closed`, the candles of the market's own (finest) timeframe that ended
    at `at`; then `prices`, of which those at the start of a candle are its first price. A symbol
    without trade has no price. `last`: nothing follows, the data are over.
    """

    at: Millis
    closed: tuple[Candle, ...]
    prices: tuple[tuple[str, float], ...]
    last: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One market as a venue lists it. `turnover` of the last 24 h in the quote currency."""

    key: str
    turnover: float
    warned: bool = False


class Listings(Protocol):
    """What there is to choose symbols from."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every instrument there is, in a fixed order."""

    def listing(self, at: Millis) -> tuple[Listed, ...]:
        """All markets with their turnover of the 24 hours before `at`, for the universe."""


class Market(Listings, Protocol):
    """A market that can be asked for its past and followed from any moment on. No clock, no I/O
    while it is followed; the same questions get the same answers in every run.
    """

    @property
    def banner(self) -> str:
        """One line for the start banner: what kind of market this is."""

    @property
    def start(self) -> Millis:
        """A good moment to begin at: enough history before it, and something going on."""

    @property
    def end(self) -> Millis | None:
        """When the data are over; None for a market that runs for ever."""

    def timeframe(self, key: str) -> Millis:
        """Length of the finest candles there are of one instrument; the candles of `Moment`."""

    def history(self, key: str, timeframe: Millis, rows: int, until: Millis) -> Candles:
        """The newest `rows` candles that closed by `until`; fewer when there are fewer.

        Each row knows its follower's start and first price, the last row does not. `hours` is
        None. Raises `BadInput` when the timeframe cannot be made of the market's candles.
        """

    def hours(self, key: str, rows: int, until: Millis) -> Candles:
        """The newest `rows` closed hours by `until`."""

    def base_candles(self, key: str, since: Millis, until: Millis) -> Iterator[Candle]:
        """Candles of the finest timeframe that begin at or after `since` and ended by `until`."""

    def moments(self, start: Millis) -> Iterator[Moment]:
        """Every moment from `start` on (moved up to a whole step), in order."""

    def funding(self, key: str, at: Millis) -> float:
        """Rate that longs pay at `at`, a fraction; 0 when nothing is settled then."""
