"""All that the engine remembers. Changed in place: a year of minutes cannot afford copies.

What a restart needs leaves as values (`VenueBook`, `Position`, `Order`) in the outcomes.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from trader.domain.book import NO_PERIOD, Halt, Period, VenueBook
from trader.domain.dust import Conversion
from trader.domain.instrument import MarketRules
from trader.domain.money import ZERO
from trader.domain.order import Order, Side
from trader.domain.outcome import Outcome
from trader.domain.parameters import Parameters
from trader.domain.signal import Opinion
from trader.domain.time import Millis
from trader.engine.account import Account
from trader.engine.held import Held
from trader.engine.ports import Capabilities
from trader.risk.limits import mask_of
from trader.rules.costs import slipped


class Want(NamedTuple):
    """An entry that a strategy would like in this candle; `level` NaN: at the first price."""

    strategy: str
    share: float
    d: int
    level: float
    opinion: Opinion


QUIET, FIRST, RELOOK = 0, 1, 2


@dataclass(slots=True)
class SymbolState:
    """One symbol. `candle` is the start of the current candle; `rest` candles of cooldown left.

    `fresh`: FIRST when no price was seen since the last candle closed, RELOOK when something that
    forbade entries has changed since. `mask`: why nothing was done in this
    candle. `began_flat`: held nothing at its first price. `judged`: the mask of the candle that
    closed last, 0 when nothing forbade an entry, -1 when it was held. `levels` (direction, price)
    that an entry would need, blocked or not. `wants` wait for `PricesSettled`, `armed` for their
    level. `entry` is the client id of an entry in flight. `mark` is the newest price; `fair`
    what a contract's exchange calls its mark price, and liquidates by.
    """

    key: str
    place: int
    rules: MarketRules
    step: Decimal
    lot: float
    mark: float = math.nan
    mark_at: Millis = -1
    fair: float = math.nan
    fair_at: Millis = -1
    candle: Millis = -1
    fresh: int = FIRST
    began_flat: bool = False
    judged: int = -1
    entered: bool = False
    mask: int = 0
    levels: tuple[tuple[int, float], ...] = ()
    wants: tuple[Want, ...] = ()
    armed: tuple[Want, ...] = ()
    held: Held | None = None
    entry: str = ""
    rest: int = 0
    entry_days: dict[str, int] = field(default_factory=dict)
    entry_candle: Millis = -1
    prior: float = math.nan
    last_exit: Millis = -1
    funded_at: Millis = -1
    missed_at: Millis = -1
    rejects: deque[Millis] = field(default_factory=lambda: deque(maxlen=5))
    recent: deque[tuple[Millis, float]] = field(default_factory=deque)
    shown: int = -1
    listed: bool = True

    @property
    def idle(self) -> bool:
        """Neither held nor being entered."""
        return self.held is None and not self.entry


@dataclass(slots=True)
class VenueState:
    """One venue: its books, symbols, orders in flight and halts. Money in its quote currency."""

    name: str
    capabilities: Capabilities
    parameters: Parameters
    account: Account
    symbols: dict[str, SymbolState] = field(default_factory=dict)
    halts: dict[tuple[str, str], Halt] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)  # connections: whose, and why
    orders: dict[str, Order] = field(default_factory=dict)
    ended: dict[str, Order] = field(default_factory=dict)
    waiting: list[SymbolState] = field(default_factory=list)
    holding: dict[str, Held] = field(default_factory=dict)
    round_at: Millis = -1
    round_freed_cash: Decimal = ZERO
    round_freed: int = 0
    round_held: bool = False
    last_equity: float = 0.0
    peak_equity: float = 0.0
    day: Period = NO_PERIOD
    week: Period = NO_PERIOD
    month: Period = NO_PERIOD
    warned_day: int = -1
    losses_in_row: int = 0
    streak: int = 0
    results: dict[str, deque[float]] = field(default_factory=dict)
    dust: dict[str, Decimal] = field(default_factory=dict)
    dust_costs: dict[str, Decimal] = field(default_factory=dict)
    conversion: Conversion | None = None
    converted_at: Millis = 0
    sequence: int = 0
    cycles: int = 0
    entries_sent: deque[Millis] = field(default_factory=lambda: deque(maxlen=64))
    holds_most: float = math.inf  # what the account really holds, as last reported
    cash_most: float = math.inf
    reported_at: Millis = -1
    price_at: Millis = -1
    asked_at: Millis = -1
    dirty: bool = False
    saved_equity: float = math.nan

    def equity(self) -> float:
        """Cash and what the positions are worth at the newest prices."""
        total = self.account.wallet
        margined = self.account.margined
        for key, held in self.holding.items():
            mark = self.symbols[key].mark
            if mark != mark:  # noqa: PLR0124  NaN: no price since the start, so what it cost
                mark = held.entry
            worth = (
                held.quantity * (mark - held.entry) * held.d if margined else (held.quantity * mark)
            )
            total += worth
        return total

    def free_cash(self) -> float:
        """What entries may still spend: neither freed in this candle nor promised to an order."""
        free = float(self.account.free - self.round_freed_cash)
        p = self.parameters
        rate = self.capabilities.taker_fee if p.fee is None else p.fee
        slippage = p.slippage_bps / 10_000.0
        for order in self.orders.values():
            if order.is_entry:
                price = slipped(order.decided_price, order.side is Side.BUY, slippage)
                value = float(order.remaining) * price
                free -= value * (1.0 / order.exact_leverage + rate)
        return min(free, self.cash_most)

    def slots_used(self) -> int:
        """Positions, entries that may become one, and slots freed in this candle."""
        entering = sum(1 for o in self.orders.values() if o.is_entry and o.live and not o.filled)
        return len(self.holding) + entering + self.round_freed

    def halt(self, halt: Halt) -> bool:
        """Put a halt in force; False when the same one was already."""
        name = (halt.code, halt.key)
        if self.halts.get(name) == halt:
            return False
        self.halts[name] = halt
        self.dirty = True
        return True

    def lift(self, codes: Iterable[str], key: str = "") -> bool:
        """End halts; False when there was none of them."""
        gone = [self.halts.pop((code, key), None) for code in codes]
        lifted = any(halt is not None for halt in gone)
        self.dirty = self.dirty or lifted
        if lifted:
            self.look_again()
        return lifted

    def converts(self, key: str) -> bool:
        """Whether a symbol's dust is being converted: what is bought now would go along."""
        return self.conversion is not None and any(key == k for k, _ in self.conversion.parts)

    def look_again(self) -> None:
        """What forbade entries has changed: levels of this candle may be armed after all."""
        for sym in self.symbols.values():
            if sym.fresh == QUIET:
                sym.fresh = RELOOK

    def blocks(self, key: str, at: Millis) -> int:
        """Mask of the halts in force for one symbol; those whose time is over are dropped."""
        mask = 0
        for name, halt in list(self.halts.items()):
            if halt.until is not None and at >= halt.until:
                del self.halts[name]
                self.dirty = True
            elif not halt.key or halt.key == key:
                mask |= mask_of(halt.code)
        return mask

    def write_into(self, out: Outcome) -> None:
        """Put the books into an outcome if they changed since they were last written."""
        if self.dirty:
            self.dirty = False
            out.books.append(self.book())

    def book(self) -> VenueBook:
        """The books at rest, as the journal keeps them."""
        account = self.account
        return VenueBook(
            venue=self.name,
            initial_capital=account.initial,
            cash=account.cash,
            realised=account.realised,
            fees=account.fees,
            funding=account.funding,
            peak_equity=self.peak_equity,
            last_equity=self.last_equity,
            day=self.day,
            week=self.week,
            month=self.month,
            halts=tuple(self.halts.values()),
            losses_in_row=self.losses_in_row,
            exits=tuple((k, s.last_exit) for k, s in self.symbols.items() if s.last_exit >= 0),
            breakouts=tuple(
                (f"{key}|{strategy}", day)
                for key, sym in self.symbols.items()
                for strategy, day in sym.entry_days.items()
            ),
            dust=tuple(self.dust.items()),
            dust_costs=tuple(self.dust_costs.items()),
            funded=tuple((k, s.funded_at) for k, s in self.symbols.items() if s.funded_at >= 0),
            sequence=self.sequence,
            streak=self.streak,
            conversion=self.conversion,
            converted_at=self.converted_at,
        )


@dataclass(slots=True)
class State:
    """Everything. `now` is the market's time as the newest event told it; `first_day_until` when
    the caps of mode live's first day end."""

    venues: dict[str, VenueState]
    symbols: dict[str, SymbolState] = field(default_factory=dict)
    venue_by_key: dict[str, VenueState] = field(default_factory=dict)
    venue_by_order: dict[str, VenueState] = field(default_factory=dict)
    fill_ids: dict[str, None] = field(default_factory=dict)
    now: Millis = 0
    restored_at: Millis = 0
    namespace: str = "aa"
    first_day_until: Millis = 0

    def know_fill(self, fill_id: str) -> bool:
        """Remember a fill; False when it was applied before. Bounded: the journal knows all."""
        if fill_id in self.fill_ids:
            return False
        self.fill_ids[fill_id] = None
        if len(self.fill_ids) > 50_000:
            del self.fill_ids[next(iter(self.fill_ids))]
        return True
