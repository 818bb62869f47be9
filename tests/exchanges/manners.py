"""Other servers of the same protocol: what they leave out, how they wrap it, how late they see it.

Each function changes a loopback exchange before it is started.
"""

from __future__ import annotations

import copy
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web
from aiohttp.web import ContentCoding

from tests.exchanges.core.accounts import Balance
from tests.exchanges.core.server import Server
from tests.exchanges.core.wire import Answer, Asked, Handler

Change = Callable[[Asked, Any], Any]  # the request and the body of its answer -> another body
UNKNOWN = Answer("404: Not Found", 404, content="text/plain")  # as aiohttp says it


def retold(server: Server, path: str, change: Change) -> list[Asked]:
    """Answers 2xx of paths that match are changed; the list tells which requests they were."""
    told: list[Asked] = []

    def wrapped(handler: Handler) -> Handler:
        def handle(asked: Asked) -> Answer:
            answer = handler(asked)
            if answer.status >= 300 or isinstance(answer.body, str):
                return answer
            told.append(asked)
            return replace(answer, body=change(asked, copy.deepcopy(answer.body)))

        return handle

    _rewire(server, path, wrapped)
    return told


def lacking(server: Server, path: str, unknown: Answer = UNKNOWN) -> list[Asked]:
    """There are no such paths (`GET /v1/api_keys`, a regular expression); who asked for them."""
    refused: list[Asked] = []

    def wrapped(_: Handler) -> Handler:
        def handle(asked: Asked) -> Answer:
            refused.append(asked)
            return unknown

        return handle

    _rewire(server, path, wrapped)
    return refused


def _rewire(server: Server, path: str, wrapped: Callable[[Handler], Handler]) -> None:
    words: Any = server.words
    words.routes = [
        replace(route, handler=wrapped(route.handler))
        if re.fullmatch(path, f"{route.method} {route.path}") else route
        for route in words.routes
    ]  # fmt: skip


def wrapped_oddly(server: Server) -> None:
    """Compressed, in chunks, with an end of the connection after each answer; binary frames."""

    def dress(response: web.Response) -> None:
        response.enable_chunked_encoding()
        response.enable_compression(ContentCoding.gzip)
        response.force_close()

    server.dress = dress
    server.hub.binary = True


def late(server: Server, accounts: str, lag: int) -> list[Asked]:
    """Orders are found, and balances told (by paths that match `accounts`), `lag` ms late."""
    truth = server.truth
    truth.invisible_for = lag
    past: deque[tuple[int, dict[str, Balance]]] = deque()
    told: list[Asked] = []

    def remember() -> None:
        past.append((truth.clock.now(), copy.deepcopy(truth.accounts.balances)))
        while len(past) > 1 and past[1][0] <= truth.clock.now() - lag:
            past.popleft()

    def wrapped(handler: Handler) -> Handler:
        def handle(asked: Asked) -> Answer:
            told.append(asked)
            now = truth.accounts.balances
            truth.accounts.balances = past[0][1] if past else now
            try:
                return handler(asked)
            finally:
                truth.accounts.balances = now

        return handle

    beat = server.beat

    def beaten() -> None:
        remember()
        if beat is not None:
            beat()

    server.beat = beaten
    _rewire(server, accounts, wrapped)
    return told


def extended(of: Any) -> Any:
    """The same answer with fields that nobody knows, in another order."""
    if isinstance(of, list):
        return [extended(entry) for entry in of]
    if not isinstance(of, Mapping):
        return of
    inner = {name: extended(value) for name, value in reversed(list(of.items()))}
    return {"newField": {"nested": [1, None]}, **inner, "another": "NEW_KIND"}


def redressed(server: Server, change: Change) -> list[Asked]:
    """As `retold` for every path, also while the exchange runs."""
    words: Any = server.words
    dressed, told = words.dressed, []

    def dress(asked: Asked, route: Any, answer: Answer) -> Answer:
        answer = dressed(asked, route, answer)
        if answer.status >= 300 or isinstance(answer.body, str):
            return answer
        told.append(asked)
        return replace(answer, body=change(asked, copy.deepcopy(answer.body)))

    words.dressed = dress
    return told


_DECIMAL = re.compile(r"-?\d+\.\d+")


def each(
    of: Any, change: Callable[[dict[str, Any]], Any], rows: Callable[[Any], Any] | None = None
) -> Any:
    """Every object of an answer changed, innermost first; and every list of objects by `rows`."""
    if isinstance(of, Mapping):
        return change({name: each(value, change, rows) for name, value in of.items()})
    if not isinstance(of, list):
        return of
    changed = [each(entry, change, rows) for entry in of]
    objects = bool(changed) and all(isinstance(entry, dict) for entry in changed)
    return rows(changed) if rows is not None and objects else changed


def without(*names: str) -> Callable[[dict[str, Any]], Any]:
    """Objects without these fields."""
    return lambda of: {name: value for name, value in of.items() if name not in names}


def as_numbers(of: dict[str, Any]) -> Any:
    """Objects whose decimal texts are numbers of JSON."""
    return {
        name: float(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else value
        for name, value in of.items()
    }  # fmt: skip


def as_they_are(of: dict[str, Any]) -> Any:
    """Objects unchanged."""
    return of
