"""Who asks, and when: HMAC SHA256 over the very bytes that were sent, and the receive window."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from tests.exchanges.binance.errors import AHEAD, refused

RECV_WINDOW = 5_000  # ms, when the request names none
LONGEST_WINDOW = 60_000
AHEAD_LIMIT = 1_000  # ms that a request may be ahead of the server's clock


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of an account and what it is allowed to do."""

    key: str = "k" * 64
    secret: str = "s" * 64
    spot: bool = True
    futures: bool = True
    withdrawals: bool = False
    ip_bound: bool = True
    reading: bool = True


@dataclass
class Signed:
    """The keys that the exchange knows; `revoke` makes one answer -2015 from now on."""

    keys: dict[str, ApiKey] = field(default_factory=dict)

    def holder(self, key: str | None) -> ApiKey:
        """The key a request was sent with. Raises -2014 for a malformed one, -2015 unknown."""
        if not key or not key.isalnum():
            raise refused(-2014)
        if key not in self.keys:
            raise refused(-2015)
        return self.keys[key]

    def revoke(self, key: str) -> None:
        """The key's owner deleted it."""
        del self.keys[key]


def rest_payload(query: str, body: str) -> tuple[str, str]:
    """What was signed (query and body, joined with nothing between) and the signature sent.

    The signature is the last parameter of whichever of both carries it.
    """
    for text, other, first in ((body, query, False), (query, body, True)):
        head, mark, signature = text.rpartition("signature=")
        if mark:
            signed = head.rstrip("&")
            return (signed + other if first else other + signed), signature
    raise refused(-1102, "signature")


def socket_payload(params: Mapping[str, object]) -> tuple[str, str]:
    """The same for WebSocket API requests: all parameters but the signature, by name."""
    signature = params.get("signature")
    if not isinstance(signature, str):
        raise refused(-1102, "signature")
    pairs = sorted((name, value) for name, value in params.items() if name != "signature")
    return "&".join(f"{name}={_plain(value)}" for name, value in pairs), signature


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def verify(secret: str, payload: str, signature: str) -> None:
    """Raises -1022 unless the signature is the secret's over exactly this text."""
    own = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(own, signature):
        raise refused(-1022)


def in_time(params: Mapping[str, str], now: int) -> None:
    """Raises -1021 outside the receive window of the server's clock (`now`, ms)."""
    sent = params.get("timestamp", "")
    if not sent.isdecimal():
        raise refused(-1102, "timestamp")
    window = params.get("recvWindow", str(RECV_WINDOW))
    if not window.isdecimal():
        raise refused(-1130, "recvWindow")
    if int(window) > LONGEST_WINDOW:
        raise refused(-1131)
    if int(sent) >= now + AHEAD_LIMIT:
        raise refused(-1021, text=AHEAD)
    if now - int(sent) > int(window):
        raise refused(-1021)


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Parameters of a query or form body, percent-decoded, empty values kept."""
    return parse_qsl(text, keep_blank_values=True)
