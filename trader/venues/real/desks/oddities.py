"""Rows of a report that cannot be read: left out, told once each, counted; the others stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

from trader.venues.real.line import Ears
from trader.venues.real.reading.fields import Row, Strange

_NUMBERS = ("orderId", "algoId", "uuid", "id", "tranId")
_MOST = 5_000


class Oddities:
    """Of one exchange, for as long as it is asked. `count`: rows left out, each once."""

    def __init__(self, venue: str, ears: Ears) -> None:
        self.count = 0
        self._venue = venue
        self._ears = ears
        self._told: dict[str, None] = {}

    def rows(self, body: Any, about: str) -> list[Row]:
        """The objects of a list. Raises `Strange` for an answer that is no list, and for one in
        which not a single row bears a number: then it is a list of something else."""
        if not isinstance(body, list) or (body and not any(map(_numbered, body))):
            raise Strange(f"the exchange's answer about {about} is no list of them")
        found: list[Row] = []
        for entry in body:
            if isinstance(entry, dict):
                found.append(entry)
            else:
                self.tell("strange_row", number_of(entry), f"a row of {about} is no object")
        return found

    @contextmanager
    def leaving_out(self, of: Row) -> Iterator[None]:
        """A row that turns out to be unreadable inside is left out."""
        try:
            yield
        except Strange as odd:
            self.tell("strange_row", number_of(of), str(odd))

    def tell(self, code: str, name: str, why: str) -> None:
        """`name`: an order of ours, or a row's number."""
        if name in self._told:
            return
        self.count += 1
        self._told[name] = None
        if len(self._told) > _MOST:
            del self._told[next(iter(self._told))]
        text = (
            f"{self._venue}:{name} cannot be read and is left out of reports ({self.count} so far)"
        )
        self._ears.notice(code, f"{text}: {why}")


def number_of(of: Any) -> str:
    """What the exchange calls a row; without a number the same row has always the same name."""
    return _numbered(of) or f"row-{crc32(repr(of).encode()):08x}"


def _numbered(of: Any) -> str:
    for name in _NUMBERS if isinstance(of, dict) else ():
        value = of.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return f"{name}={str(value)[:60]}"
    return ""


def newest(found: list[Row], *names: str) -> list[Row]:
    """Each order once, as it was told last; `names` of the fields that number it. Rows without a
    number are all kept."""
    known: dict[tuple[str, ...], Row] = {}
    for of in found:
        number = tuple(str(of.get(name) or f"?{id(of)}") for name in names)
        known[number] = of
    return list(known.values())
