"""State of the loopback Binance's USD-M side: books, positions, marks, conditional orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from itertools import count

from tests.exchanges.binance.listings import Listing
from tests.exchanges.binance.positions import Position, Wallet
from tests.exchanges.binance.sides import Listed
from tests.exchanges.core.accounts import ZERO, Accounts, ShortOfFundsError
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import Order, Trade
from tests.exchanges.core.truth import Truth

MAKER, TAKER = Decimal("0.0002"), Decimal("0.0005")
LAST_PLACE = Decimal("1e-8")


@dataclass(frozen=True)
class Income:
    """One line of the account's income: REALIZED_PNL, COMMISSION, FUNDING_FEE, ..."""

    number: int
    kind: str
    symbol: str
    amount: Decimal
    at: int
    trade: int | None = None


@dataclass(frozen=True)
class Funding:
    """One settlement of funding."""

    symbol: str
    rate: Decimal
    mark: Decimal
    at: int


@dataclass
class Algo:
    """A conditional order of the algo service. `child`: what it became when it triggered."""

    number: int
    client_id: str
    symbol: str
    side: str
    kind: str
    trigger: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None
    working: str = "CONTRACT_PRICE"
    tif: str = "GTC"
    reduce_only: bool = False
    close_position: bool = False
    status: str = "NEW"
    created: int = 0
    updated: int = 0
    triggered: int = 0
    child: Order | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its price."""
        return self.status == "NEW"

    def met(self, price: Decimal) -> bool:
        """Whether a price triggers it."""
        above = (self.side == "BUY") == self.kind.startswith("STOP")
        return price >= self.trigger if above else price <= self.trigger


@dataclass
class FuturesDesk(Listed):
    """What the protocol's functions work on. `fixed_marks` win over last prices.

    `hidden_algos`: ms for which a new conditional order is not found yet (it sometimes is not).
    `child_keeps_id`: a triggered one's order carries its client id, else one of Binance's own.
    """

    truth: Truth
    wallet: Wallet
    listings: dict[str, Listing] = field(default_factory=dict)
    fixed_marks: dict[str, Decimal] = field(default_factory=dict)
    algos: list[Algo] = field(default_factory=list)
    incomes: list[Income] = field(default_factory=list)
    fundings: list[Funding] = field(default_factory=list)
    profits: dict[int, Decimal] = field(default_factory=dict)
    countdowns: dict[str, int] = field(default_factory=dict)
    hidden_algos: int = 0
    child_keeps_id: bool = True
    algo_numbers: count[int] = field(default_factory=lambda: count(900_001))

    def position(self, symbol: str) -> Position:
        """The position of a contract, flat when there was none."""
        return self.wallet.position(self.listing(symbol))

    def mark(self, symbol: str) -> Decimal:
        """The mark price: as fixed by the test, else the last price."""
        return self.fixed_marks.get(symbol, self.truth.markets[symbol].price)

    @property
    def marks(self) -> dict[str, Decimal]:
        """Every contract's mark price, of those held too that are listed no longer."""
        return {symbol: self.mark(symbol) for symbol in (*self.listings, *self.wallet.positions)}

    def reserved(self) -> Decimal:
        """Margin of resting orders that would open or enlarge a position."""
        total = ZERO
        for order in self.truth.open_orders():
            if not order.extra.get("reduce"):
                price = order.price or self.market(order.symbol).price
                total += order.remaining * price / self.position(order.symbol).leverage
        return total

    def available(self) -> Decimal:
        """What new orders may use."""
        return self.wallet.available(self.marks, self.reserved())

    def earn(self, kind: str, symbol: str, amount: Decimal, trade: int | None = None) -> None:
        """Money comes in (or goes out) and is written down as income."""
        self.truth.accounts.give("USDT", amount)
        now = self.truth.clock.now()
        self.incomes.append(Income(next(self.truth.numbers), kind, symbol, amount, now, trade))


@dataclass
class Margin:
    """The core's settlement for contracts: margin is checked, profit and fee move the wallet."""

    desk: FuturesDesk | None = None

    def reserve(self, order: Order, market: Market, accounts: Accounts) -> None:
        """Raises `ShortOfFundsError` when margin and fee of the opening part are not there."""
        assert self.desk is not None
        order.locked_asset = "USDT"
        if order.extra.get("reduce") or order.manual:
            return
        position = self.desk.position(order.symbol)
        opening = _opening(position.amount, order)
        best = market.against(order.side)[:1]
        price = order.price or (best[0][0] if best else market.price)
        needed = opening * price * (Decimal(1) / position.leverage + TAKER)
        if needed > self.desk.available():
            raise ShortOfFundsError("USDT")

    def settle(self, order: Order, trade: Trade, market: Market, accounts: Accounts) -> None:
        """A fill changes the position; what it realised and its fee change the wallet."""
        assert self.desk is not None
        position = self.desk.position(order.symbol)
        profit = position.fill(order.side.upper(), trade.quantity, trade.price, trade.at)
        rate = ZERO if order.extra.get("forced") else MAKER if trade.maker else TAKER
        trade.fee_asset = "USDT"
        trade.fee = (rate * trade.cost).quantize(LAST_PLACE, ROUND_DOWN)
        order.fee += trade.fee
        self.desk.profits[trade.number] = profit
        if profit:
            self.desk.earn("REALIZED_PNL", order.symbol, profit, trade.number)
        if trade.fee:
            self.desk.earn("COMMISSION", order.symbol, -trade.fee, trade.number)

    def release(self, order: Order, accounts: Accounts) -> None:
        """Nothing was locked: margin is computed from what is open."""


def _opening(held: Decimal, order: Order) -> Decimal:
    """The part of an order that does not close what is held."""
    quantity = order.quantity or ZERO
    against = held < 0 if order.side == "buy" else held > 0
    return max(ZERO, quantity - abs(held)) if against else quantity
