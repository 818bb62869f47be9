"""A small raw server on loopback that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. `body`: text, or anything that becomes JSON. `fault`: cut (no answer at all),
    torn (half of the body), silent (never)."""

    body: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def text(self) -> str:
        """What goes over the wire."""
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `POST /v1/orders`, with its parameters (query, form or JSON)."""

    what: str
    params: dict[str, Any]


Answerer = Callable[[Asked], Said]


@dataclass(slots=True)
class Stub:
    """The server. `answers` by `METHOD /path`: one answer, a list (the last one stays), or a
    function of the request; what is not in it is answered 404 without a code."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def times(self, what: str) -> int:
        """How often something was asked."""
        return sum(asked.what == what for asked in self.asked)

    def last(self, what: str) -> dict[str, Any]:
        """Parameters of the latest such request."""
        return next(a.params for a in reversed(self.asked) if a.what == what)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """aiohttp's handler for everything."""
        asked = Asked(f"{request.method} {request.path}", await _params(request))
        self.asked.append(asked)
        self.arrived.set()
        said = self._choose(asked)
        if said.fault == "silent":
            await asyncio.sleep(30)
        if said.fault == "cut":
            assert request.transport is not None
            request.transport.close()
        if said.fault == "torn":
            return await _torn(request, said)
        kind = "text/html" if said.text.startswith("<") else "application/json"
        return web.Response(
            text=said.text, status=said.status, headers=said.headers, content_type=kind
        )

    def _choose(self, asked: Asked) -> Said:
        told = self.answers.get(asked.what, Said("no such path", 404))
        if isinstance(told, list):
            told = told.pop(0) if len(told) > 1 else told[0]
        said = told if isinstance(told, Said) else told(asked)
        assert isinstance(said, Said)
        return said


async def _torn(request: web.Request, said: Said) -> web.StreamResponse:
    response = web.StreamResponse(status=said.status, headers={"Content-Type": "application/json"})
    response.content_length = len(said.text)
    await response.prepare(request)
    await response.write(said.text[: len(said.text) // 2].encode())
    assert request.transport is not None
    request.transport.close()
    return response


async def _params(request: web.Request) -> dict[str, Any]:
    found: dict[str, Any] = dict(request.query)
    body = await request.text()
    if body.startswith("{"):
        found |= json.loads(body)
    elif body:
        found |= dict(parse_qsl(body))
    for noise in ("signature", "timestamp", "recvWindow"):
        found.pop(noise, None)
    return found


@asynccontextmanager
async def serving(stub: Stub) -> AsyncIterator[Stub]:
    """Listen on a port that the system chooses."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stub.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port: int = runner.addresses[0][1]
    stub.url = f"http://127.0.0.1:{port}"
    try:
        yield stub
    finally:
        await runner.cleanup()
