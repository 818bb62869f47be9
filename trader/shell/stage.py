"""What is traded: symbols, histories and an engine, made of settings, market and journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.instrument import venue_of
from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.engine.engine import Engine, Habits
from trader.engine.ports import Restored
from trader.engine.state import State
from trader.feeds.demo import Scene, chosen_keys
from trader.feeds.market import Listings
from trader.shell.beginning import Beginning
from trader.strategies.catalogue import Catalogue
from trader.strategies.live import RollingSignals, Sitting, Terms
from trader.venues.profiles import profile_of

ByVenue = Mapping[str, Parameters]
HOURS = 400
HOURS_OF_90_DAYS = 90 * 24 + 50


class Stage:
    """Chooses what is played and puts the engine on it; `at` is where the market stands."""

    def __init__(
        self, market: Listings, parameters: ByVenue, terms: Terms, restored: Restored, at: Millis
    ) -> None:
        self._market, self._terms, self._restored = market, terms, restored
        self._at = at
        self._state: State | None = None
        self._signals: RollingSignals | None = None
        self._began: tuple[Beginning, Engine] | None = None
        self._keys = self._watched(self._chosen(parameters, at))

    def _ours(self) -> tuple[str, ...]:
        """What is held or being ordered, as far as is known by now."""
        if self._state is not None:
            return tuple(sym.key for sym in self._state.symbols.values() if not sym.idle)
        sent = (order.key for order in self._restored.orders if order.live)
        return (*(position.key for position in self._restored.positions), *sent)

    def _chosen(self, parameters: ByVenue, at: Millis) -> tuple[str, ...]:
        """SYMBOLS, or the largest by turnover."""
        symbols = {venue: p.symbols for venue, p in parameters.items()}
        top = {venue: p.top_n_symbols for venue, p in parameters.items()}
        return chosen_keys(self._market, symbols, top, at)

    def _watched(self, listed: tuple[str, ...]) -> tuple[str, ...]:
        """What is traded, and whatever else is ours: it is watched until it is gone."""
        ours = (key for key in self._ours() if key in self._market.keys)
        return tuple(dict.fromkeys((*listed, *ours)))

    def scene(self, parameters: ByVenue, at: Millis | None = None) -> Scene:
        """Timeframes and rows of history of every symbol under these parameters."""
        listed = self._chosen(parameters, self._at if at is None else at)
        keys = self._watched(listed)
        frames = {key: parameters[venue_of(key)].timeframe.ms for key in keys}
        terms = replace(self._terms, parameters=parameters)
        rows = {key: terms.rows_needed(key, frames[key]) for key in keys}
        hours = {key: _hours_wanted(parameters[venue_of(key)], venue_of(key)) for key in keys}
        return Scene(frames, rows, hours, listed)

    def engine(
        self, warmup_cycles: int, first_day_until: Millis = 0, *, convert_dust: bool = False
    ) -> Engine:
        """The engine as the journal left it, with every symbol listed."""
        beginning = self._beginning(
            Habits(
                warmup_cycles=warmup_cycles,
                watch_prices=True,
                explain=True,
                first_day_until=first_day_until,
                convert_dust=convert_dust,
            )
        )
        engine, self._signals = beginning.engine(self._terms.catalogue)
        self._state = engine.state
        self._began = beginning, engine
        return engine

    def began(self) -> tuple[Beginning, Engine]:
        """What the engine began with, and the engine. Raises `LookupError` before there is one."""
        if self._began is None:
            raise LookupError("no engine was made yet")
        return self._began

    def _beginning(self, habits: Habits) -> Beginning:
        parameters = self._terms.parameters
        return Beginning(
            parameters=parameters,
            capabilities={venue: profile_of(venue).capabilities for venue in parameters},
            taker_fees=self._terms.taker_fees,
            markets=tuple((key, profile_of(venue_of(key)).rules(key)) for key in self._keys),
            habits=habits,
            restored=self._restored,
            at=self._at,
        )

    def sitting(self, key: str) -> Sitting | None:
        """What the engine's opinion on a symbol is made of; see `RollingSignals.sitting`."""
        return None if self._signals is None else self._signals.sitting(key)

    def seen(self, keys: Iterable[str]) -> dict[str, Candles]:
        """Copies of the closed candles that the engine's windows hold of these symbols."""
        known = {key: self._signals.seen(key) for key in keys} if self._signals else {}
        return {key: candles for key, candles in known.items() if candles is not None}


def _hours_wanted(p: Parameters, venue: str) -> int:
    """Closed hours that filters want; percentiles of 90 days only where leverage is computed."""
    formula = profile_of(venue).capabilities.margin and not p.leverage
    return HOURS_OF_90_DAYS if formula else HOURS


def without_orphans(restored: Restored, parameters: ByVenue) -> Restored:
    """The same. Positions on a venue that is not traded would be watched by nobody: `BadInput`."""
    left = [p.key for p in restored.positions if venue_of(p.key) not in parameters]
    if left:
        venue = venue_of(left[0])
        raise BadInput(
            f"the books still hold {', '.join(left)}: keep {venue} in VENUES until it is closed"
        )
    return restored


def terms_of(parameters: ByVenue, catalogue: Catalogue) -> Terms:
    """What opinions depend on besides candles."""
    fees = {venue: profile_of(venue).capabilities.taker_fee for venue in parameters}
    return Terms(parameters, fees, catalogue)
