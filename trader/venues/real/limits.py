"""How many requests each exchange takes, as data."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.time import DAY, MINUTE, SECOND, Millis
from trader.venues.real.connection import Endpoint

Charge = Mapping[str, int]
RESERVE = 0.3


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `window` ms. `header` tells how many were used, in the exchange's
    own count (in small letters). `reserve`: share of it for exits and cancels alone."""

    name: str
    most: int
    window: Millis
    header: str = ""
    reserve: float = RESERVE


@dataclass(frozen=True, slots=True)
class Limits:
    """One exchange's limits: what a request is charged to, and how long to be silent after 429
    and 418 when the exchange names no time. `remaining`: header of Upbit's kind, which tells
    what is left of a group in this second."""

    limits: tuple[Limit, ...]
    charge: Callable[[Endpoint], Charge]
    pauses: Mapping[int, Millis] = field(default_factory=lambda: {429: MINUTE, 418: 2 * MINUTE})
    remaining: str = ""


_GROUPS = {
    "market": "market", "candles": "candle", "trades": "trades", "ticker": "ticker",
    "orderbook": "orderbook",
}  # fmt: skip
_PAST = ("market", "candle", "trades")  # nothing of these is ever asked for an exit


def _upbit(endpoint: Endpoint) -> Charge:
    if endpoint.family == "private":
        placing = endpoint.method == "POST" and endpoint.path.startswith("orders")
        return {"order" if placing else "default": 1}
    return {_GROUPS.get(endpoint.path.partition("/")[0], "default"): 1}


_ORDERS = {("POST", "order"): 1, ("POST", "algoOrder"): 1, ("POST", "orderList/oco"): 2}
_HEAVIER = {  # where ccxt counts too little
    ("fapiPrivateV3", "account"): 5,
    ("fapiPrivateV3", "balance"): 5,
    ("fapiPrivateV3", "positionRisk"): 5,
}


def _weighed(per_cost: int, orders: tuple[str, ...]) -> Callable[[Endpoint], Charge]:
    """Binance: a weight for everything, and a count of orders."""

    def charge(endpoint: Endpoint) -> Charge:
        known = _HEAVIER.get((endpoint.family, endpoint.path), 1)
        weight = max(known, math.ceil(endpoint.cost * per_cost - 1e-9))
        placed = _ORDERS.get((endpoint.method, endpoint.path), 0)
        return {"weight": weight, **dict.fromkeys(orders if placed else (), placed)}

    return charge


def _a_second(name: str, most: int) -> Limit:
    return Limit(name, most, SECOND, reserve=0.0 if name in _PAST else RESERVE)


LIMITS: Mapping[str, Limits] = {
    UPBIT: Limits(
        (
            _a_second("order", 8),  # 12 since 2026-08-21; the older number costs nothing
            _a_second("default", 30),
            *(_a_second(name, 10) for name in _GROUPS.values()),
        ),
        _upbit,
        pauses={429: SECOND, 418: 2 * MINUTE},
        remaining="remaining-req",
    ),
    BINANCE_SPOT: Limits(
        (
            Limit("weight", 6_000, MINUTE, "x-mbx-used-weight-1m"),
            Limit("orders_10s", 100, 10 * SECOND, "x-mbx-order-count-10s"),
            Limit("orders_1d", 200_000, DAY, "x-mbx-order-count-1d"),
        ),
        _weighed(5, ("orders_10s", "orders_1d")),
    ),
    BINANCE_FUTURES: Limits(
        (
            Limit("weight", 2_400, MINUTE, "x-mbx-used-weight-1m"),
            Limit("orders_10s", 300, 10 * SECOND, "x-mbx-order-count-10s"),
            Limit("orders_1m", 1_200, MINUTE, "x-mbx-order-count-1m"),
        ),
        _weighed(1, ("orders_10s", "orders_1m")),
    ),
}
