"""Answers of Binance's spot market that contracts do not have: lists, balances."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from trader.domain.events import Holding
from trader.domain.instrument import BINANCE_SPOT
from trader.domain.money import ZERO
from trader.domain.order import Status
from trader.venues.real.reading import binance
from trader.venues.real.reading.fields import Row, Strange, moment, number, row, rows, text
from trader.venues.real.told import Told

QUOTE = binance.QUOTE
_OVER = (Status.FILLED, Status.CANCELED, Status.REJECTED)


def legs_of(body: Any, order_id: str = "") -> tuple[str, list[Row]]:
    """Client id of a list, and its legs as far as the list itself tells of them."""
    of = row(body, "an order list")
    name = text(of, "listClientOrderId")
    if order_id and name != order_id:
        raise Strange("Binance answered with another list than was asked for")
    legs = rows(of.get("orders"), "the orders of a list")
    if not legs:
        raise Strange("Binance answered a list without orders")
    return name, legs


def list_of(legs: Sequence[Row], order_id: str) -> Row:
    """A list as the exchange would tell it, by its legs. Raises `Strange`."""
    times = [moment(leg, "updateTime", "time") for leg in legs]
    return {
        "listClientOrderId": order_id,
        "orderListId": legs[0].get("orderListId"),
        "transactionTime": max(times),
        "orders": list(legs),
    }


def joined(body: Any, legs: Sequence[Told], quantity: Decimal) -> Told:
    """A list as one order: it is filled by either leg, and over when both are.

    `legs` with their trades; `quantity` what the list should sell. Raises `Strange`.
    """
    of = row(body, "an order list")
    filled = sum((leg.filled for leg in legs), ZERO)
    fills = tuple(fill for leg in legs for fill in leg.fills)
    return Told(
        text(of, "listClientOrderId"), "l" + text(of, "orderListId"),
        _joined_status(legs, filled, quantity), filled, moment(of, "transactionTime"), fills,
    )  # fmt: skip


def _joined_status(legs: Sequence[Told], filled: Decimal, quantity: Decimal) -> Status:
    if filled >= quantity:
        return Status.FILLED
    if not all(leg.status in _OVER for leg in legs):
        return Status.PARTIAL if filled else Status.OPEN
    if all(leg.status is Status.REJECTED for leg in legs):
        return Status.REJECTED
    return Status.CANCELED


def balances(body: Any) -> tuple[Decimal, Decimal, tuple[Holding, ...]]:
    """USDT, USDT that is free, and all coins. Raises `Strange`."""
    cash = free = ZERO
    holdings = []
    for account in rows(row(body, "the account").get("balances"), "the balances"):
        there, locked = number(account, "free"), number(account, "locked")
        coin = text(account, "asset")
        if coin == QUOTE:
            cash, free = there + locked, there
        elif there + locked:
            holdings.append(Holding(f"{BINANCE_SPOT}:{coin}/{QUOTE}", there + locked, there))
    return cash, free, tuple(holdings)
