"""What became of a request: accepted, refused, never left, there already - or nobody knows."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trader.domain.errors import VenueUnavailable
from trader.venues.real.calling import Reply
from trader.venues.real.codes import Codes

THROTTLED = (429, 418)
LONGEST_SHOWN = 160  # characters of an exchange's message that are worth showing


class Verdict(StrEnum):
    """What may be believed about a request that changes something."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # definitively not done, by the exchange's own code
    NEVER_LEFT = "never_left"  # no connection was made
    EXISTS = "exists"  # an order with this client id is there: ask for it
    UNKNOWN = "unknown"  # ask, never resend


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the exchange's code and words (or ours), as a person may read them."""

    verdict: Verdict
    code: str = ""
    reason: str = ""

    @property
    def text(self) -> str:
        """Code and reason in one line."""
        return f"{self.code} {self.reason}".strip()


def judged(reply: Reply, codes: Codes, name: str, *, stateless: bool = False) -> Judged:
    """Judge the answer to a request about the order of client id `name`.

    The order of the questions matters: connection, status, echo, code. `stateless`: answers to
    cancellations may tell no state.
    """
    code, message = said(reply)
    if reply.status is None:
        return _unheard(reply)
    if reply.status >= 500:
        return Judged(Verdict.UNKNOWN, code or str(reply.status), message or "server error")
    if 200 <= reply.status < 300:
        return _answered(reply, codes, name, stateless=stateless)
    if reply.status in THROTTLED:
        return Judged(Verdict.REFUSED, code or str(reply.status), message or "too many requests")
    if codes.tells_of_existence(code, message):
        return Judged(Verdict.EXISTS, code, message)
    if code and codes.refuses(code):
        return Judged(Verdict.REFUSED, code, message)
    return Judged(Verdict.UNKNOWN, code or str(reply.status), message or "an answer of no meaning")


def takes_no_such_kind(told: Judged) -> bool:
    """Whether a market refused an order for its kind alone (Binance: "Stop loss orders are not
    supported for this symbol.", or "Invalid orderType.")."""
    of_kind = told.code == "-1116" or "not supported for this symbol" in told.reason.lower()
    return told.verdict is Verdict.REFUSED and of_kind


def said(reply: Reply) -> tuple[str, str]:
    """The exchange's own error code and words; empty when the body holds none."""
    body = reply.body
    if not isinstance(body, dict):
        return "", ""
    inner = body.get("error")
    if isinstance(inner, dict):  # Upbit: names, sometimes a number
        return _word(inner.get("name")), _word(inner.get("message"))
    if "code" in body and "msg" in body:
        return _word(body["code"]), _word(body["msg"])
    return "", ""


def never_left(failure: BaseException | None) -> bool:
    """Whether a failure proves that nothing was sent: refused, no such host, no budget."""
    while failure is not None:
        if isinstance(failure, socket.gaierror | VenueUnavailable) or _connecting(failure):
            return True
        failure = failure.__cause__
    return False


def _connecting(failure: BaseException) -> bool:
    """ccxt's HTTP library failed to connect. It is known by name: the library is ccxt's choice."""
    return any(kind.__name__ == "ClientConnectorError" for kind in type(failure).__mro__)


def _unheard(reply: Reply) -> Judged:
    if never_left(reply.failure):
        waited = isinstance(reply.failure, VenueUnavailable)
        reason = str(reply.failure) if waited else "no connection to the exchange; nothing was sent"
        return Judged(Verdict.NEVER_LEFT, "throttled" if waited else "not_connected", reason)
    kind = type(reply.failure).__name__
    return Judged(Verdict.UNKNOWN, "", f"no whole answer ({kind})")


def _answered(reply: Reply, codes: Codes, name: str, *, stateless: bool) -> Judged:
    """2xx: accepted only if it names an order, ours, in a state that we know."""
    body = reply.body
    if not isinstance(body, dict):
        return Judged(Verdict.UNKNOWN, "", "answered something that is no order")
    identified = any(_word(body.get(field)) not in ("", "-1", "0") for field in codes.ids)
    echoed = any(body.get(field) == name for field in codes.names)
    states = [_word(body[field]) for field in codes.states if body.get(field) is not None]
    readable = all(state in codes.known for state in states) and (stateless or bool(states))
    if identified and echoed and readable:
        return Judged(Verdict.ACCEPTED)
    return Judged(Verdict.UNKNOWN, "", "answered an order that is not to be recognised")


def _word(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST_SHOWN]
