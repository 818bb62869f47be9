"""Orders, fills and balances as Upbit shows them to their owner: strings over REST, floats live."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.exchanges.core.accounts import Balance
from tests.exchanges.core.orders import Order, Trade
from tests.exchanges.upbit.words import (
    asked_price,
    created_at,
    fields,
    kst,
    maybe,
    ord_type,
    side_of,
    state_of,
    text,
    uuid,
)  # fmt: skip

ZERO = Decimal(0)


def record(order: Order, rate: Decimal) -> dict[str, Any]:
    """One order. `rate`: the fee's, for what buyers have reserved."""
    reserved = _reserved(order, rate)
    left = max(ZERO, reserved - order.fee) if order.is_open else ZERO
    volume = None if order.quantity is None else order.quantity
    return fields(
        {
            "market": order.symbol, "uuid": order.uid, "side": side_of(order),
            "ord_type": ord_type(order), "price": maybe(asked_price(order)),
            "state": state_of(order), "created_at": created_at(order.created),
            "volume": maybe(volume),
            "remaining_volume": None if volume is None else text(order.remaining),
            "executed_volume": text(order.filled), "reserved_fee": text(reserved),
            "remaining_fee": text(left), "paid_fee": text(order.fee),
            "locked": text(order.locked), "prevented_volume": "0", "prevented_locked": "0",
            "trades_count": len(order.trades),
        },
        time_in_force=order.extra.get("time_in_force"), identifier=order.client_id or None,
    )  # fmt: skip


def listed(order: Order, rate: Decimal) -> dict[str, Any]:
    """The same in a list of orders: with what was paid for, without the fills."""
    return record(order, rate) | {"executed_funds": text(order.spent)}


def detailed(order: Order, rate: Decimal) -> dict[str, Any]:
    """The same with its fills."""
    return record(order, rate) | {"trades": [fill(trade) for trade in order.trades]}


def _reserved(order: Order, rate: Decimal) -> Decimal:
    if order.side == "sell":
        return ZERO
    return rate * (order.cost if order.cost is not None else _worth(order))


def _worth(order: Order) -> Decimal:
    return (order.price or ZERO) * (order.quantity or ZERO)


def fill(trade: Trade) -> dict[str, Any]:
    """One fill; there is no fee in it, only in the whole order."""
    return {
        "market": trade.symbol, "uuid": uuid(trade.number), "price": text(trade.price),
        "volume": text(trade.quantity), "funds": text(trade.cost), "trend": "up",
        "created_at": f"{kst(trade.at)}.{trade.at % 1_000:03d}000+09:00",
        "side": "bid" if trade.side == "buy" else "ask",
    }  # fmt: skip


def live(order: Order, trade: Trade | None, rate: Decimal, now: int) -> dict[str, Any]:
    """A message of `myOrder`: with a fill, price and volume are the fill's."""
    price = trade.price if trade else asked_price(order)
    volume = trade.quantity if trade else order.quantity
    reserved = _reserved(order, rate)
    return {
        "type": "myOrder", "code": order.symbol, "uuid": order.uid,
        "ask_bid": side_of(order).upper(), "order_type": ord_type(order),
        "state": "trade" if trade else state_of(order),
        "trade_uuid": uuid(trade.number) if trade else None,
        "price": _float(price), "avg_price": float(order.average), "volume": _float(volume),
        "remaining_volume": _float(None if order.quantity is None else order.remaining),
        "executed_volume": float(order.filled), "trades_count": len(order.trades),
        "reserved_fee": float(reserved), "remaining_fee": float(max(ZERO, reserved - order.fee)),
        "paid_fee": float(order.fee), "locked": float(order.locked),
        "executed_funds": float(order.spent), "time_in_force": order.extra.get("time_in_force"),
        "trade_fee": float(trade.fee) if trade else None,
        "is_maker": trade.maker if trade else None, "identifier": order.client_id or None,
        "smp_type": None, "prevented_volume": 0.0, "prevented_locked": 0.0,
        "trade_timestamp": trade.at if trade else None, "order_timestamp": order.created,
        "timestamp": now, "stream_type": "REALTIME",
    }  # fmt: skip


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def account(asset: str, balance: Balance, average: Decimal) -> dict[str, Any]:
    """One line of the balances."""
    return {
        "currency": asset, "balance": text(balance.free), "locked": text(balance.locked),
        "avg_buy_price": text(average), "avg_buy_price_modified": False, "unit_currency": "KRW",
    }  # fmt: skip


def assets(balances: dict[str, Balance], now: int) -> dict[str, Any]:
    """A message of `myAsset`: only what has changed."""
    return {
        "type": "myAsset", "asset_uuid": uuid(0),
        "assets": [
            {"currency": asset, "balance": float(b.free), "locked": float(b.locked)}
            for asset, b in balances.items()
        ],
        "asset_timestamp": now, "timestamp": now, "stream_type": "REALTIME",
    }  # fmt: skip
