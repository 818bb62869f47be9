"""When bytes came in and went out, and how late the event loop was: hooks in the process measured.

Times are of the machine's monotonic clock, the same in all processes. What is looked for is a trade
of a conspicuous quantity, so that nothing has to be added to what an exchange says.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

MARK = b"0.777"  # begins the quantity of a trade that should lead to an order; its number follows
_MARKED = re.compile(rb"0\.777(\d{5})")
_ORDER = re.compile(rb"^POST (/api/v3/order|/fapi/v1/order|/v1/orders)[ ?]")
_MARKET = re.compile(rb"(?:symbol=|\"market\": ?\"|market=)([A-Z0-9-]+)")
LAG_EVERY = 0.005


@dataclass(slots=True)
class Stopwatch:
    """`heard`: number of a marked trade -> when its bytes came. `sent`: orders (when, path,
    market). `lags`: (when, how much later than asked for the loop came back). `commits`: (when, how
    long an order waited for the disk)."""

    heard: dict[int, float] = field(default_factory=dict)
    sent: list[tuple[float, str, str]] = field(default_factory=list)
    lags: list[tuple[float, float]] = field(default_factory=list)
    commits: list[tuple[float, float]] = field(default_factory=list)

    def start(self) -> None:
        """Look at all that aiohttp reads and writes from now on, in the same way for everybody."""
        from aiohttp.client_proto import ResponseHandler
        from aiohttp.http_writer import StreamWriter

        read, write = ResponseHandler.data_received, StreamWriter._writelines

        def reads(handler: ResponseHandler, data: bytes) -> None:
            if MARK in data:
                at = perf_counter()
                for found in _MARKED.finditer(data):
                    self.heard.setdefault(int(found[1]), at)
            read(handler, data)

        def writes(writer: StreamWriter, chunks: tuple[bytes, ...]) -> None:
            write(writer, chunks)
            self._wrote(chunks)

        ResponseHandler.data_received = reads  # type: ignore[assignment,method-assign]
        StreamWriter._writelines = writes  # type: ignore[assignment,method-assign]

    def _wrote(self, chunks: tuple[bytes, ...]) -> None:
        at, text = perf_counter(), b"".join(bytes(chunk) for chunk in chunks)
        path, market = _ORDER.match(text), _MARKET.search(text)
        if path and market:
            self.sent.append((at, path[1].decode(), market[1].decode()))

    async def run(self) -> None:
        """How late the loop is, two hundred times a second."""
        while True:
            begin = perf_counter()
            await asyncio.sleep(LAG_EVERY)
            now = perf_counter()
            self.lags.append((now, now - begin - LAG_EVERY))

    def write(self, path: Path) -> None:
        """For whoever asked for the measurement."""
        path.write_text(json.dumps([list(self.heard.items()), self.sent, self.lags, self.commits]))
