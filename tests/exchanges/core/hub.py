"""WebSockets of the loopback exchange: who is connected, what each listens to, silence and cuts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.exchanges.core.wire import dumped


@dataclass(eq=False)
class Connection:
    """One client's stream. `topics`: what it listens to, in the exchange's words.

    `about`: whatever the protocol keeps of it (parameters of subscriptions, a session).
    """

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    topics: set[str] = field(default_factory=set)
    about: dict[str, Any] = field(default_factory=dict)
    received: list[str] = field(default_factory=list)
    sent: int = 0
    dropped: int = 0
    _queue: asyncio.Queue[str | bytes | None] = field(default_factory=asyncio.Queue)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    _socket: web.WebSocketResponse = field(default_factory=web.WebSocketResponse)
    compressed: bool = True

    def queue(self, message: str | bytes | None) -> None:
        """Send after everything queued before; None cuts the connection. From any thread."""
        self._loop.call_soon_threadsafe(self._queue.put_nowait, message)

    async def serve(
        self, request: web.Request, hear: Callable[[Connection, str], None]
    ) -> web.StreamResponse:
        """Talk until either side ends it."""
        self._socket = web.WebSocketResponse(compress=self.compressed)
        await self._socket.prepare(request)
        writer = asyncio.create_task(self._write(request))
        try:
            async for message in self._socket:
                if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    data = message.data
                    text = data.decode() if isinstance(data, bytes) else str(data)
                    self.received.append(text)
                    hear(self, text)
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return self._socket

    async def _write(self, request: web.Request) -> None:
        while (message := await self._queue.get()) is not None:
            if isinstance(message, bytes):
                await self._socket.send_bytes(message)
            else:
                await self._socket.send_str(message)
        if request.transport is not None:
            request.transport.abort()


@dataclass
class Hub:
    """Every open stream of one exchange.

    `silent`: streams stay open and answer pings, but nothing is pushed. `muted`: topics of which
    nothing is pushed although the rest flows (`kept_back` counts it). `twice`: everything is
    pushed twice. `refuses`: HTTP status with which new connections are turned away, 0: none are.
    `binary`: messages go out as binary frames. `compressed`: clients who offer it get compressed
    messages. `opened`: connections ever made. `shelved`: of which paths messages are kept back
    until `unshelve` sends them in another order (None: of none).
    """

    silent: bool = False
    twice: bool = False
    muted: set[str] = field(default_factory=set)
    refuses: int = 0
    binary: bool = False
    compressed: bool = True
    connections: list[Connection] = field(default_factory=list)
    opened: int = 0
    cuts: int = 0
    kept_back: int = 0
    shelved: str | None = None
    shelf: list[tuple[Connection, Any]] = field(default_factory=list)

    def push(self, topic: str, message: Any, path: str = "") -> int:
        """To everybody who listens to `topic` (on `path`, when named); tells how many."""
        heard = [c for c in tuple(self.connections) if topic in c.topics and path in {"", c.path}]
        if topic in self.muted:
            self.kept_back += len(heard)
            return 0
        return sum(self.send(connection, message) for connection in heard)

    def send(self, connection: Connection, message: Any) -> bool:
        """To one connection, unless silent."""
        if self.silent:
            connection.dropped += 1
            return False
        if self.shelved is not None and re.fullmatch(self.shelved, connection.path):
            self.shelf.append((connection, message))
            return True
        for _ in range(2 if self.twice else 1):
            self.reply(connection, message)
        return True

    def unshelve(self) -> int:
        """Send what was kept back, the newest first; tells how much."""
        found, self.shelf = self.shelf, []
        for connection, message in reversed(found):
            for _ in range(2 if self.twice else 1):
                self.reply(connection, message)
        return len(found)

    def reply(self, connection: Connection, message: Any) -> None:
        """What a client asked for itself (a pong, an answer); goes out when silent, too."""
        text = message if isinstance(message, str) else dumped(message)
        connection.sent += 1
        connection.queue(text.encode() if self.binary else text)

    def cut(self, path: str = "") -> int:
        """Break connections (of one path, when named) without a close frame; tells how many."""
        doomed = [c for c in tuple(self.connections) if path in {"", c.path}]
        for connection in doomed:
            connection.queue(None)
        self.cuts += len(doomed)
        return len(doomed)

    def listening(self, topic: str) -> int:
        """How many connections listen to `topic`."""
        return sum(topic in connection.topics for connection in tuple(self.connections))

    async def serve(
        self, request: web.Request, hear: Callable[[Connection, str], None]
    ) -> web.StreamResponse:
        """One connection from its first to its last message."""
        connection = Connection(request.path, dict(request.query), request.headers)
        connection.compressed = self.compressed
        self.connections.append(connection)
        self.opened += 1
        try:
            return await connection.serve(request, hear)
        finally:
            self.connections.remove(connection)
