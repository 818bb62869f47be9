"""One engine on a bench: facts go in by hand, one at a time, and every answer lies open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import nan
from typing import Any

from trader.domain import events as ev
from trader.domain.book import Halt
from trader.domain.candles import Candle, Candles
from trader.domain.commands import Command
from trader.domain.instrument import MarketRules
from trader.domain.order import Fill, Order, Side, Status
from trader.domain.outcome import Outcome, Question
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.position import Position
from trader.domain.signal import BIT, Opinion, Reason, codes_of
from trader.domain.time import HOUR, Millis, Timeframe
from trader.engine.account import Account
from trader.engine.engine import Engine, Habits
from trader.engine.held import Held
from trader.engine.listing import list_market
from trader.engine.ports import Capabilities
from trader.engine.state import State, SymbolState, VenueState

MONDAY = 1_704_067_200_000
NOTHING_WANTED = Opinion(
    long=False, long_level=nan, short=False, short_level=nan, sell=False, cover=False,
    long_blocks=0, short_blocks=0, hold=BIT["no_signal"], atr=nan, turnover=nan, hour_atr=nan,
    regime=0, volatility=0, confidence=0.0,
)  # fmt: skip
BUY = NOTHING_WANTED._replace(long=True, hold=0, confidence=1.0)
SHORT = NOTHING_WANTED._replace(short=True, hold=0, confidence=1.0)
SELL = NOTHING_WANTED._replace(sell=True)
SETTINGS: dict[str, Any] = {
    "strategies": (StrategyShare("scripted"),), "timeframe": Timeframe("1h", HOUR),
    "sizing": "fixed_fraction", "max_turnover_share": 0.0, "max_position_size": 0.0,
    "min_order": 5.0, "slippage_bps": 0.0, "cooldown_candles": 0, "leverage": 2.0,
    "liquidation_min_distance": 0.0,
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "upbit": {"quote": "KRW", "buys_by_cost": True, "quarantine": 120_000},
    "binance_spot": {
        "quote": "USDT", "protection": "oco", "fee_in_base": True, "quarantine": 60_000,
    },
    "binance_futures": {
        "quote": "USDT", "protection": "conditional", "margin": True, "quarantine": 60_000,
    },
}  # fmt: skip


class FakeSignals:
    """The port `Signals`: says what it was told to say, remembers what it heard."""

    def __init__(self) -> None:
        self.says: dict[str, Opinion] = {}
        self.closed: list[Candle] = []
        self.seeded: list[str] = []
        self.retuned: list[Mapping[str, Parameters]] = []

    def seed(self, key: str, candles: Candles) -> None:
        del candles
        self.seeded.append(key)

    def close(self, candle: Candle) -> None:
        self.closed.append(candle)

    def retune(self, parameters: Mapping[str, Parameters]) -> None:
        self.retuned.append(parameters)

    def opinion(self, key: str, strategy: str, first_at: Millis, first_price: float) -> Opinion:
        del strategy, first_at, first_price
        return self.says.get(key, NOTHING_WANTED)

    def reasons(self, key: str, strategy: str, mask: int) -> tuple[Reason, ...]:
        del key, strategy
        return tuple(Reason(code, "measured") for code in codes_of(mask))


class Bench:
    """One venue with BTC (and ETH), 10,000 of its money, and no exchange behind it."""

    def __init__(
        self, venue: str = "upbit", habits: Habits | None = None, *,
        can: Mapping[str, Any] | None = None, rules: MarketRules | None = None, **settings: Any,
    ) -> None:  # fmt: skip
        abilities = KINDS[venue] | dict(can or {})
        capabilities = Capabilities(
            venue, maker_fee=0.0, taker_fee=0.0, min_cost=Decimal(5), **abilities
        )
        money = Decimal(10_000)
        self.venue = VenueState(
            venue, capabilities, Parameters(**(SETTINGS | settings)),
            Account(money, money, margined=capabilities.margin),
        )  # fmt: skip
        self.venue.last_equity = self.venue.peak_equity = 10_000.0
        self.state = State({venue: self.venue})
        self.signals = FakeSignals()
        self.engine = Engine(self.state, self.signals, habits or Habits())
        self.key = f"{venue}:BTC/{capabilities.quote}"
        self.other = f"{venue}:ETH/{capabilities.quote}"
        rules = rules or MarketRules(lot_step=Decimal("0.001"), min_cost=Decimal(5))
        for key in (self.key, self.other):
            list_market(self.state, self.venue, key, rules)
        self.now: Millis = MONDAY
        self.sent: list[Order] = []
        self.canceled: list[str] = []
        self.asked: list[Question] = []
        self._trades = 0

    # ------------------------------------------------------------ facts

    def tell(self, event: ev.Event) -> Outcome:
        """One fact; what it led to is kept."""
        out = self.engine.process(event)
        self.sent += out.submit
        self.canceled += out.cancel
        self.asked += out.ask
        return out

    def price(self, price: float, *, key: str = "", sure: bool = False) -> Outcome:
        """A price."""
        return self.tell(ev.PriceSeen(key or self.key, price, self.now, sure))

    def wait(self, seconds: float, *, cycle: bool = False) -> Outcome:
        """Time passes."""
        self.now += round(seconds * 1_000)
        return self.tell(ev.TimePassed(self.now, cycle))

    def close(self, price: float, keys: Iterable[str] = ()) -> Outcome:
        """The candle closes at a price, for BTC or for these; the next one begins."""
        length = self.venue.parameters.timeframe.ms
        start = self.now - self.now % length
        self.now = start + length
        candles = [
            Candle(k, start, price, price, price, price, 1.0, price) for k in keys or (self.key,)
        ]
        return self.tell(ev.CandlesClosed(tuple(candles), self.now))

    def settle(self) -> Outcome:
        """All first prices of this moment were seen."""
        return self.tell(ev.PricesSettled(self.now))

    def command(self, command: Command, name: str = "command") -> Outcome:
        """A person's command."""
        return self.tell(ev.Commanded("c1", name, command, "panel", self.now, 0.0))

    def opened(self, order: Order) -> Outcome:
        """The exchange took it."""
        return self.tell(ev.OrderOpened(order.id, f"v-{order.id}", self.now))

    def fill(
        self, order: Order, price: float, quantity: str | Decimal | None = None, *,
        fee_base: str = "0", trade: str = "",
    ) -> Outcome:  # fmt: skip
        """A trade of it: what remains, unless told otherwise."""
        self._trades += 1
        amount = self.order(order).remaining if quantity is None else Decimal(quantity)
        name = trade or f"t{self._trades}"
        return self.tell(
            ev.OrderFilled(
                Fill(
                    name, order.id, order.key, order.side, amount, Decimal(str(price)),
                    Decimal(0), self.now, Decimal(fee_base),
                )
            )
        )  # fmt: skip

    def ended(self, order: Order, status: Status = Status.CANCELED) -> Outcome:
        """No more fills will come."""
        return self.tell(ev.OrderEnded(order.id, status, "told", self.now))

    def rejected(self, order: Order) -> Outcome:
        """The exchange said no."""
        return self.tell(ev.OrderRejected(order.id, "400", "no", self.now))

    def unknown(self, order: Order) -> Outcome:
        """Nobody knows."""
        return self.tell(ev.OrderUnknown(order.id, "time-out", self.now))

    def not_found(self, order: Order) -> Outcome:
        """A clean "not found"."""
        return self.tell(ev.OrderNotFound(order.id, self.now))

    def report(self, **told: Any) -> Outcome:
        """The exchange's truth: nothing, unless told otherwise."""
        truth: dict[str, Any] = {
            "open_orders": (), "recent": (), "holdings": (), "cash": Decimal(10_000),
            "cash_free": Decimal(10_000), "foreign_sales": (),
        } | told  # fmt: skip
        truth = {n: tuple(v) if isinstance(v, list) else v for n, v in truth.items()}
        return self.tell(ev.VenueReported(self.venue.name, at=self.now, **truth))

    # ------------------------------------------------------------ shortcuts

    def ask_entry(self, opinion: Opinion = BUY, price: float = 100.0, key: str = "") -> Outcome:
        """At a candle's first price somebody wants in."""
        key = key or self.key
        self.signals.says[key] = opinion
        self.price(price, key=key)
        out = self.settle()
        self.signals.says.pop(key)
        return out

    def hold(self, opinion: Opinion = BUY, price: float = 100.0, key: str = "") -> Held:
        """Enter at a first price and get the whole fill there."""
        (order,) = self.ask_entry(opinion, price, key).submit
        self.fill(order, price)
        if order.cost is not None:
            self.ended(order, Status.CANCELED)  # a purchase by cost ends with a residue
        return self.held(key)

    def held(self, key: str = "") -> Held:
        """What is held and watched."""
        held = self.symbol(key).held
        assert held is not None
        return held

    def symbol(self, key: str = "") -> SymbolState:
        """A symbol's state."""
        return self.state.symbols[key or self.key]

    def order(self, order: Order) -> Order:
        """The newest value of an order."""
        return self.venue.orders.get(order.id) or self.venue.ended[order.id]

    def halts(self) -> set[str]:
        """Codes of the halts in force."""
        return {halt.code for halt in self.venue.halts.values()}

    def halt(self, code: str) -> None:
        """Put a halt in force."""
        self.venue.halt(Halt(code))

    def last(self) -> Order:
        """The newest order sent."""
        return self.sent[-1]


def selling(order: Order) -> bool:
    """Whether an order sells."""
    return order.side is Side.SELL


def held_coins(position: Position) -> Decimal:
    """Coins of a position."""
    return position.quantity
