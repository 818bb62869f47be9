"""What the live feed needs: one venue's public data, and the market's side of whoever trades."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from trader.domain.candles import Candle
from trader.domain.events import Event
from trader.domain.instrument import MarketRules
from trader.domain.quotation import FundingRate, MarketQuoted, Tick
from trader.domain.time import Millis


class PublicData(Protocol):
    """Public questions to one venue. Answers are complete and checked: prices are finite and above
    0, times are milliseconds; what is neither raises.

    Every question raises `VenueUnavailable` when asking again later may help, `VenueRefused` when
    not, `BadInput` for a market that the venue does not have. Nothing is asked twice by itself.
    """

    @property
    def lengths(self) -> tuple[Millis, ...]:
        """Candles that the venue has, in ms."""

    @property
    def marked(self) -> bool:
        """Whether it has mark prices: of contracts, by which it liquidates."""

    async def marks(self, keys: Sequence[str]) -> tuple[Tick, ...]:
        """The mark prices of some markets in one question; nothing where there are none."""

    async def stream_marks(self, keys: Sequence[str], take: Callable[[Tick], None]) -> None:
        """As `stream`, every second a mark price of every market; `at` is when it was reckoned."""

    async def markets(self) -> tuple[MarketQuoted, ...]:
        """Every market in the venue's quote currency; asked first, and anew for fresh rules."""

    async def prices(self, keys: Sequence[str]) -> tuple[Tick, ...]:
        """The newest prices of some markets in one question."""

    async def candles(
        self, key: str, length: Millis, until: Millis, rows: int
    ) -> tuple[Candle, ...]:
        """The newest `rows` candles that begin before `until`, oldest first, the forming one too.

        Fewer when there are no more. Candles that the venue does not have are not invented.
        """

    async def funding(self, key: str, since: Millis) -> tuple[FundingRate, ...]:
        """What was settled at or after `since`, oldest first; nothing on spot."""

    async def stream(self, keys: Sequence[str], take: Callable[[Tick], None]) -> None:
        """Hand over every trade's price until the connection breaks, which raises.

        Silence raises nothing: whoever listens must notice. Cancelling it closes the connection.
        """

    async def close(self) -> None:
        """Give the connections back."""


class Exchange(Protocol):
    """The market's side of a simulated venue; real ones have it themselves."""

    def open_market(self, key: str, rules: MarketRules, at: Millis) -> None:
        """Open a market, or change its rules."""

    def on_price(self, key: str, price: float, at: Millis) -> None:
        """A new price is in force."""

    def on_turnover(self, key: str, turnover: float, at: Millis) -> None:
        """Turnover of the last minute."""

    def on_funding(self, key: str, rate: float, price: float, at: Millis) -> None:
        """A funding time."""

    def advance(self, at: Millis) -> None:
        """Time passes."""


@dataclass(frozen=True, slots=True)
class Wall:
    """The time that markets share with us: `now` in ms UTC, `sleep` in seconds."""

    now: Callable[[], Millis]
    sleep: Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears the feed. `idle`: all that was put has been acted on; `room` waits for that.
    `holds`: whether a symbol is held or being entered. `opened`: since when (ms) each position of
    a venue exists.
    """

    put: Callable[[Event], None]
    idle: Callable[[], bool]
    holds: Callable[[str], bool]
    opened: Callable[[str], Mapping[str, Millis]]
    room: Callable[[], Awaitable[object]]
