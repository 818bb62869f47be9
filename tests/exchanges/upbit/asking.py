"""What Upbit makes of a wish to order: an order, or its reason to refuse."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import Order
from tests.exchanges.upbit.words import RefusedError

MINIMUM, MAXIMUM = Decimal(5_000), Decimal(1_000_000_000)  # KRW of one order
_SIDES = {"bid": "buy", "ask": "sell"}
_STEP = Decimal("0.00000001")
# what each kind needs and must not have
_NEEDS = {
    ("limit", "bid"): ("price", "volume"), ("limit", "ask"): ("price", "volume"),
    ("price", "bid"): ("price",), ("market", "ask"): ("volume",),
    ("best", "bid"): ("price",), ("best", "ask"): ("volume",),
}  # fmt: skip
_FORCES = {
    "limit": ("", "ioc", "fok", "post_only"), "best": ("ioc", "fok"), "price": ("",),
    "market": ("",),
}  # fmt: skip


def wanted(fields: dict[str, Any], markets: dict[str, Market]) -> tuple[Order, Market]:
    """The order that the fields describe. Raises `RefusedError`."""
    market = _market(fields, markets)
    kind, side = str(fields.get("ord_type", "")), str(fields.get("side", ""))
    if side not in _SIDES:
        raise RefusedError("validation_error", "side is missing, side does not have a valid value")
    if kind not in _FORCES:
        raise RefusedError("validation_error", "ord_type does not have a valid value")
    needed = _NEEDS.get((kind, side), ())
    given = tuple(name for name in ("price", "volume") if fields.get(name) is not None)
    if given != needed:
        raise RefusedError(f"create_{side}_error")
    force = str(fields.get("time_in_force") or "")
    if force not in _FORCES[kind]:
        raise RefusedError("validation_error", "time_in_force does not have a valid value")
    return _order(fields, market, (kind, side, force)), market


def _market(fields: dict[str, Any], markets: dict[str, Market]) -> Market:
    if not fields.get("market"):
        raise RefusedError("validation_error", "market is missing")
    market = markets.get(str(fields["market"]))
    if market is None or market.extra.get("gone"):
        raise RefusedError("notfoundmarket")
    if market.extra.get("offline"):
        raise RefusedError("market_offline")
    return market


def _order(fields: dict[str, Any], market: Market, words: tuple[str, str, str]) -> Order:
    kind, side, force = words
    price, volume = _number(fields, "price"), _number(fields, "volume")
    by_cost = kind in {"price", "best"} and side == "bid"
    extra: dict[str, Any] = {"ord_type": kind}
    if force:
        extra["time_in_force"] = force
    order = Order(
        market.symbol, _SIDES[side], "limit" if kind == "limit" else "market",
        price=None if by_cost else price, quantity=volume, cost=price if by_cost else None,
        client_id=str(fields.get("identifier") or ""), time_in_force=force or "gtc", extra=extra,
    )  # fmt: skip
    _within_rules(order, market, side)
    return order


def _number(fields: dict[str, Any], name: str) -> Decimal | None:
    if fields.get(name) is None:
        return None
    try:
        number = Decimal(str(fields[name]))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number <= 0:
        raise RefusedError("validation_error", f"{name} does not have a valid value")
    return number


def _within_rules(order: Order, market: Market, side: str) -> None:
    if order.price is not None:
        tick = market.tick_at(order.price) if market.tick_at else market.tick
        if order.price % tick:
            raise RefusedError(f"invalid_price_{side}")
    if order.quantity is not None and order.quantity % _STEP:
        raise RefusedError(f"invalid_volume_{side}")
    worth = _worth(order, market)
    if worth < MINIMUM:
        raise RefusedError(f"under_min_total_{side}")
    if worth > MAXIMUM:
        raise RefusedError(f"over_krw_funds_{side}")


def _worth(order: Order, market: Market) -> Decimal:
    if order.cost is not None:
        return order.cost
    assert order.quantity is not None
    return order.quantity * (market.price if order.price is None else order.price)
