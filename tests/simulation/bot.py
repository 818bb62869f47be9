"""One life of the bot in a simulated run: engine, loop and journal as the daemon builds them."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any

from tests.simulation.prices import KEYS
from tests.simulation.wishes import NAME
from trader.domain.events import Event, TimePassed, UniverseChosen
from trader.domain.instrument import VENUES, venue_of
from trader.domain.money import exact
from trader.domain.outcome import Question
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import Millis, Timeframe
from trader.engine.account import Account
from trader.engine.engine import Engine, Habits
from trader.engine.listing import list_market
from trader.engine.loop import run
from trader.engine.ports import Journal, Restored, Signals, Venues
from trader.engine.state import State, VenueState
from trader.venues.profiles import PROFILES

CAPITAL = {"upbit": 20_000_000.0, "binance_spot": 20_000.0, "binance_futures": 20_000.0}
HABITS = Habits(once_a_day=frozenset(), watch_prices=True)


def parameters(venue: str) -> Parameters:
    """Settings under which something happens every few candles."""
    return Parameters(
        strategies=(StrategyShare(NAME),),
        timeframe=Timeframe.parse("1m"),
        allow_shorts=PROFILES[venue].capabilities.margin,
        initial_capital=CAPITAL[venue],
        take_profit_percent=0.012,
        stop_loss_percent=0.01,
        trailing_stop_percent=0.006,
        trailing_activation=0.005,
        sizing="fixed_fraction",
        position_fraction=0.15,
        max_turnover_share=0.0,
        leverage=3.0,
        max_positions=2,
        max_daily_loss_pct=0.0,
        max_weekly_loss_pct=0.0,
        max_monthly_loss_pct=0.0,
        max_consecutive_losses=0,
        cooldown_candles=0,
        max_price_age_entry=5.0,
        max_price_age_exit=10.0,
        max_order_equity_share=0.5,
    )


@dataclass(frozen=True, slots=True)
class Start:
    """What a life begins with: settings in force, what the journal knows, the market's time."""

    parameters: dict[str, Parameters]
    restored: Restored
    at: Millis


class _Rest:
    """An await that hands control back to whoever drives the loop by hand."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class Bot:
    """The real engine in the real loop, driven by hand: `hear` and everything follows at once."""

    def __init__(self, start: Start, signals: Signals, after: Callable[[Event], None]) -> None:
        self.engine = _engine(start, signals)
        self._after = after
        self._inbox: deque[Event] = deque()
        self._loop: Coroutine[Any, Any, None] | None = None
        self._hearing = False

    def plug(self, venues: Venues, journal: Journal, at: Millis) -> None:
        """Begin, as the daemon does: the universe, then the venues are asked for the truth."""
        self._loop = run(self.engine, self._events(), venues, journal)
        for venue in VENUES:
            mine = tuple(key for key in KEYS if venue_of(key) == venue)
            self._inbox.append(UniverseChosen(venue, mine, at))
            venues.ask(Question("report", venue))
        self.hear(TimePassed(at))

    def hear(self, event: Event) -> None:
        """One more event; returns when everything that waits is handled."""
        self._inbox.append(event)
        if self._loop is not None and not self._hearing:
            self._hearing = True
            self._loop.send(None)
            self._hearing = False

    async def _events(self) -> AsyncIterator[Event]:
        while True:
            while self._inbox:
                event = self._inbox.popleft()
                yield event
                self._after(event)
            await _Rest()


def _engine(start: Start, signals: Signals) -> Engine:
    state = State({venue: _venue(venue, p) for venue, p in start.parameters.items()})
    for key in KEYS:
        venue = venue_of(key)
        list_market(state, state.venues[venue], key, PROFILES[venue].rules(key))
    engine = Engine(state, signals, HABITS)
    engine.restore(start.restored, start.at)
    return engine


def _venue(venue: str, p: Parameters) -> VenueState:
    capital = exact(p.initial_capital)
    abilities = PROFILES[venue].capabilities
    state = VenueState(venue, abilities, p, Account(capital, capital, margined=abilities.margin))
    state.last_equity = state.peak_equity = float(capital)
    return state
