"""What an order locks and what a fill moves between accounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from tests.exchanges.core.accounts import ZERO, Accounts
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import Order, Trade


class Settlement(Protocol):
    """How one kind of exchange keeps its accounts (spot with a fee on top, margin, ...)."""

    def reserve(self, order: Order, market: Market, accounts: Accounts) -> None:
        """Lock what the order may need. Raises `ShortOfFundsError` and locks nothing."""
        ...

    def settle(self, order: Order, trade: Trade, market: Market, accounts: Accounts) -> None:
        """Move what a fill moves, and write the fee into the trade and the order.

        Raises `ShortOfFundsError`, and has moved nothing, when the order cannot pay for it.
        """
        ...

    def release(self, order: Order, accounts: Accounts) -> None:
        """Give back what an order that has ended still holds."""
        ...


@dataclass
class Spot:
    """Coins for money. `fee_on_top`: buyers pay the fee in quote currency on top of the cost.

    Otherwise it is taken from the coins that a buyer receives. Sellers pay from the proceeds.
    """

    maker: Decimal
    taker: Decimal
    fee_on_top: bool

    def reserve(self, order: Order, market: Market, accounts: Accounts) -> None:
        """A seller's coins; a buyer's whole cost, with the fee when it comes on top."""
        asset = market.quote if order.side == "buy" else market.base
        amount = self._needed(order, market)
        accounts.lock(asset, amount)
        order.locked_asset, order.locked = asset, amount

    def _needed(self, order: Order, market: Market) -> Decimal:
        if order.side == "sell":
            return order.quantity or ZERO
        cost = order.cost if order.cost is not None else _worth(order, market)
        return cost * (1 + self.taker) if self.fee_on_top else cost

    def settle(self, order: Order, trade: Trade, market: Market, accounts: Accounts) -> None:
        """Coins against money, less the fee."""
        rate = self.maker if trade.maker else self.taker
        buys_coins_with_fee = order.side == "buy" and not self.fee_on_top
        trade.fee_asset = market.base if buys_coins_with_fee else market.quote
        trade.fee = rate * (trade.quantity if buys_coins_with_fee else trade.cost)
        if order.side == "sell":
            _pay(order, trade.quantity, accounts)
            accounts.give(market.quote, trade.cost - trade.fee)
        else:
            _pay(order, trade.cost + (trade.fee if self.fee_on_top else ZERO), accounts)
            accounts.give(market.base, trade.quantity - (ZERO if self.fee_on_top else trade.fee))
        order.fee += trade.fee

    def release(self, order: Order, accounts: Accounts) -> None:
        """The rest goes back."""
        accounts.release(order.locked_asset, order.locked)
        order.locked = ZERO


def _pay(order: Order, amount: Decimal, accounts: Accounts) -> None:
    short = max(ZERO, amount - order.locked)  # a market buy by quantity that met higher prices
    accounts.take_free(order.locked_asset, short)
    accounts.take_locked(order.locked_asset, amount - short)
    order.locked -= amount - short


def _worth(order: Order, market: Market) -> Decimal:
    """What a buy of a quantity costs: at its limit, or through the book as it stands."""
    left = order.quantity or ZERO
    if order.price is not None:
        return left * order.price
    cost, price = ZERO, order.stop_price or market.price
    for level, size in market.asks if order.stop_price is None else []:
        price, taken = level, min(left, size)
        cost, left = cost + taken * level, left - taken
    return cost + left * price
