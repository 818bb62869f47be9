"""From first prices and levels to entries: asks strategies, asks risk, sends what risk approved."""

import math

from trader.domain.order import Status
from trader.domain.outcome import Intent, Outcome
from trader.domain.parameters import StrategyShare
from trader.domain.signal import BIT, Opinion
from trader.domain.time import MINUTE, Millis, day_of
from trader.engine import first_day
from trader.engine.closing import drawdown
from trader.engine.orders import Orders
from trader.engine.ports import Signals
from trader.engine.state import State, SymbolState, VenueState, Want
from trader.execution import planner
from trader.risk.controls import Circumstances
from trader.risk.leverage import Strain
from trader.risk.manager import Situation, review
from trader.risk.sizing import Means
from trader.risk.verdict import Approved, EntryRequest, Refused
from trader.rules.fills import crossed, nearer_long

_COOLDOWN = BIT["cooldown"]
_ONCE = BIT["once_per_day"]
_MINIMUM = BIT["minimum_balance"]
_WARMING = BIT["warming_up"]
_FULL = BIT["max_positions"]
_HALTED = BIT["symbol_halted"]


class Entering:
    """Entries of all venues. `once_a_day` names the strategies with one fill a symbol and day."""

    def __init__(
        self,
        state: State,
        orders: Orders,
        signals: Signals,
        once_a_day: frozenset[str],
        warmup: int,
    ) -> None:
        self._state = state
        self._orders = orders
        self._signals = signals
        self._once_a_day = once_a_day
        self._warmup = warmup

    def look(self, venue: VenueState, sym: SymbolState, price: float) -> None:
        """At a flat symbol's first price: what would the strategies like, and what forbids it."""
        sym.mask = _COOLDOWN if sym.rest > 0 else 0
        sym.levels = ()
        wants: list[Want] = []
        parameters, at = venue.parameters, self._state.now
        for share in parameters.strategies:
            name = share.name
            opinion = self._signals.opinion(sym.key, name, at, price)
            once = name in self._once_a_day and (sym.entry_days.get(name) == day_of(sym.candle))
            if once:
                sym.mask |= _ONCE
            if opinion.long or opinion.short:
                liked = self._liked(sym, share, opinion)
                wants += () if once else liked
            else:
                sym.mask |= opinion.hold | opinion.long_blocks
                if parameters.allow_shorts:
                    sym.mask |= opinion.short_blocks
        if wants and sym.rest == 0:
            sym.wants = tuple(wants)
            venue.waiting.append(sym)
        else:
            sym.mask |= self._blocks(venue, sym)

    def _liked(self, sym: SymbolState, by: StrategyShare, opinion: Opinion) -> list[Want]:
        """What of an opinion no filter blocks; its levels are noted, blocked or not."""
        wants: list[Want] = []
        if opinion.long:
            if not math.isnan(opinion.long_level):
                sym.levels += ((1, opinion.long_level),)
            if opinion.long_blocks:
                sym.mask |= opinion.long_blocks
            else:
                wants.append(Want(by.name, by.share, 1, opinion.long_level, opinion))
        if opinion.short:
            if not math.isnan(opinion.short_level):
                sym.levels += ((-1, opinion.short_level),)
            if opinion.short_blocks:
                sym.mask |= opinion.short_blocks
            else:
                wants.append(Want(by.name, by.share, -1, opinion.short_level, opinion))
        return wants

    def settle(self, venue: VenueState, out: Outcome) -> None:
        """All first prices are known: enter at them, or arm the levels, in SYMBOLS order."""
        waiting, venue.waiting = venue.waiting, []
        for sym in sorted(waiting, key=_place):
            wants, sym.wants = sym.wants, ()
            if not sym.idle:
                continue
            blocks = self._blocks(venue, sym)
            if blocks:
                sym.mask |= blocks
                continue
            armed = []
            for want in wants:
                if not math.isnan(want.level) and not crossed(want.d, sym.mark, want.level):
                    armed.append(want)
                elif self.enter(venue, sym, want, out):
                    break
            else:
                sym.armed = tuple(armed)

    def touched(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """A price inside the candle: does it reach an armed level?"""
        price = sym.mark
        hit = [want for want in sym.armed if crossed(want.d, price, want.level)]
        if not hit:
            return
        sym.armed = tuple(want for want in sym.armed if want not in hit)
        blocks = self._blocks(venue, sym)
        if blocks:
            sym.mask |= blocks
            sym.armed = ()
            return
        if any(self.enter(venue, sym, want, out) for want in hit):
            sym.armed = ()

    def _blocks(self, venue: VenueState, sym: SymbolState) -> int:
        """Halts, warm-up, minimum balance, a full house: whatever forbids any entry now."""
        mask = venue.blocks(sym.key, self._state.now) if venue.halts else 0
        p = venue.parameters
        if venue.converts(sym.key):
            mask |= _HALTED
        if venue.cycles < self._warmup:
            mask |= _WARMING
        if venue.last_equity < p.min_balance_pct * venue.account.start:
            mask |= _MINIMUM
        if (venue.holding or venue.orders or venue.round_freed) and (
            venue.slots_used() >= p.max_positions > 0
        ):
            mask |= _FULL
        return mask

    def enter(self, venue: VenueState, sym: SymbolState, want: Want, out: Outcome) -> bool:
        """Ask risk for one entry and send it; False (and the reasons noted) when refused."""
        price = sym.mark
        o = want.opinion
        request = EntryRequest(
            key=sym.key,
            strategy=want.strategy,
            d=want.d,
            price=price,
            share=want.share,
            atr=o.atr,
            turnover=o.turnover,
            hour_atr=o.hour_atr,
            regime=o.regime,
            volatility=o.volatility,
        )
        verdict = self.ask(venue, sym, request)
        if isinstance(verdict, Refused):
            sym.mask |= verdict.reasons
            return False
        self.send(venue, sym, verdict, out)
        return True

    def ask(self, venue: VenueState, sym: SymbolState, request: EntryRequest) -> Approved | Refused:
        """Risk's verdict on a request in the present situation."""
        situation = Situation(
            parameters=venue.parameters,
            means=self._means(venue, sym, request.strategy),
            strain=Strain(
                drawdown(venue), venue.streak, sym.rules.maintenance_rate, sym.rules.max_leverage
            ),
            circumstances=self._circumstances(venue, sym),
            slots_used=venue.slots_used(),
            blocks=self._blocks(venue, sym),
        )
        return review(request, situation)

    def send(self, venue: VenueState, sym: SymbolState, approved: Approved, out: Outcome) -> str:
        """Send an approved entry; its cost and its slot count at once. Returns the client id."""
        order = planner.entry(approved, self._orders.place(venue, sym, "E"))
        venue.entries_sent.append(self._state.now)
        sym.entry = order.id
        sym.armed = ()
        sym.entry_candle = sym.candle
        out.intents.append(Intent(order.id, approved.lines()))
        self._orders.send(venue, order, out)
        return order.id

    def _fee(self, venue: VenueState) -> float:
        fee = venue.parameters.fee
        return venue.capabilities.taker_fee if fee is None else fee

    def _means(self, venue: VenueState, sym: SymbolState, strategy: str) -> Means:
        p, rules = venue.parameters, sym.rules
        least = rules.min_cost or venue.capabilities.min_cost  # the market's filter wins
        return Means(
            equity=min(venue.last_equity, venue.holds_most),
            cash=venue.free_cash(),
            fee=self._fee(venue),
            slippage=p.slippage_bps / 10_000.0,
            min_cost=float(least),
            step=sym.lot,
            min_quantity=float(rules.min_quantity),
            max_quantity=math.inf if rules.max_quantity is None else float(rules.max_quantity),
            maintenance=rules.maintenance_rate,
            margin=venue.account.margined,
            results=tuple(venue.results.get(strategy, ())),
            room=first_day.room(venue, self._state.first_day_until, self._state.now),
        )

    def _circumstances(self, venue: VenueState, sym: SymbolState) -> Circumstances:
        now = self._state.now
        live = [o for o in venue.orders.values() if o.key == sym.key and o.live and o.is_entry]
        doubts = sum(
            1 for o in venue.orders.values() if o.key == sym.key and o.status is Status.UNKNOWN
        )
        minute: Millis = now - MINUTE
        return Circumstances(
            price_age=now - sym.mark_at,
            reference_price=sym.prior,
            unresolved=doubts,
            live_orders=len(live),
            entries_last_minute=sum(1 for at in venue.entries_sent if at > minute),
            same_signal=sym.entry_candle == sym.candle,
            warned=sym.rules.warned,
            halted=not sym.listed,
        )


def _place(sym: SymbolState) -> int:
    return sym.place


def entry_levels(sym: SymbolState) -> tuple[float, ...]:
    """Armed levels, the one that is met first first: nearer to the price, the long one if equal."""
    if len(sym.armed) < 2:
        return tuple(want.level for want in sym.armed)
    longs = [w.level for w in sym.armed if w.d > 0]
    shorts = [w.level for w in sym.armed if w.d < 0]
    nearest = [min(longs)] if longs else []
    if shorts:
        below = max(shorts)
        if not nearest or not nearer_long(sym.mark, nearest[0], below):
            nearest.insert(0, below)
        else:
            nearest.append(below)
    return tuple(nearest)
