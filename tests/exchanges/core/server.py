"""The loopback exchange on 127.0.0.1: requests through log, faults and budgets to a protocol."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from tests.exchanges.core.budgets import Budgets
from tests.exchanges.core.faults import Fault, Plan, Trouble
from tests.exchanges.core.hub import Connection, Hub
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Answer, Asked, Route

PAGE = "<html><head><title>Attention</title></head><body><h1>Please wait</h1></body></html>"


class Words(Protocol):
    """What one exchange says: the part of it that is a protocol.

    `streams`: path of a WebSocket (variable parts as in routes) -> who hears the client's messages.
    """

    routes: Sequence[Route]
    streams: Mapping[str, Callable[[Connection, str], None]]

    def said(self, trouble: Trouble, status: int, retry_after: int) -> Answer:
        """Of LIMITED, BANNED, MAINTENANCE, ERROR_JSON: status, body, headers."""
        ...

    def dressed(self, asked: Asked, route: Route, answer: Answer) -> Answer:
        """The answer with what every answer carries (headers with what is left of the budget)."""
        ...

    def admitted(self, asked: Asked) -> Answer | None:
        """A stream's first request: None lets it in, an answer turns it away."""
        ...


@dataclass
class Server:
    """One loopback exchange: its truth, its troubles, its log and, once started, its address.

    A server that was stopped starts again at the same address, as after an outage. `beat`: what
    the exchange does by itself as time passes, every `pace` real seconds. `dress`: how its HTTP
    server wraps an answer.
    """

    truth: Truth
    words: Words
    budgets: Budgets
    hub: Hub = field(default_factory=Hub)
    plan: Plan = field(default_factory=Plan)
    log: list[Asked] = field(default_factory=list)
    url: str = ""
    port: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    beat: Callable[[], None] | None = None
    pace: float = 0.1
    dress: Callable[[web.Response], None] = lambda _: None
    _beating: asyncio.Task[None] | None = None

    def asked(self, method: str, path: str) -> list[Asked]:
        """Requests of one method and path that came in, oldest first."""
        return [a for a in tuple(self.log) if (a.method, a.path) == (method, path)]

    def fault(self, trouble: Trouble, method: str, path: str, **more: float) -> Fault:
        """Plan a fault (`nth`, `times`, `seconds`, `status`, `processed` as in `Fault`)."""
        return self.plan.add(Fault(trouble, method, path, **more))  # type: ignore[arg-type]

    async def start(self) -> web.AppRunner:
        """Listen on a free port of the loopback device, or on the one from before."""
        self.over = asyncio.Event()
        app = web.Application()
        for route in self.words.routes:
            app.router.add_route(route.method, route.path, self._handler(route))
        for path in self.words.streams:
            app.router.add_get(path, self._stream)
        app.router.add_route("*", "/{rest:.*}", self._handler(_NOWHERE))
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._beating = asyncio.create_task(self._beat())
        return runner

    async def stop(self, runner: web.AppRunner) -> None:
        """End every connection and answer that is still held back."""
        self.over.set()
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        self.hub.cut()
        await asyncio.sleep(0)
        await runner.cleanup()

    async def _beat(self) -> None:
        while self.beat is not None:
            await asyncio.sleep(self.pace)
            with self.truth.lock:
                self.beat()

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            asked = await self._logged(request)
            fault = self.plan.due(asked.method, asked.path)
            if fault is None:
                return self._sent(asked, self._answer(asked, route))
            asked.verdict = fault.trouble.value
            return await self._troubled(request, asked, route, fault)

        return handle

    async def _logged(self, request: web.Request) -> Asked:
        asked = Asked(
            request.method, request.path, request.headers, request.rel_url.raw_query_string,
            (await request.read()).decode(), self.truth.clock.now(), dict(request.match_info),
        )  # fmt: skip
        self.log.append(asked)
        return asked

    def _answer(self, asked: Asked, route: Route) -> Answer:
        """Processed as the exchange does it, within its budget."""
        costs, now = route.cost(asked), self.truth.clock.now()
        over = self.budgets.spend(costs, now)
        asked.verdict = asked.verdict or over or "answered"
        if over:
            trouble = Trouble.BANNED if over == "banned" else Trouble.LIMITED
            wait = self.budgets.retry_after(costs, now) if costs else 1
            return self.words.said(trouble, 0, wait)
        with self.truth.lock:
            return self.words.dressed(asked, route, route.handler(asked))

    def _sent(self, asked: Asked, answer: Answer) -> web.Response:
        asked.status = answer.status
        response = web.Response(
            text=answer.text, status=answer.status, headers=dict(answer.headers),
            content_type=answer.content,
        )  # fmt: skip
        self.dress(response)
        return response

    async def _troubled(
        self, request: web.Request, asked: Asked, route: Route, fault: Fault
    ) -> web.StreamResponse:
        if fault.trouble is Trouble.ARRIVES_LATE:
            await self._wait(fault)
        whole = self._answer(asked, route) if fault.is_done else Answer()
        if fault.trouble is Trouble.ANSWERS_LATE:
            await self._wait(fault)
        if fault.trouble is Trouble.HANG:
            await self.over.wait()
        if fault.trouble in _CUT:
            return await _cut(request, whole if fault.trouble is Trouble.TRUNCATED else None)
        return self._sent(asked, self._spoilt(fault, whole))

    async def _wait(self, fault: Fault) -> None:
        """So many seconds, or until the test or the end of the server lets go."""
        loop = asyncio.get_running_loop()
        end = loop.time() + fault.seconds
        waiting = asyncio.create_task(self.over.wait())
        while not (fault.let_go or waiting.done()) and (left := end - loop.time()) > 0:
            await asyncio.wait([waiting], timeout=min(left, 0.005))
        waiting.cancel()

    def _spoilt(self, fault: Fault, whole: Answer) -> Answer:
        if fault.trouble in _PLAIN:
            return whole
        if fault.trouble in _ODD:
            text = _ODD[fault.trouble](whole.text)
            content = "text/html" if fault.trouble is Trouble.HTML else whole.content
            return Answer(text, 200, content=content)
        if fault.trouble is Trouble.ERROR_HTML:
            return Answer(PAGE, fault.status, content="text/html")
        return self.words.said(fault.trouble, fault.status, 1)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        asked = await self._logged(request)
        fault = self.plan.due(asked.method, asked.path)
        if fault is not None:
            asked.verdict = fault.trouble.value
            return await self._troubled(request, asked, _NOWHERE, fault)
        if self.hub.refuses:
            asked.verdict = "refused"
            return self._sent(asked, Answer(PAGE, self.hub.refuses, content="text/html"))
        refused = self.words.admitted(asked)
        if refused is not None:
            return self._sent(asked, refused)
        asked.status, asked.verdict = 101, "answered"
        hear = self.words.streams[_pattern(request)]

        def heard(connection: Connection, text: str) -> None:
            with self.truth.lock:
                hear(connection, text)

        return await self.hub.serve(request, heard)


def _pattern(request: web.Request) -> str:
    """The path as the protocol wrote it: `/stream/ws/{n}` for `/stream/ws/0`."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical


_NOWHERE = Route("*", "", lambda _: Answer("Not Found", 404, content="text/plain"))
_CUT = {Trouble.LOST_BEFORE, Trouble.LOST_AFTER, Trouble.TRUNCATED, Trouble.HANG}
_PLAIN = {Trouble.ARRIVES_LATE, Trouble.ANSWERS_LATE}
_ODD: Mapping[Trouble, Callable[[str], str]] = {
    Trouble.BROKEN_JSON: lambda text: text[: max(1, len(text) // 2)],
    Trouble.HTML: lambda _: PAGE,
    Trouble.EMPTY: lambda _: "",
}


async def _cut(request: web.Request, whole: Answer | None) -> web.StreamResponse:
    """Half of an answer or nothing at all, then the connection ends."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    if whole is not None:
        body = whole.text.encode()
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response


@asynccontextmanager
async def served(server: Server) -> AsyncIterator[Server]:
    """In the loop that is running: for asynchronous tests."""
    runner = await server.start()
    try:
        yield server
    finally:
        await server.stop(runner)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """In a thread with a loop of its own: for synchronous tests that start other processes."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def serve() -> None:
        runner = await server.start()
        ready.set()
        await end.wait()
        await server.stop(runner)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(20), "the loopback exchange does not start"
        yield server
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(20)
        loop.close()
