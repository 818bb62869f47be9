"""ccxt's object for one exchange, made the way this project needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trader.venues.real.addresses import WIRINGS, Addresses, urls_of

if TYPE_CHECKING:
    from ccxt.pro import Exchange

TIMEOUT = 10.0  # seconds that an answer is waited for


@dataclass(frozen=True, slots=True)
class Keys:
    """Of an account; both empty: only public questions can be asked. Never shown."""

    key: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return "Keys(***)"


def connected(venue: str, addresses: Addresses, keys: Keys, timeout: float = TIMEOUT) -> Exchange:
    """ccxt.pro's object: exact numbers as text, nothing retried, error tables intact.

    Importing ccxt takes a second, so it happens here. Close it in the end (`await x.close()`).
    """
    import ccxt.pro as ccxt

    wiring = WIRINGS[venue]
    settings: dict[str, Any] = {
        "apiKey": keys.key,
        "secret": keys.secret,
        "enableRateLimit": True,
        "timeout": round(timeout * 1_000),
        "options": {**wiring.options, "maxRetriesOnFailure": 0},
        **urls_of(wiring, addresses),
    }
    exchange: Exchange = getattr(ccxt, wiring.ccxt)(settings)
    exchange.number = str  # prices and quantities as the exchange wrote them
    _keep_tables(exchange.exceptions, wiring.tables)
    return exchange


def _keep_tables(exceptions: dict[str, Any], tables: tuple[str, ...]) -> None:
    """ccxt knows an exchange's own error table by its host's name; an override has another one."""
    for name in tables:
        own: Mapping[str, Any] = exceptions.get(name, {})
        for kind in ("exact", "broad"):
            exceptions.setdefault(kind, {}).update(own.get(kind, {}))
