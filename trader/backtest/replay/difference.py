"""What differs between two answers to the same event, item by item and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trader.backtest.replay.wording import NOTHING, Why
from trader.domain.instrument import venue_of
from trader.domain.outcome import Notice, Question
from trader.domain.time import Millis
from trader.venues.router import venue_of_id

ABSENT = "-"
# Lists of an outcome: the word for people, and the field that tells two of its items apart.
KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "submit": ("orders sent", ("id",)),
    "cancel": ("cancels", ()),
    "ask": ("questions", ("about", "subject")),
    "convert": ("conversions of dust", ("venue",)),
    "orders": ("order states", ("id",)),
    "intents": ("controls", ("order_id",)),
    "fills": ("fills", ("id",)),
    "positions": ("positions", ("id",)),
    "trades": ("trades", ("id",)),
    "books": ("books", ("venue",)),
    "decisions": ("decisions", ("key", "strategy")),
    "notices": ("notices", ("code", "key")),
    "answers": ("answers", ("id",)),
}
BOOKS, FAILURE = "books at a check", "failure"
_ROWS = {"ask": Question._fields, "notices": Notice._fields}
_SHORT = ("side", "direction", "quantity", "price", "stop_price", "action", "reasons", "status",
          "exit_reason", "text", "subject", "result")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One item that is not what it was. `number` counts the events of a life from 1; `place` is a
    key (`upbit:BTC/KRW`), a venue, or empty; `then` and `now` are texts. `cause` is a code of
    `causes.py` with `why` in words. `no` numbers the differences of a replay; `root` is the `no`
    of the one that it follows from (0: from none)."""

    life: int
    number: int
    at: Millis
    what: str
    place: str
    then: str
    now: str
    cause: str = ""
    why: Why = NOTHING
    no: int = 0
    root: int = 0

    @property
    def venue(self) -> str:
        """The venue; empty when it concerns all of them."""
        return venue_of(self.place) if ":" in self.place else self.place


@dataclass(frozen=True, slots=True)
class Pair:
    """One item of a list as it was and as it is, one of them None when it is not there."""

    place: str
    then: Any
    now: Any

    @property
    def texts(self) -> tuple[str, str]:
        """Only the fields that differ, or the item in short when the other is absent."""
        if not (isinstance(self.then, dict) and isinstance(self.now, dict)):
            return _short(self.then), _short(self.now)
        names = [n for n in self.then | self.now if self.then.get(n) != self.now.get(n)]
        return _named(self.then, names), _named(self.now, names)


def pairs(kind: str, then: list[Any], now: list[Any]) -> Iterator[Pair]:
    """Items of one list that are not equal, in the order of the recording."""
    ours, theirs = _identified(kind, then), _identified(kind, now)
    for identity in [*ours, *(name for name in theirs if name not in ours)]:
        one, other = ours.get(identity), theirs.get(identity)
        if one != other:
            yield Pair(place_of(kind, one if one is not None else other), one, other)


def place_of(kind: str, item: Any) -> str:
    """The symbol or venue that an item is about; empty when it does not say."""
    if not isinstance(item, dict):
        return venue_by_id(item)
    if kind == "ask":
        return venue_by_id(item["subject"]) if item["about"] == "order" else item["subject"]
    return item.get("key") or item.get("venue") or venue_by_id(item.get("order_id", ""))


def venue_by_id(order_id: str) -> str:
    """The venue of a client id; empty when it is none."""
    try:
        return venue_of_id(order_id)
    except LookupError:
        return ""


def _identified(kind: str, items: list[Any]) -> dict[tuple[Any, ...], Any]:
    """Items by what tells them apart, equals numbered."""
    names = KINDS[kind][1]
    found: dict[tuple[Any, ...], Any] = {}
    for raw in items:
        item = dict(zip(_ROWS[kind], raw, strict=True)) if kind in _ROWS else raw
        identity = tuple(item[name] for name in names) if names else (item,)
        number = 0
        while (*identity, number) in found:
            number += 1
        found[*identity, number] = item
    return found


def _short(item: Any) -> str:
    if item is None:
        return ABSENT
    if not isinstance(item, dict):
        return str(item)
    named = [n for n in _SHORT if item.get(n) not in (None, "", [])]
    return _named(item, named) if named else "there"


def _named(item: Mapping[str, Any], names: list[str]) -> str:
    return " ".join(f"{name}={_value(item.get(name, ABSENT))}" for name in names) or ABSENT


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return str(value)
