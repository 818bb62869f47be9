"""Why an exchange says no, and the words in which each exchange says it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from trader.domain.order import Side


class Problem(StrEnum):
    """What is wrong with a request, whoever is asked."""

    NUMBER = "number"  # not finite, zero or negative
    STEP = "step"  # quantity between two lot steps
    TICK = "tick"  # price between two ticks
    MINIMUM = "minimum"  # worth too little
    MAXIMUM = "maximum"  # too many at once
    FUNDS = "funds"  # not enough quote currency, or margin
    COINS = "coins"  # not enough coins
    KIND = "kind"  # no such order type here
    RELATION = "relation"  # the two prices of a list on the wrong sides of the market
    TRIGGERS = "triggers"  # a stop that would trigger at once
    REDUCE_ONLY = "reduce_only"  # nothing to reduce
    LEVERAGE = "leverage"  # more than the market allows
    DUPLICATE = "duplicate"  # the client id exists: proof of an order, not a refusal
    MARKET = "market"  # not listed, or without a price
    CLOCK = "clock"  # our time is not theirs
    THROTTLED = "throttled"  # 429
    ABSENT = "absent"  # no such order (cancel)


class Refusal(NamedTuple):
    """The venue's own code and words. `{side}` in a code stands for bid or ask."""

    code: str
    reason: str

    def code_for(self, side: Side) -> str:
        """The code for a purchase (bid) or a sale (ask)."""
        return self.code.replace("{side}", "bid" if side is Side.BUY else "ask")


_P = Problem

UPBIT: Mapping[Problem, Refusal] = {
    _P.NUMBER: Refusal("validation_error", "volume and price must be positive numbers"),
    _P.STEP: Refusal("invalid_volume_{side}", "volume has more than 8 decimals"),
    _P.TICK: Refusal("invalid_price_{side}", "price is not on the market's tick"),
    _P.MINIMUM: Refusal("under_min_total_{side}", "orders must be worth the market's minimum"),
    _P.MAXIMUM: Refusal("volume_too_large", "volume is above the market's maximum"),
    _P.FUNDS: Refusal("insufficient_funds_{side}", "not enough won"),
    _P.COINS: Refusal("insufficient_funds_{side}", "not enough coins"),
    _P.KIND: Refusal("validation_error", "this order type does not exist"),
    _P.RELATION: Refusal("validation_error", "this order type does not exist"),
    _P.TRIGGERS: Refusal("validation_error", "this order type does not exist"),
    _P.REDUCE_ONLY: Refusal("validation_error", "no margin trading"),
    _P.LEVERAGE: Refusal("validation_error", "no margin trading"),
    _P.DUPLICATE: Refusal("duplicate_identifier", "identifier was used before"),
    _P.MARKET: Refusal("market_offline", "market is not available"),
    _P.CLOCK: Refusal("jwt_verification", "token is not valid at this time"),
    _P.THROTTLED: Refusal("too_many_requests", "429"),
    _P.ABSENT: Refusal("order_not_found", "no such order, or it ended"),
}

BINANCE_SPOT: Mapping[Problem, Refusal] = {
    _P.NUMBER: Refusal("-1013", "Invalid quantity."),
    _P.STEP: Refusal("-1013", "Filter failure: LOT_SIZE"),
    _P.TICK: Refusal("-1013", "Filter failure: PRICE_FILTER"),
    _P.MINIMUM: Refusal("-1013", "Filter failure: NOTIONAL"),
    _P.MAXIMUM: Refusal("-1013", "Filter failure: MARKET_LOT_SIZE"),
    _P.FUNDS: Refusal("-2010", "Account has insufficient balance for requested action."),
    _P.COINS: Refusal("-2010", "Account has insufficient balance for requested action."),
    _P.KIND: Refusal("-1116", "Invalid orderType."),
    _P.RELATION: Refusal("-2010", "The relationship of the prices for the orders is not correct."),
    _P.TRIGGERS: Refusal("-2010", "Stop price would trigger immediately."),
    _P.REDUCE_ONLY: Refusal("-1104", "Not all sent parameters were read."),
    _P.LEVERAGE: Refusal("-1104", "Not all sent parameters were read."),
    _P.DUPLICATE: Refusal("-2010", "Duplicate order sent."),
    _P.MARKET: Refusal("-1013", "Market is closed."),
    _P.CLOCK: Refusal("-1021", "Timestamp for this request is outside of the recvWindow."),
    _P.THROTTLED: Refusal("-1003", "429 Too many requests."),
    _P.ABSENT: Refusal("-2011", "Unknown order sent."),
}

BINANCE_FUTURES: Mapping[Problem, Refusal] = {
    _P.NUMBER: Refusal("-4003", "Quantity less than zero."),
    _P.STEP: Refusal("-1111", "Precision is over the maximum defined for this asset."),
    _P.TICK: Refusal("-4014", "Price not increased by tick size."),
    _P.MINIMUM: Refusal("-4164", "Order's notional is too small (unless reduce only)."),
    _P.MAXIMUM: Refusal("-4005", "Quantity greater than max quantity."),
    _P.FUNDS: Refusal("-2019", "Margin is insufficient."),
    _P.COINS: Refusal("-2019", "Margin is insufficient."),
    _P.KIND: Refusal("-4120", "Order type not supported for this endpoint."),
    _P.RELATION: Refusal("-4120", "Order type not supported for this endpoint."),
    _P.TRIGGERS: Refusal("-2021", "Order would immediately trigger."),
    _P.REDUCE_ONLY: Refusal("-2022", "ReduceOnly Order is rejected."),
    _P.LEVERAGE: Refusal("-4028", "Leverage is not valid."),
    _P.DUPLICATE: Refusal("-4116", "ClientOrderId is duplicated."),
    _P.MARKET: Refusal("-4140", "Invalid symbol status for opening position."),
    _P.CLOCK: Refusal("-1021", "Timestamp for this request is outside of the recvWindow."),
    _P.THROTTLED: Refusal("-1003", "429 Too many requests."),
    _P.ABSENT: Refusal("-2011", "Unknown order sent."),
}
