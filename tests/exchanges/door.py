"""One address before several loopback exchanges: a proxy that passes on by path what it lets in."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from yarl import URL

from tests.exchanges.core.server import Server

BEHIND = {  # paths of each exchange; the wallet's (`sapi`) are of both of Binance's
    "upbit": r"/v1/.*|/websocket/v1.*",
    "binance_futures": r"/fapi/.*|/futures/data/.*|/(public/|market/|private/)?ws(/.*)?",
    "binance_spot": r"/(s?api|stream|ws-api)/.*",
}
_KEPT = ("content-type", "retry-after", "date", "remaining-req")
_Socket = web.WebSocketResponse | ClientWebSocketResponse


@dataclass
class Door:
    """`rest` and `streams`: what it lets in. `passed` counts what went through, `turned` what did
    not. `heartbeat`: seconds between its pings, which must be answered. Open it with `opened`."""

    servers: Mapping[str, Server]
    rest: bool = True
    streams: bool = True
    passed: list[str] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    heartbeat: float | None = None
    url: str = ""
    session: ClientSession = field(init=False)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Whatever comes."""
        live = request.headers.get("Upgrade", "").lower() == "websocket"
        names = (name for name, paths in BEHIND.items() if re.fullmatch(paths, request.path))
        name = next(names, "")
        if name not in self.servers or not (self.streams if live else self.rest):
            self.turned.append(request.path)
            return web.Response(status=404)
        self.passed.append(request.path)
        target = URL(self.servers[name].url + request.rel_url.raw_path_qs, encoded=True)
        return await (self._stream(request, target) if live else self._ask(request, target))

    async def _ask(self, request: web.Request, target: URL) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() != "host"}
        body = await request.read()
        async with self.session.request(
            request.method, target, headers=headers, data=body or None
        ) as answer:
            kept = {
                k: v for k, v in answer.headers.items()
                if k.lower() in _KEPT or k.lower().startswith("x-")
            }  # fmt: skip
            return web.Response(body=await answer.read(), status=answer.status, headers=kept)

    async def _stream(self, request: web.Request, target: URL) -> web.StreamResponse:
        headers = {k: v for k, v in request.headers.items() if k.lower() == "authorization"}
        here = web.WebSocketResponse(heartbeat=self.heartbeat)
        async with self.session.ws_connect(target, headers=headers) as there:
            await here.prepare(request)
            pumps = [asyncio.ensure_future(_pump(here, there)),
                     asyncio.ensure_future(_pump(there, here))]  # fmt: skip
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        return here


async def _pump(source: _Socket, target: _Socket) -> None:
    async for message in source:
        if message.type is WSMsgType.BINARY:
            await target.send_bytes(message.data)
        elif message.type is WSMsgType.TEXT:
            await target.send_str(message.data)


@contextmanager
def opened(door: Door) -> Iterator[Door]:
    """In a thread with a loop of its own, on a free port of the loopback device."""
    ready, loop, end = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", door.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        async with ClientSession() as door.session:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            door.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            ready.set()
            await end.wait()
            await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(20), "the door does not open"
        yield door
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(20)
        loop.close()
