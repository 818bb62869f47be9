"""State of the loopback Binance's spot side: books, listings, order lists, account switches."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from itertools import count

from tests.exchanges.binance.listings import Listing
from tests.exchanges.binance.sides import Listed
from tests.exchanges.core.accounts import ZERO, Accounts
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import Order, State, Trade
from tests.exchanges.core.settlement import Spot
from tests.exchanges.core.truth import Truth

FEE = Decimal("0.001")
LAST_PLACE = Decimal("1e-8")
BNB_DISCOUNT = Decimal("0.75")


@dataclass
class OrderList:
    """One OCO: its legs, the limit one first."""

    number: int
    client_id: str
    symbol: str
    legs: list[Order]
    created: int

    @property
    def is_open(self) -> bool:
        """Whether any leg can still be filled."""
        return any(leg.is_open for leg in self.legs)


@dataclass
class Coins:
    """Spot accounts as Binance keeps them: fee in the coin received, or in BNB when there is any.

    Both legs of a list hold one and the same amount: the first leg locks it for both.
    """

    markets: dict[str, Market]
    bnb_fees: bool = False
    plain: Spot = field(default_factory=lambda: Spot(FEE, FEE, fee_on_top=False))

    def reserve(self, order: Order, market: Market, accounts: Accounts) -> None:
        """Lock what the order may need; a list's second leg needs nothing of its own."""
        held = order.extra.get("held")
        if held is None:
            self.plain.reserve(order, market, accounts)
            return
        order.locked_asset = market.quote if order.side == "buy" else market.base
        accounts.lock(order.locked_asset, held)
        order.locked = held

    def settle(self, order: Order, trade: Trade, market: Market, accounts: Accounts) -> None:
        """Coins against money; the fee moves to BNB when the account pays so."""
        self.plain.settle(order, trade, market, accounts)
        self._rounded(order, trade, accounts)
        coin = self.markets.get("BNB" + market.quote)
        if not self.bnb_fees or coin is None:
            return
        worth = trade.fee * (trade.price if trade.fee_asset == market.base else 1)
        fee = (worth * BNB_DISCOUNT / coin.price).quantize(LAST_PLACE, ROUND_DOWN)
        if accounts.of("BNB").free < fee:
            return
        accounts.give(trade.fee_asset, trade.fee)
        accounts.take_free("BNB", fee)
        order.fee += fee - trade.fee
        trade.fee, trade.fee_asset = fee, "BNB"

    def _rounded(self, order: Order, trade: Trade, accounts: Accounts) -> None:
        """Fees have eight places, as everything that Binance accounts for."""
        fee = trade.fee.quantize(LAST_PLACE, ROUND_DOWN)
        accounts.give(trade.fee_asset, trade.fee - fee)
        order.fee += fee - trade.fee
        trade.fee = fee

    def release(self, order: Order, accounts: Accounts) -> None:
        """The rest goes back."""
        self.plain.release(order, accounts)


@dataclass
class SpotDesk(Listed):
    """What the protocol's functions work on."""

    truth: Truth
    coins: Coins
    listings: dict[str, Listing] = field(default_factory=dict)
    lists: list[OrderList] = field(default_factory=list)
    can_trade: bool = True
    numbers: count[int] = field(default_factory=lambda: count(1))

    def list_of(self, order: Order) -> OrderList | None:
        """The list an order is a leg of."""
        number = order.extra.get("list", -1)
        return next((made for made in self.lists if made.number == number), None)

    def link(self, order: Order, trade: Trade | None) -> None:
        """A leg that trades or triggers lets its sibling expire; a cancelled one takes it along."""
        cancelled, goes_on = order.state is State.CANCELED, trade or order.triggered
        made = self.list_of(order)
        if made is None or not (cancelled or (goes_on and order.is_open)):
            return
        for sibling in made.legs:
            if sibling is not order and sibling.is_open:
                _hand_over(sibling, order)
                self.truth.end(sibling, State.CANCELED if cancelled else State.EXPIRED)

    def afford(self, order: Order) -> None:
        """A buying stop that triggers where the account cannot pay any more expires."""
        if not (order.triggered and order.is_open) or order.side != "buy" or order.filled:
            return
        left, needed = order.remaining, ZERO
        for price, size in self.truth.markets[order.symbol].asks:
            needed, left = needed + price * min(size, left), left - min(size, left)
        if needed > order.locked + self.truth.accounts.of(order.locked_asset).free:
            self.truth.end(order, State.EXPIRED)


def _hand_over(giver: Order, taker: Order) -> None:
    """What one leg holds is for the other, when that one goes on."""
    if taker.is_open:
        taker.locked += giver.locked
        giver.locked = ZERO
