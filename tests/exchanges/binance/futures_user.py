"""The USD-M user stream: listen keys, and events to whoever connected with the valid one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tests.exchanges.binance.errors import refused
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.hub import Connection, Hub

HOUR = 3_600_000


@dataclass
class ListenKeys:
    """The account's one listen key. It lives for an hour after it was last asked for."""

    hub: Hub
    clock: Clock
    key: str = ""
    expires: int = 0

    def open(self) -> object:
        """POST listenKey: a new one, or the valid one for another hour."""
        self.key = self.key or secrets.token_hex(32)
        self.expires = self.clock.now() + HOUR
        return {"listenKey": self.key}

    def renew(self) -> object:
        """PUT listenKey. Raises -1125 when there is none any more."""
        if not self.key:
            raise refused(-1125)
        return self.open()

    def close(self) -> object:
        """DELETE listenKey: nobody hears anything from now on."""
        self.key = ""
        return {}

    def push(self, event: dict[str, object]) -> int:
        """To every connection of the valid key, unless its kind is muted; tells how many."""
        if event["e"] in self.hub.muted:
            self.hub.kept_back += len(self.listeners())
            return 0
        return sum(self.hub.send(connection, event) for connection in self.listeners())

    def listeners(self) -> list[Connection]:
        """Connections of the valid key."""
        return [
            c for c in tuple(self.hub.connections)
            if self.key and c.path.startswith("/private") and c.query.get("listenKey") == self.key
        ]  # fmt: skip

    def expire(self) -> None:
        """The key is over: told once, then silence on a connection that stays open."""
        if self.key:
            event = {"e": "listenKeyExpired", "E": self.clock.now(), "listenKey": self.key}
            self.push(event)
            self.key = ""

    def beat(self) -> None:
        """Time went on."""
        if self.key and self.clock.now() >= self.expires:
            self.expire()
