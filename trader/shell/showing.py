"""The engine's state as the views that the panel reads."""

from __future__ import annotations

import math

from trader.bridge.views import (
    CoverageView,
    HaltView,
    HeldView,
    LinkView,
    PortfolioView,
    halts_of,
)
from trader.domain.instrument import symbol_of
from trader.domain.order import Status
from trader.domain.position import ClosedTrade
from trader.domain.signal import Decision
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.engine.held import Held
from trader.engine.state import State, VenueState
from trader.shell.outside import Sources

_PEOPLE = ("paused", "stopped", "halt_file", "guardian")
SHOWN_DECISIONS = 500
_STANDING = (Status.OPEN, Status.PARTIAL)  # the exchange has it
_BLIND = ("link_lost", "stale_prices", "journal")  # the engine could not act


def status_word(engine: Engine, warmup: int) -> str:
    """One word for everything: the worst that holds."""
    codes = {code for venue in engine.state.venues.values() for code, _ in venue.halts}
    paused = all(
        any(code in _PEOPLE for code, key in venue.halts if not key)
        for venue in engine.state.venues.values()
    )
    if "emergency" in codes:
        return "emergency"
    if paused:
        return "paused"
    if codes & {"recovering", "link_lost", "stale_prices", "journal", "unfit"}:
        return "safe_mode" if cycles(engine) >= warmup else "warming_up"
    return "running" if cycles(engine) >= warmup else "warming_up"


def cycles(engine: Engine) -> int:
    """Loops that every venue has seen."""
    return min((venue.cycles for venue in engine.state.venues.values()), default=0)


def halts(engine: Engine) -> tuple[HaltView, ...]:
    """Why entries are off, by venue or symbol."""
    return halts_of({name: venue.book() for name, venue in engine.state.venues.items()})


def halted(state: State, venue: str) -> tuple[str, ...]:
    """Codes of what stops every entry on a venue now, whoever asked for it."""
    halts = state.venues[venue].halts.values()
    whole = (halt for halt in halts if not halt.key)
    now = state.now
    return tuple(sorted(halt.code for halt in whole if halt.until is None or now < halt.until))


def decisions(engine: Engine) -> tuple[Decision, ...]:
    """The newest decision of every symbol, with what was measured."""
    shown = [
        engine.explaining.decision(venue, sym)
        for venue in engine.state.venues.values()
        for sym in venue.symbols.values()
        if sym.candle >= 0 and sym.listed
    ]
    return tuple(shown[:SHOWN_DECISIONS])


class PriceTimes:
    """When the newest prices were first noticed, by the wall: a demo's market runs apart."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}

    def noticed(self, name: str, at: Millis, wall: float) -> float | None:
        """Wall seconds at which the price of the engine's time `at` was noticed, of a venue or a
        symbol; None before the first."""
        if at < 0:
            return None
        before, noticed = self._seen.get(name, (-1, wall))
        if before != at:
            noticed = wall
            self._seen[name] = (at, wall)
        return noticed


def links(engine: Engine, times: PriceTimes, wall: float, sources: Sources) -> dict[str, LinkView]:
    """Connection of each venue as the engine knows it.

    Venues that are not in `sources` are embedded.
    """
    views = {}
    for name, venue in engine.state.venues.items():
        lost = any(code == "link_lost" for code, _ in venue.halts)
        seen = times.noticed(name, venue.price_at, wall)
        source, latency = sources.get(name, ("embedded", 0.0))
        views[name] = LinkView("disconnected" if lost else "connected", source, seen, latency)
    return views


def portfolio(
    venue: VenueState, trades: tuple[ClosedTrade, ...], times: PriceTimes, wall: float
) -> PortfolioView:
    """One venue's books with everything held and what guards it."""
    p, account = venue.parameters, venue.account
    equity = venue.equity()
    if math.isnan(equity):  # something is held that has no price yet
        equity = venue.last_equity
    day_start = venue.day.equity if venue.day.number >= 0 else venue.account.start
    listed = [sym for sym in venue.symbols.values() if sym.listed]
    return PortfolioView(
        venue=venue.name,
        timestamp=wall,
        initial_capital=account.initial,
        free_cash=account.free,
        equity=equity,
        peak_equity=max(venue.peak_equity, account.start),
        daily_pnl=equity - day_start,
        preset=p.preset,
        timeframe=p.timeframe.name,
        symbols=tuple(symbol_of(s.key) for s in sorted(listed, key=lambda s: s.place)),
        held=tuple(held_view(venue, held, times, wall) for held in venue.holding.values()),
        trades=trades,
        margin=account.margined,
    )


def coverage(engine: Engine, watcher: str) -> dict[str, CoverageView]:
    """Who protects what is held, by venue (there is no rate between their currencies).

    `watcher`: whose engine this is, `engine` or `guardian`. Venues that hold nothing are left out.
    """
    views = {name: _covered(venue, watcher) for name, venue in engine.state.venues.items()}
    return {name: view for name, view in views.items() if view is not None}


def _covered(venue: VenueState, watcher: str) -> CoverageView | None:
    worth: dict[str, float] = {}
    for held in venue.holding.values():
        mark = venue.symbols[held.position.key].mark
        price = float(held.position.entry_price) if math.isnan(mark) else mark
        who = _protector(venue, held, watcher)
        worth[who] = worth.get(who, 0.0) + float(held.position.quantity) * price
    whole = sum(worth.values())
    return CoverageView(**{who: part / whole for who, part in worth.items()}) if whole else None


def _protector(venue: VenueState, held: Held, watcher: str) -> str:
    """Who would act now if the price met the stop."""
    stops = (name for name, role in held.protection.orders.items() if role != "target")
    orders = (venue.orders.get(order_id) for order_id in stops)
    if any(order is not None and order.status in _STANDING for order in orders):
        return "exchange"
    blind = any((code, "") in venue.halts for code in _BLIND)
    return "nobody" if blind or math.isnan(venue.symbols[held.position.key].mark) else watcher


def held_view(
    venue: VenueState, held: Held, times: PriceTimes | None = None, wall: float = 0.0
) -> HeldView:
    """One position and what guards it; how old its price is only with `times`."""
    sym = venue.symbols[held.position.key]
    guarded = bool(held.protection.orders)
    return HeldView(
        position=held.position,
        price=sym.mark,
        price_at=times.noticed(sym.key, sym.mark_at, wall) if times else None,
        stop=_level(held.stop, held.emergency, held.d),
        take_profit=None if math.isnan(held.target) else held.target,
        trailing=None if math.isnan(held.trail) else held.trail,
        protection=venue.capabilities.protection if guarded else "engine",
    )


def _level(stop: float, emergency: float, d: int) -> float | None:
    """The losing-side price that is met first of stop loss and emergency stop."""
    levels = [level for level in (stop, emergency) if not math.isnan(level)]
    if not levels:
        return None
    return max(levels) if d > 0 else min(levels)
