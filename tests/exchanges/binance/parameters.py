"""Parameters of one request as Binance reads them: each once, all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from tests.exchanges.binance.errors import refused

ALWAYS = frozenset({"timestamp", "recvWindow", "signature", "apiKey"})
SPOT_ID = "^[a-zA-Z0-9-_]{1,36}$"
FUTURES_ID = r"^[\.A-Z\:/a-z0-9_-]{1,36}$"


class Parameters:
    """Reads parameters by name and remembers which ones nobody asked for."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Names may come several times where a list is asked for."""
        self._values: dict[str, list[str]] = {}
        self._read: set[str] = set()
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def many(self, name: str) -> list[str]:
        """All values of a name, none when it was not sent."""
        self._read.add(name)
        return self._values.get(name, [])

    def optional(self, name: str) -> str | None:
        """A parameter's text, or None when it was not sent. Raises -1101 when it came twice."""
        values = self.many(name)
        if len(values) > 1:
            raise refused(-1101, name)
        return values[0] if values else None

    def text(self, name: str) -> str:
        """A mandatory parameter. Raises -1102 when it is missing or empty."""
        value = self.optional(name)
        if not value:
            raise refused(-1102, name)
        return value

    def choice(self, name: str, among: Iterable[str], code: int) -> str:
        """A mandatory parameter of a fixed set. Raises `code` outside it."""
        value = self.text(name)
        if value not in among:
            raise refused(code)
        return value

    def amount(self, name: str) -> Decimal:
        """A mandatory plain decimal number of at least 0. Raises -1100, -1102."""
        value = self.amount_or_none(name)
        if value is None:
            raise refused(-1102, name)
        return value

    def amount_or_none(self, name: str) -> Decimal | None:
        """An optional plain decimal number. Raises -1100 for anything but digits and a point."""
        text = self.optional(name)
        if text is None:
            return None
        pattern = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
        if not re.match(pattern, text):
            raise refused(-1100, name, pattern)
        return Decimal(text)

    def whole(self, name: str) -> int | None:
        """An optional whole number. Raises -1100."""
        text = self.optional(name)
        if text is None:
            return None
        if not text.isdecimal():
            raise refused(-1100, name, "^[0-9]{1,20}$")
        return int(text)

    def flag(self, name: str) -> bool:
        """An optional `true` or `false`, false when it was not sent."""
        return (self.optional(name) or "false").lower() == "true"

    def client_id(self, name: str, pattern: str = SPOT_ID) -> str | None:
        """An optional client id. Raises -1100 for letters that ids must not have."""
        value = self.optional(name)
        if value is not None and not re.match(pattern, value):
            raise refused(-1100, name, pattern)
        return value

    def ignore_rest(self) -> None:
        """This request does not mind what else is sent."""
        self._read.update(self._values)

    def all_read(self) -> None:
        """Raises -1104 when something was sent that this request does not know."""
        known = self._read | ALWAYS
        read = sum(name in known for name in self._values)
        if read < len(self._values):
            raise refused(-1104, read, len(self._values))
