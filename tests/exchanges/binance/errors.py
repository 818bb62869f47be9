"""What Binance answers instead of doing as asked: codes, texts and HTTP states of its tables.

From binance-spot-api-docs `errors.md`, the USD-M `error-code` page and their `general-info`.
"""

from __future__ import annotations

from dataclasses import dataclass

_UNAUTHORISED = frozenset({-1002, -2014, -2015})
_TOO_MANY = frozenset({-1003, -1015})
_BACKEND = frozenset({-1000, -1006, -1007, -1008})

TEXTS: dict[int, str] = {
    -1000: "An unknown error occurred while processing the request.",
    -1001: "Internal error; unable to process your request. Please try again.",
    -1003: "Too much request weight used; current limit is {} request weight per 1 MINUTE. "
    "Please use WebSocket Streams for live updates to avoid polling the API.",
    -1006: "An unexpected response was received from the message bus. Execution status unknown.",
    -1007: "Timeout waiting for response from backend server. Send status unknown; "
    "execution status unknown.",
    -1008: "Server is currently overloaded with other requests. Please try again in a few minutes.",
    -1013: "Filter failure: {}",
    -1015: "Too many new orders; current limit is {} orders per {}.",
    -1021: "Timestamp for this request is outside of the recvWindow.",
    -1022: "Signature for this request is not valid.",
    -1100: "Illegal characters found in parameter '{}'; legal range is '{}'.",
    -1101: "Duplicate values for parameter '{}' detected.",
    -1102: "Mandatory parameter '{}' was not sent, was empty/null, or malformed.",
    -1104: "Not all sent parameters were read; read '{}' parameter(s) but was sent '{}'.",
    -1106: "Parameter '{}' sent when not required.",
    -1111: "Parameter '{}' has too much precision.",
    -1115: "Invalid timeInForce.",
    -1116: "Invalid orderType.",
    -1117: "Invalid side.",
    -1120: "Invalid interval.",
    -1121: "Invalid symbol.",
    -1125: "This listenKey does not exist.",
    -1127: "More than {} hours between startTime and endTime.",
    -1128: "Combination of optional parameters invalid.",
    -1130: "Data sent for parameter '{}' is not valid.",
    -1131: "recvWindow must be less than 60000.",
    -1158: "Order type not supported in order list.",
    -1165: "Limit price(s) must be {} the market price.",
    -2010: "{}",
    -2011: "Unknown order sent.",
    -2013: "Order does not exist.",
    -2014: "API-key format invalid.",
    -2015: "Invalid API-key, IP, or permissions for action.",
    -2018: "Balance is insufficient.",
    -2019: "Margin is insufficient.",
    -2020: "Unable to fill.",
    -2021: "Order would immediately trigger.",
    -2022: "ReduceOnly Order is rejected.",
    -2027: "Exceeded the maximum allowable position at current leverage.",
    -4003: "Quantity less than or equal to zero.",
    -4005: "Quantity greater than max quantity.",
    -4014: "Price not increased by tick size.",
    -4015: "Client order id is not valid.",
    -4016: "Price is higher than mark price multiplier cap.",
    -4024: "Price is lower than mark price multiplier floor.",
    -4023: "Qty not increased by step size.",
    -4028: "Leverage {} is not valid",
    -4046: "No need to change margin type.",
    -4047: "Margin type cannot be changed if there exists open orders.",
    -4048: "Margin type cannot be changed if there exists position.",
    -4059: "No need to change position side.",
    -4061: "Order's position side does not match user's setting.",
    -4067: "Position side cannot be changed if there exists open orders.",
    -4068: "Position side cannot be changed if there exists position.",
    -4116: "ClientOrderId is duplicated.",
    -4120: "Order type not supported for this endpoint. Please use the Algo Order API endpoints "
    "instead.",
    -4130: "An open stop or take profit order with GTE and closePosition in the direction is "
    "existing.",
    -4131: "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
    -4136: "Target strategy invalid for orderType {},closePosition true",
    -4140: "Invalid symbol status for opening position.",
    -4161: "Leverage reduction is not supported in Isolated Margin Mode with open positions.",
    -4164: "Order's notional must be no smaller than {} (unless you choose reduce only).",
    -5021: "Due to the order could not be filled immediately, the FOK order has been rejected. "
    "The order will not be recorded in the order history.",
    -5022: "Due to the order could not be executed as maker, the Post Only order will be rejected. "
    "The order will not be recorded in the order history.",
}  # fmt: skip

# what -2010 and -2011 mean stands in their text alone
INSUFFICIENT = "Account has insufficient balance for requested action."
DUPLICATE = "Duplicate order sent."
CLOSED = "Market is closed."
WOULD_MATCH = "Order would immediately match and take."
WOULD_TRIGGER = "Stop price would trigger immediately."
RELATION = "The relationship of the prices for the orders is not correct."
UNSUPPORTED = {  # of a market that does not list the kind in `orderTypes`
    "MARKET": "Market orders are not supported for this symbol.",
    "STOP_LOSS": "Stop loss orders are not supported for this symbol.",
    "STOP_LOSS_LIMIT": "Stop loss limit orders are not supported for this symbol.",
    "TAKE_PROFIT": "Take profit orders are not supported for this symbol.",
    "TAKE_PROFIT_LIMIT": "Take profit limit orders are not supported for this symbol.",
}
NOT_ENABLED = "This action is disabled on this account."

IP_BANNED = (
    "Way too much request weight used; IP banned until {}. "
    "Please use WebSocket Streams for live updates to avoid bans."
)
AHEAD = "Timestamp for this request was 1000ms ahead of the server's time."
FUTURES_PRECISION = "Precision is over the maximum defined for this asset."


@dataclass
class Refusal(Exception):
    """A request that is answered by `{"code", "msg"}` and the HTTP status that goes with it."""

    code: int
    msg: str
    status: int = 400

    @property
    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        return {"code": self.code, "msg": self.msg}


def refused(code: int, *details: object, text: str = "") -> Refusal:
    """The refusal of a code; `details` fill its text's gaps, `text` replaces the whole text."""
    return Refusal(code, text or TEXTS[code].format(*details), _status(code))


def _status(code: int) -> int:
    if code in _UNAUTHORISED:
        return 401
    if code in _TOO_MANY:
        return 429
    return 503 if code in _BACKEND else 400
