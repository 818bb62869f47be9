"""One request to an exchange and exactly its own answer, whoever else asks meanwhile."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccxt.pro import Exchange

Heard = tuple[int, Mapping[str, str], str]  # status, headers, body as text
_HEARD: ContextVar[list[Heard] | None] = ContextVar("heard", default=None)


@dataclass(frozen=True, slots=True)
class Call:
    """A request in ccxt's words: the name of its raw method and what goes along."""

    method: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        """Whether it is signed with the keys."""
        return "private" in self.method.lower()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `status` None: no whole answer was heard. `body` is parsed by us, numbers
    with a point as Decimal; None when it is no JSON. `failure` is what was raised on the way, for
    its cause only: an order's fate is never read from its class."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    body: Any = None
    failure: Exception | None = None

    @property
    def fine(self) -> bool:
        """Whether the exchange answered 2xx with something that can be read."""
        return self.status is not None and 200 <= self.status < 300 and self.body is not None


def overheard(status: int, headers: Mapping[str, str], text: str) -> None:
    """ccxt's object hands over every answer here; it goes to the request of the same context."""
    heard = _HEARD.get()
    if heard is not None:
        heard.append((status, dict(headers), text))


async def called(exchange: Exchange, call: Call) -> Reply:
    """Send one request, once. Never raises what an exchange, ccxt or the network can cause."""
    return (await replies(lambda: getattr(exchange, call.method)(dict(call.params))))[-1]


async def replies(ask: Callable[[], Awaitable[Any]]) -> list[Reply]:
    """All that comes back of what `ask` sends; the last one knows what was raised in the end."""
    heard: list[Heard] = []
    token = _HEARD.set(heard)
    failure: Exception | None = None
    try:
        await ask()
    except Exception as problem:  # noqa: BLE001 - InvalidOperation and TypeError were seen here
        failure = problem
    finally:
        _HEARD.reset(token)
    if not heard:
        return [Reply(failure=failure)]
    found = [Reply(status, headers, text, parsed(text)) for status, headers, text in heard]
    return [*found[:-1], replace(found[-1], failure=failure)]


def parsed(text: str) -> Any:
    """Strict JSON: no NaN, no infinity, no float; None for anything else."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")
