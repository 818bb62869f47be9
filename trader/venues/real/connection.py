"""ccxt's object for one exchange, made the way this project needs it."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext, create_default_context
from typing import TYPE_CHECKING, Any, Protocol

from trader.venues.real.addresses import WIRINGS, Addresses, urls_of
from trader.venues.real.calling import overheard
from trader.venues.real.library import ccxt_pro

if TYPE_CHECKING:
    from ccxt.pro import Exchange

TIMEOUT = 10.0  # seconds that an answer is waited for
KEEP_ALIVE = 20_000  # ms between pings of a stream; two unanswered ones end a connection


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

    def leave(self, endpoint: Endpoint) -> None:
        """What entered is over, answered or not."""


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
        if self.gate is None:
            return await base.fetch2(path, api, method, params, config)
        cost = self.calculate_rate_limiter_cost(api, method, path, params, config)  # type: ignore[attr-defined]
        family = api if isinstance(api, str) else api[0]
        endpoint = Endpoint(family, method, path, float(cost))
        await self.gate.enter(endpoint)
        token = _ENDPOINT.set(endpoint)
        try:
            return await base.fetch2(path, api, method, params, config)
        finally:
            _ENDPOINT.reset(token)
            self.gate.leave(endpoint)

    async def throttle(self, cost: Any = None) -> None:
        """ccxt's own spacing."""
        base: Any = super()
        if self.gate is None:
            await base.throttle(cost)

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

    Importing ccxt takes half a second, so it happens here. Close it in the end (`await x.close()`).
    """
    ccxt = ccxt_pro({wiring.ccxt for wiring in WIRINGS.values()})
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
    exchange.ssl_context = _trusting(exchange.cafile)
    exchange.timeout_on_exit = 0  # ccxt's quarter of a second for aiohttp, which waits by itself
    _keep_tables(exchange.exceptions, wiring.tables)
    if addresses.sandbox and not addresses.rest and wiring.sandbox:
        getattr(exchange, wiring.sandbox)(True)  # noqa: FBT003  theirs; replaces all addresses
        exchange.urls = exchange.deep_extend(exchange.urls, urls_of(wiring, addresses).get("urls"))
    return exchange


def another(exchange: Exchange, venue: str, addresses: Addresses, keys: Keys) -> Exchange:
    """An object for one stream: it knows markets and clock, and asks nothing by itself."""
    made = connected(venue, addresses, keys)
    for known in ("markets", "markets_by_id", "symbols", "ids", "currencies", "codes"):
        setattr(made, known, getattr(exchange, known) or {})
    made.options["timeDifference"] = exchange.options.get("timeDifference", 0)
    made.gate = exchange.gate
    made.streaming = {**made.streaming, "keepAlive": KEEP_ALIVE}
    return made


@cache
def _trusting(authorities: str) -> SSLContext:
    """Made once: ccxt reads the whole file of authorities again for each of its objects."""
    return create_default_context(cafile=authorities)


def _keep_tables(exceptions: dict[str, Any], tables: tuple[str, ...]) -> None:
    """ccxt knows an exchange's own error table by its host's name; an override has another one."""
    for name in tables:
        own: Mapping[str, Any] = exceptions.get(name, {})
        for kind in ("exact", "broad"):
            exceptions.setdefault(kind, {}).update(own.get(kind, {}))
