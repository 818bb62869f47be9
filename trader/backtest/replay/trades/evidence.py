"""What a recording proves about each candle: prices seen, reasons in force, who was there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from trader.backtest.replay.trades.trips import Trip, held_trip, trip_of
from trader.domain import events as ev
from trader.domain.candles import Candle, Candles
from trader.domain.instrument import venue_of
from trader.domain.parameters import Parameters
from trader.domain.position import Position
from trader.domain.signal import codes_of
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.engine.state import FIRST
from trader.shell.recording.events import outcome_of
from trader.shell.recording.reading import Life, Moment
from trader.strategies.catalogue import Catalogue


@dataclass(slots=True)
class Seen:
    """Prices of one symbol during one candle, as the engine saw them."""

    first: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Facts:
    """One closed candle with the prices seen in it (None: none), the reason codes for which the
    bot did nothing, entry levels (direction, price), and whether it held or was entering."""

    candle: Candle
    seen: Seen | None
    codes: tuple[str, ...]
    levels: tuple[tuple[int, float], ...]
    busy: bool


@dataclass(slots=True)
class Stretch:
    """A time of one venue with the same parameters, from `start` on, with the equity then."""

    venue: str
    start: Millis
    parameters: Parameters
    equity: float
    keys: tuple[str, ...]
    end: Millis = -1


Table = dict[tuple[str, Millis], dict[Millis, tuple[float, ...]]]  # key, timeframe: rows by start


@dataclass(slots=True)
class Evidence:
    """Everything that lives in a row tell. `alive` are the spans in which an engine ran."""

    facts: dict[tuple[str, Millis], Facts] = field(default_factory=dict)
    trips: list[Trip] = field(default_factory=list)
    alive: list[tuple[Millis, Millis]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    rows: Table = field(default_factory=dict)
    hours: dict[str, dict[Millis, tuple[float, ...]]] = field(default_factory=dict)
    unfilled: dict[str, list[tuple[Millis, str]]] = field(default_factory=dict)
    lost: set[tuple[str, str, str, Millis]] = field(default_factory=set)  # trips no book knew of
    in_coins: frozenset[str] = frozenset()  # venues that take their fee out of the coins bought
    steps: dict[str, float] = field(default_factory=dict)  # of sizes, by symbol


def evidence_of(lives: Iterable[Life], catalogue: Catalogue, until: Millis | None) -> Evidence:
    """Walk through lives with the engine beside them. Raises `BadInput` for damaged files."""
    found = Evidence()
    held: dict[str, Position] = {}
    for life in lives:
        _forget(found, held, {position.id for position in life.beginning.restored.positions})
        _Collecting(life, catalogue, found, held).walk(until)
    found.trips += [held_trip(position) for position in held.values()]
    return found


def _forget(found: Evidence, held: dict[str, Position], known: set[str]) -> None:
    """Positions that a life began without, though the one before ended with them."""
    for position_id in held.keys() - known:
        trip = held_trip(held.pop(position_id))
        found.trips.append(trip)
        found.lost.add(trip.name)


class _Collecting:
    def __init__(
        self, life: Life, catalogue: Catalogue, found: Evidence, held: dict[str, Position]
    ) -> None:
        self._life, self._found, self._held = life, found, held
        self._engine: Engine = life.beginning.engine(catalogue)[0]
        self._seen: dict[str, Seen] = {}
        self._masks: dict[str, int] = {}  # every reason of the candle: a second look forgets
        self._last = life.beginning.at
        capabilities = life.beginning.capabilities.values()
        found.in_coins |= {c.venue for c in capabilities if c.fee_in_base}
        found.steps |= {key: float(rules.lot_step) for key, rules in life.beginning.markets}

    def walk(self, until: Millis | None) -> None:
        """Every moment: what it proves is noted before and after the engine learns of it."""
        life, engine = self._life, self._engine
        for venue, state in engine.state.venues.items():
            keys = tuple(key for key, _ in life.beginning.markets if venue_of(key) == venue)
            self._stretch(venue, life.beginning.at, state.last_equity, keys)
        for item in life.items(until):
            if isinstance(item, Moment):
                self._last = max(self._last, item.at)
                self._before(item.event)
                engine.process(item.event)
                self._after(item)
        self._found.alive.append((life.beginning.at, self._last))

    def _before(self, event: ev.Event) -> None:
        if isinstance(event, ev.PriceSeen):
            self._price(event)
        elif isinstance(event, ev.CandlesClosed):
            for candle in event.candles:
                self._candle(candle)
        elif isinstance(event, ev.HistoryLoaded):
            self._history(event.key, event.candles)
        elif isinstance(event, ev.OrderRejected | ev.OrderEnded):
            self._unfilled(event)

    def _after(self, moment: Moment) -> None:
        event, state = moment.event, self._engine.state
        if isinstance(event, ev.PricesSettled):
            for key, sym in state.symbols.items():
                if sym.fresh != FIRST:  # else its mask is still the last candle's
                    self._masks[key] = self._masks.get(key, 0) | sym.mask
        elif isinstance(event, ev.UniverseChosen):
            newest = [s for s in self._found.stretches if s.venue == event.venue][-1]
            newest.keys = event.keys
        elif isinstance(event, ev.ParametersChanged):
            for venue in event.parameters.keys() & state.venues.keys():
                keys = [s for s in self._found.stretches if s.venue == venue][-1].keys
                self._stretch(venue, event.at, state.venues[venue].equity(), keys)
        if moment.answer.keys() & {"trades", "positions"}:
            self._books(moment.answer)

    def _stretch(self, venue: str, at: Millis, equity: float, keys: tuple[str, ...]) -> None:
        """A new stretch, unless nothing has changed since the one before."""
        parameters = self._engine.state.venues[venue].parameters
        known = [stretch for stretch in self._found.stretches if stretch.venue == venue]
        if known and known[-1].parameters == parameters:
            return
        if known:
            known[-1].end = at
        self._found.stretches.append(Stretch(venue, at, parameters, equity, keys))

    def _price(self, event: ev.PriceSeen) -> None:
        seen = self._seen.get(event.key)
        if seen is None:
            self._seen[event.key] = Seen(event.price, event.price, event.price)
        else:
            seen.low, seen.high = min(seen.low, event.price), max(seen.high, event.price)

    def _candle(self, candle: Candle) -> None:
        state = self._engine.state
        sym = state.symbols.get(candle.key)
        seen = self._seen.pop(candle.key, None)
        if sym is None:
            return
        frame = state.venue_by_key[candle.key].parameters.timeframe.ms
        self._found.rows.setdefault((candle.key, frame), {})[candle.time] = candle[2:]
        mask = self._masks.pop(candle.key, 0) | sym.mask
        codes = codes_of(mask) if sym.candle == candle.time else ()
        facts = Facts(candle, seen, codes, sym.levels, busy=not sym.idle or sym.entered)
        self._found.facts[candle.key, candle.time] = facts

    def _history(self, key: str, candles: Candles) -> None:
        _note(self._found.rows.setdefault((key, candles.timeframe), {}), candles)
        if candles.hours is not None:
            _note(self._found.hours.setdefault(key, {}), candles.hours)

    def _unfilled(self, event: ev.OrderRejected | ev.OrderEnded) -> None:
        """An entry of ours that ended without a fill."""
        venue = self._engine.state.venue_by_order.get(event.order_id)
        order = venue.orders.get(event.order_id) if venue else None
        if order is not None and order.is_entry and not order.filled:
            told = self._found.unfilled.setdefault(order.key, [])
            told.append((order.candle, event.reason or "not filled"))

    def _books(self, answer: dict[str, Any]) -> None:
        wanted = {n: raw for n, raw in answer.items() if n in ("trades", "positions")}
        outcome = outcome_of(wanted)
        self._found.trips += [trip_of(trade) for trade in outcome.trades]
        for position in outcome.positions:
            self._held[position.id] = position
            if not position.quantity:
                del self._held[position.id]


def _note(rows: dict[Millis, tuple[float, ...]], candles: Candles) -> None:
    """Rows by their start; candles that closed before a bot's eyes stay as it saw them."""
    c = candles
    columns = (c.open, c.high, c.low, c.close, c.volume, c.turnover)
    for time, *row in zip(c.time.tolist(), *(one.tolist() for one in columns), strict=True):
        rows.setdefault(time, tuple(row))
