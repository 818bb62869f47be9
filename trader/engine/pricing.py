"""The hot path: prices and closed candles. First manage what is held, then enter."""

import math

from trader.domain import events as ev
from trader.domain.candles import Candle
from trader.domain.outcome import NOTHING, Outcome
from trader.domain.signal import BIT
from trader.domain.time import Millis
from trader.engine.closing import Closing
from trader.engine.entering import Entering, entry_levels
from trader.engine.explaining import Explaining
from trader.engine.leaving import Leaving
from trader.engine.ports import Signals
from trader.engine.state import FIRST, QUIET, State, SymbolState, VenueState
from trader.rules import exits

_NOT_REACHED = BIT["level_not_reached"]


class Pricing:
    """Handles `PriceSeen`, `PricesSettled`, `CandlesClosed`; counts why nothing was entered."""

    def __init__(
        self,
        state: State,
        signals: Signals,
        entering: Entering,
        leaving: Leaving,
        closing: Closing,
        explaining: Explaining | None,
    ) -> None:
        self._state = state
        self._signals = signals
        self._entering = entering
        self._leaving = leaving
        self._closing = closing
        self._explaining = explaining
        self.no_entries: dict[int, int] = {}
        self._blank = Outcome()  # used again and again until something was written into it

    def seen(self, event: ev.PriceSeen) -> Outcome:
        """A price: exits at once, armed levels at once, and at a candle's first price the rest."""
        key, price, at, independent = event
        state = self._state
        sym = state.symbols.get(key)
        if sym is None or not price > 0.0:
            return NOTHING
        if at > state.now:  # noqa: PLR1730  max() is a call, and this is every price
            state.now = at
        sym.prior = sym.mark
        sym.mark = price
        sym.mark_at = at
        venue = state.venue_by_key[key]
        venue.price_at = at
        if venue.parameters.market_shock_pct > 0.0:
            self._judge_shock(venue, sym, price)
        if sym.fresh:
            return self._fresh(venue, sym, price, at)
        held = sym.held
        if held is None:
            return self._entered(venue, sym) if sym.armed else self._quiet(venue)
        if held.adverse < price * held.d < held.limit and held.breach_at < 0:
            return self._quiet(venue)
        return self._managed(venue, sym, sure=independent)

    def _judge_shock(self, venue: VenueState, sym: SymbolState, price: float) -> None:
        notice = self._closing.shock(venue, sym, price)
        if notice is not None:
            self._blank.notices.append(notice)

    def _fresh(self, venue: VenueState, sym: SymbolState, price: float, at: Millis) -> Outcome:
        """A candle's first price, or the first one after something changed inside it."""
        if sym.fresh == FIRST:
            return self._first(venue, sym, price, at)
        self._relook(venue, sym, price)
        return self._quiet(venue)

    def _quiet(self, venue: VenueState) -> Outcome:
        """Nothing to do for this price - unless it was a shock."""
        return self._finished(venue, self._blank) if self._blank.notices else NOTHING

    def _relook(self, venue: VenueState, sym: SymbolState, price: float) -> None:
        """Settings or halts changed inside a candle: its levels count anew, its open is past."""
        sym.fresh = QUIET
        if sym.idle and not sym.entered:
            self._look(venue, sym, price)
            sym.wants = tuple(want for want in sym.wants if not math.isnan(want.level))

    def _managed(self, venue: VenueState, sym: SymbolState, *, sure: bool) -> Outcome:
        out = self._blank
        self._leaving.watch(venue, sym, out, sure=sure)
        return self._finished(venue, out)

    def _entered(self, venue: VenueState, sym: SymbolState) -> Outcome:
        out = self._blank
        self._entering.touched(venue, sym, out)
        return self._finished(venue, out)

    def _first(self, venue: VenueState, sym: SymbolState, price: float, at: Millis) -> Outcome:
        """The first price of a candle: what is held may go, what is flat may want in."""
        sym.fresh = QUIET
        sym.candle = candle = at - at % venue.parameters.timeframe.ms
        if candle > venue.round_at:
            self._closing.begin_round(venue, candle)
        sym.armed = ()
        sym.entered = False
        if sym.held is not None:
            sym.began_flat = False
            acted = self._manage_first(venue, sym, self._blank)
            return self._finished(venue, self._blank) if acted else self._quiet(venue)
        sym.began_flat = not sym.entry
        if sym.began_flat:
            self._look(venue, sym, price)
        return self._quiet(venue)

    def _look(self, venue: VenueState, sym: SymbolState, price: float) -> None:
        self._entering.look(venue, sym, price)
        if self._explaining is not None:
            self._explaining.note(sym)

    def _manage_first(self, venue: VenueState, sym: SymbolState, out: Outcome) -> bool:
        """Risk exits, time, loss limit, the owner's signal: the first that holds wins.

        Answers whether there was anything to judge.
        """
        held = sym.held
        if held is None or held.must_go:
            return False
        near = not held.adverse < sym.mark * held.d < held.limit or held.alarmed
        if near:
            self._leaving.watch(venue, sym, out, sure=False)
            if held.must_go or held.breach_at >= 0:
                return True
        code = exits.NONE
        if exits.time_is_up(held.position.entry_candle, sym.candle, held.max_holding):
            code = exits.TIME
        elif held.forced:
            code = held.forced
        elif self._owner_wants_out(venue, sym, held.position.strategy, held.d):
            code = exits.SIGNAL
        if code:
            self._leaving.leave(venue, sym, code, out)
        return near or code != exits.NONE

    def _owner_wants_out(self, venue: VenueState, sym: SymbolState, strategy: str, d: int) -> bool:
        for share in venue.parameters.strategies:
            if share.name == strategy:
                opinion = self._signals.opinion(sym.key, strategy, self._state.now, sym.mark)
                return opinion.sell if d > 0 else opinion.cover
        return False  # its strategy was taken out of the settings: risk exits guard it

    def settled(self, event: ev.PricesSettled) -> Outcome:
        """Entries at first prices, in SYMBOLS order; then every decision is told."""
        self._state.now = max(self._state.now, event.at)
        out, venues = self._blank, self._state.venues.values()
        waiting = [venue for venue in venues if venue.waiting]
        for venue in waiting:
            self._entering.settle(venue, out)
        if self._explaining is not None and self._explaining.untold:
            self._explaining.tell(out)
        elif not waiting:
            return NOTHING
        for venue in venues:
            self._finished(venue, out)
        return out if out.submit or out.durable else NOTHING

    def closed(self, event: ev.CandlesClosed) -> Outcome:
        """Closed candles of one moment: marks, cooldowns, counts, then the limits once."""
        candles, at = event
        state = self._state
        if at > state.now:  # noqa: PLR1730  max() is a call, and this is every price
            state.now = at
        venue = None
        for candle in candles:
            sym = state.symbols.get(candle.key)
            if sym is None:
                continue
            self._signals.close(candle)
            venue = state.venue_by_key[candle.key]
            self._count(sym, candle)
            sym.mark = candle.close
            sym.fresh = FIRST
            sym.armed = ()
            if sym.rest:
                sym.rest -= 1
        if venue is None or not (venue.round_held or venue.dirty or venue.waiting):
            return NOTHING
        out = self._blank
        venue.waiting.clear()
        self._closing.judge_close(venue, out)
        return self._finished(venue, out) if venue.dirty or out.notices else NOTHING

    def _count(self, sym: SymbolState, candle: Candle) -> None:
        """Why a symbol that began flat was not entered; a level that nobody touched is a reason."""
        sym.judged = 0 if sym.began_flat else -1
        if sym.began_flat and not sym.entered:
            mask = sym.mask
            if sym.levels and not any(_within(d, level, candle) for d, level in sym.levels):
                mask |= _NOT_REACHED
            if mask:
                self.no_entries[mask] = self.no_entries.get(mask, 0) + 1
            sym.judged = mask
        sym.began_flat = False

    def _finished(self, venue: VenueState, out: Outcome) -> Outcome:
        venue.write_into(out)
        if out.empty:
            return NOTHING
        if out is self._blank:
            self._blank = Outcome()
        return out

    def levels(self, key: str) -> tuple[float, ...]:
        """Prices at which something would happen to a symbol, for a feed that meets them."""
        sym = self._state.symbols[key]
        if sym.held is not None:
            return sym.held.levels()
        return entry_levels(sym) if sym.armed else ()


def _within(d: int, level: float, candle: Candle) -> bool:
    """Whether the candle touched or passed an entry level."""
    return candle.high >= level if d > 0 else candle.low <= level
