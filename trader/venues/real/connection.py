"""ccxt's object for one exchange, made the way this project needs it."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from trader.venues.real.addresses import WIRINGS, Addresses, urls_of
from trader.venues.real.calling import overheard

if TYPE_CHECKING:
    from ccxt.pro import Exchange

TIMEOUT = 10.0  # seconds that an answer is waited for


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is about to be asked: ccxt's family and path, and its cost in ccxt's own measure."""

    family: str
    method: str
    path: str
    cost: float


class Gate(Protocol):
    """Whoever decides when a request may leave, and hears what the exchange says about limits."""

    async def enter(self, endpoint: Endpoint) -> None:
        """Return when the request may leave. Raises `VenueUnavailable` when that takes too long."""

    def heard(self, endpoint: Endpoint, status: int, headers: Mapping[str, str]) -> None:
        """An answer came, with these headers."""


_ENDPOINT: ContextVar[Endpoint] = ContextVar("endpoint")


class Watched:
    """Mixed into ccxt's class: requests pass a gate, answers are handed to who asked.

    Without a gate ccxt's own spacing of requests stays in force.
    """

    gate: Gate | None = None

    async def fetch2(
        self, path: str, api: Any = "public", method: str = "GET", params: Any = None,
        config: Any = None,
    ) -> Any:  # fmt: skip
        """ccxt's way to every REST request."""
        base: Any = super()
        params, config = {} if params is None else params, {} if config is None else config
        cost = 0.0
        if self.gate is not None:
            cost = self.calculate_rate_limiter_cost(api, method, path, params, config)  # type: ignore[attr-defined]
        family = api if isinstance(api, str) else api[0]
        token = _ENDPOINT.set(Endpoint(family, method, path, float(cost)))
        try:
            return await base.fetch2(path, api, method, params, config)
        finally:
            _ENDPOINT.reset(token)

    async def throttle(self, cost: Any = None) -> None:
        """ccxt asks here before each request."""
        base: Any = super()
        if self.gate is None:
            await base.throttle(cost)
        else:
            await self.gate.enter(_ENDPOINT.get())

    def on_rest_response(self, *heard: Any) -> Any:
        """ccxt tells every answer here before it judges it."""
        base: Any = super()
        status, _, _, _, headers, text, *_ = heard
        overheard(status, headers, text)
        if self.gate is not None:
            self.gate.heard(_ENDPOINT.get(), status, headers)
        return base.on_rest_response(*heard)


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
    watched = type(wiring.ccxt, (Watched, getattr(ccxt, wiring.ccxt)), {})
    exchange: Exchange = watched(settings)
    exchange.number = str  # prices and quantities as the exchange wrote them
    _keep_tables(exchange.exceptions, wiring.tables)
    if addresses.sandbox and not addresses.rest and wiring.sandbox:
        getattr(exchange, wiring.sandbox)(True)  # noqa: FBT003  theirs; replaces all addresses
        exchange.urls = exchange.deep_extend(exchange.urls, urls_of(wiring, addresses).get("urls"))
    return exchange


def _keep_tables(exceptions: dict[str, Any], tables: tuple[str, ...]) -> None:
    """ccxt knows an exchange's own error table by its host's name; an override has another one."""
    for name in tables:
        own: Mapping[str, Any] = exceptions.get(name, {})
        for kind in ("exact", "broad"):
            exceptions.setdefault(kind, {}).update(own.get(kind, {}))
