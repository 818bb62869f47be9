"""What the exchanges' own error codes say about a request, as tables.

A wrong "refused" costs a second order, a wrong "unknown" costs seconds: what stands in no table
is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT


@dataclass(frozen=True, slots=True)
class Codes:
    """One exchange's words.

    `refused`: definitively not done; an entry that ends with `*` is a beginning. `exists`: (code,
    part of the message): such an order is there, ask for it. `absent`: no such order. `keys`: it
    is about the keys. `clock`: it is about the request's time or nonce alone: sent once more it may
    pass. `unchanged`: it is so already.
    `ids`, `names`, `states`: fields of an order's answer that hold the exchange's id, ours, and
    its state; `known` are the states that we can read.
    """

    refused: frozenset[str]
    exists: tuple[tuple[str, str], ...]
    absent: frozenset[str]
    keys: frozenset[str]
    clock: frozenset[str]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    states: tuple[str, ...]
    known: frozenset[str]
    unchanged: frozenset[str] = frozenset()

    def refuses(self, code: str) -> bool:
        """Whether a code means that nothing was done."""
        if code in self.refused:
            return True
        return any(name.endswith("*") and code.startswith(name[:-1]) for name in self.refused)

    def tells_of_existence(self, code: str, message: str) -> bool:
        """Whether a refusal is the proof of an order with this client id."""
        said = f"{code} {message}".lower()
        return any(name in ("", code) and part in said for name, part in self.exists)


# No such market: it was taken off the list, or never was there.
UNLISTED = frozenset({"-1121", "notfoundmarket"})


def _from(first: int, last: int) -> frozenset[str]:
    """Codes -first ... -last."""
    return frozenset(str(-number) for number in range(first, last + 1))


_SINGLE = (1003, 1008, 1013, 1015, 1016, 2010, 2014, 2015, 2018, 2019, 2027)
_BINANCE = (
    _from(1020, 1022) | _from(1100, 1130) | _from(1165, 1199) | {str(-code) for code in _SINGLE}
)
# What contracts refuse before anything is done (decision 0080): filters (but -4116, the proof of an
# order, and -4117, a stop that triggers right now), what is not there to be reduced, restrictions.
_CONTRACTS = (
    (_from(4000, 4199) - {"-4116", "-4117"}) | _from(2023, 2028) | _from(4400, 4403)
    | {"-2020", "-4509", "-5021", "-5022"}
)  # fmt: skip

_SPOT_STATES = (
    "NEW", "PENDING_NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "PENDING_CANCEL", "REJECTED",
    "EXPIRED", "EXPIRED_IN_MATCH",
)  # fmt: skip
_LIST_STATES = ("EXECUTING", "ALL_DONE", "REJECT")
_ALGO_STATES = (
    "NEW", "TRIGGERING", "TRIGGERED", "FINISHED", "CANCELED", "EXPIRED", "REJECTED",
)  # fmt: skip

CODES: Mapping[str, Codes] = {
    UPBIT: Codes(
        refused=frozenset({
            "insufficient_funds*", "under_min_total_*", "invalid_price_*", "create_ask_error",
            "create_bid_error", "validation_error", "jwt_verification", "invalid_query_payload",
            # looked at before an order is made, as its test endpoint shows: the market
            "market_offline", "notfoundmarket", "invalid_volume_*", "volume_too_large",
            "no_authorization_ip", "no_authorization_i_p", "out_of_scope",
            "expired_access_key", "invalid_access_key", "no_authorization_token",
            "invalid_parameter*", "invalid_funds*", "max_total_*",
        }),
        exists=(("", "identifier"),),  # whatever the name: an identifier is refused when used
        absent=frozenset({"order_not_found"}),
        keys=frozenset({
            "invalid_access_key", "expired_access_key", "no_authorization_ip",
            "no_authorization_i_p", "no_authorization_token", "out_of_scope", "jwt_verification",
        }),
        # Somebody on the way sent it twice: the other one may have been heard, so it is unknown.
        # To send it again is safe, because an identifier is taken once.
        clock=frozenset({"nonce_used"}),
        ids=("uuid",),
        names=("identifier",),
        states=("state",),
        known=frozenset({"wait", "watch", "done", "cancel"}),
    ),
    BINANCE_SPOT: Codes(
        refused=_BINANCE,  # -2021 and -2022 are halves of a cancel-replace here: unknown
        exists=(("-2010", "duplicate order"), ("-4116", "")),
        absent=frozenset({"-2011", "-2013", "-2018"}),  # -2018: no such list
        keys=frozenset({"-2014", "-2015", "-1022"}),
        clock=frozenset({"-1021"}),
        ids=("orderListId", "orderId"),
        names=("listClientOrderId", "origClientOrderId", "clientOrderId"),
        states=("listOrderStatus", "status"),
        known=frozenset(_SPOT_STATES + _LIST_STATES),
    ),
    BINANCE_FUTURES: Codes(
        refused=_BINANCE | _CONTRACTS | {"-2021", "-2022"},
        exists=(("-4116", ""), ("-2010", "duplicate order")),
        absent=frozenset({"-2011", "-2013"}),
        keys=frozenset({"-2014", "-2015", "-1022"}),
        clock=frozenset({"-1021"}),
        ids=("algoId", "orderId"),
        names=("clientAlgoId", "clientOrderId"),
        states=("algoStatus", "status"),
        known=frozenset((*_SPOT_STATES, *_ALGO_STATES)),
        unchanged=frozenset({"-4046", "-4059"}),
    ),
}  # fmt: skip
