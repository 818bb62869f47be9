"""What the daemon shows of itself: plain values that the shell fills and the publisher writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import nan
from typing import Any

from trader.domain.book import VenueBook
from trader.domain.commands import CommandAnswer
from trader.domain.position import ClosedTrade, Position
from trader.domain.signal import Decision


@dataclass(frozen=True, slots=True)
class LinkView:
    """Connection to one venue. `last_price_at` in seconds since 1970, `latency_ms` milliseconds."""

    status: str
    price_source: str
    last_price_at: float | None = None
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True)
class LoopView:
    """The daemon's loop: how often it ran and how long it took, in milliseconds."""

    count: int = 0
    last_ms: float = 0.0
    p99_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class HaltView:
    """Why entries are off. `scope` is a venue or an instrument's key; `until` in seconds."""

    scope: str
    code: str
    until: float | None


@dataclass(frozen=True, slots=True)
class SearchView:
    """A search of the optimiser under way. `progress` 0 to 1, `since` in seconds since 1970."""

    kind: str
    venue: str
    since: float
    progress: float


@dataclass(frozen=True, slots=True)
class OptimiserView:
    """What the optimiser does, and what the last search came to; `ended_at` in seconds."""

    running: tuple[SearchView, ...] = ()
    kind: str = ""
    venue: str = ""
    state: str = ""
    ended_at: float | None = None
    adopted: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class CoverageView:
    """Who protects the positions of a venue: shares of their value, 0 to 1, together 1.

    exchange: live orders there; engine: our own watch with a fresh price; guardian: the same in the
    guardian's process; nobody: neither.
    """

    exchange: float = 0.0
    engine: float = 0.0
    guardian: float = 0.0
    nobody: float = 0.0


@dataclass(frozen=True, slots=True)
class GuardianView:
    """The second process that watches the daemon. Times in seconds since 1970.

    `state`: watching, idle (the daemon is gone and nothing needs it), restarting, guarding,
    failed, off (it was told to leave), missing (it should be there and is not). `after`: seconds
    of silence before it acts. `action`: what it did last, `acted_at` when.
    """

    state: str
    after: float
    pid: int | None = None
    since: float | None = None
    action: str = ""
    acted_at: float | None = None


@dataclass(frozen=True, slots=True)
class RecordingView:
    """The session that `--record` writes down. Times in seconds since 1970.

    `state`: on, or ended (before the bot did; trading goes on). Then `code` says why: disk_full,
    disk_slow, folder_gone, folder_closed, failed; `message` is the cause with its remedy.
    """

    state: str
    folder: str
    since: float
    ended_at: float | None = None
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class StatusView:
    """The whole of `bot_status.json`. Times in seconds since 1970, memory in MB, cpu in percent.

    `parameters` are those in force, per venue, by the names of `.env`, without secrets.
    """

    status: str
    timestamp: float
    version: str
    mode: str
    pid: int
    started_at: float
    cpu: float = 0.0
    memory: float = 0.0
    warmup_current: int = 0
    warmup_total: int = 0
    loop: LoopView = LoopView()
    venues: Mapping[str, LinkView] = field(default_factory=dict)
    settings_error: str | None = None
    settings_version: str = ""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    halts: tuple[HaltView, ...] = ()
    decisions: tuple[Decision, ...] = ()
    commands: tuple[CommandAnswer, ...] = ()
    optimiser: OptimiserView | None = None
    coverage: Mapping[str, CoverageView] = field(default_factory=dict)
    guardian: GuardianView | None = None
    recording: RecordingView | None = None


@dataclass(frozen=True, slots=True)
class HeldView:
    """One position and what guards it. Prices in the quote currency; NaN or None: there is none.

    `price_at`: when `price` was noticed, seconds since 1970; None before the first. `protection`:
    engine (our own watch), oco or conditional (orders at the venue).
    """

    position: Position
    price: float = nan
    stop: float | None = None
    take_profit: float | None = None
    trailing: float | None = None
    protection: str = "engine"
    price_at: float | None = None


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """The whole of `<venue>_portfolio.json`. Money in the venue's quote currency.

    `free_cash` does not include open positions; `trades` are the closed ones, oldest first;
    `drawdown` is a fraction of the peak. `margin`: the venue trades on margin (futures).
    """

    venue: str
    timestamp: float
    initial_capital: Decimal
    free_cash: Decimal
    equity: float
    peak_equity: float
    daily_pnl: float
    preset: str = ""
    timeframe: str = ""
    symbols: tuple[str, ...] = ()
    held: tuple[HeldView, ...] = ()
    trades: tuple[ClosedTrade, ...] = ()
    margin: bool = False

    @property
    def drawdown(self) -> float:
        """How far equity is below its peak, as a fraction of the peak; 0 without a peak."""
        if not self.peak_equity > 0:
            return 0.0
        return max(0.0, 1.0 - self.equity / self.peak_equity)


def halts_of(books: Mapping[str, VenueBook]) -> tuple[HaltView, ...]:
    """The halts of all venues, as the status shows them; an account that is not fit for trading
    with every code that says why."""
    return tuple(
        HaltView(
            scope=halt.key or venue,
            code=code,
            until=None if halt.until is None else halt.until / 1000,
        )
        for venue, book in books.items()
        for halt in book.halts
        for code in (halt.code, *(halt.detail.split() if halt.code == "unfit" else ()))
    )
