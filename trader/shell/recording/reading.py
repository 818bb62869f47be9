"""Recordings read back: lives of an engine, each with its beginning and its moments in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trader.domain.errors import BadInput
from trader.domain.events import Event, OrderFilled
from trader.domain.time import Millis
from trader.shell.beginning import Beginning
from trader.shell.recording.codecs import codec_of
from trader.shell.recording.events import event_of, is_event
from trader.shell.recording.layout import ANSWER, END, FORMAT, LAYOUT, Place, places
from trader.shell.recording.lines import Damaged, Lines

_UNREADABLE = (KeyError, ValueError, TypeError, IndexError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Moment:
    """One event with its number in its life (from 1) and the plain outcome that it had."""

    number: int
    event: Event
    answer: dict[str, Any]

    @property
    def at(self) -> Millis:
        """The event's market time."""
        return self.event.fill.at if isinstance(self.event, OrderFilled) else self.event.at


@dataclass(frozen=True, slots=True)
class Check:
    """The books and settings of venues that changed, after event `number`; `missing` events were
    recorded since the last check and are not there."""

    number: int
    books: dict[str, Any]
    settings: dict[str, dict[str, Any]]
    missing: int


@dataclass(slots=True)
class Life:
    """One engine from its start to its stop, in one or more files.

    `complete` is known after `items` was read: False when it ended without a stop in order.
    """

    number: int
    paths: tuple[Path, ...]
    head: dict[str, Any]
    beginning: Beginning
    complete: bool = field(default=False)

    def items(self, until: Millis | None = None) -> Iterator[Moment | Check]:
        """Moments and checks in order, moments before `until` (ms) only.

        Raises `BadInput` where a file is damaged. What a kill cut off at the end is left out.
        """
        self.complete = False
        told = 0  # the running number of the newest check
        newest = self.beginning.at
        for place, path in enumerate(self.paths):
            last = place == len(self.paths) - 1
            lines = Lines(path, torn=last)
            try:
                for raw, check in lines.blocks():
                    found = _moments(raw, told)
                    here = [one for one in found if until is None or one.at < until]
                    yield from here
                    if len(here) < len(found):
                        return
                    newest = max((one.at for one in found), default=newest)
                    yield _checked(check, told + len(found))
                    told = check[1]
                    self.complete = any(line == [END] for line in raw[-1:])
            except Damaged as error:
                raise BadInput(_what_now(path, error, newest, told)) from error
            except _UNREADABLE as error:
                raise BadInput(_what_now(path, error, newest, told)) from error


def lives(folder: Path) -> list[Life]:
    """Every life of a recording, oldest first. Raises `BadInput`: none, a gap, an older layout."""
    known: dict[int, list[Place]] = {}
    for place in places(folder):
        known.setdefault(place.life, []).append(place)
    if not known:
        raise BadInput(f"{folder} holds no recording; run_bot.py --record {folder} makes one")
    found = [_life(folder, number, parts) for number, parts in known.items()]
    whole = [life for life in found if life is not None]
    if not whole:
        raise BadInput(f"{folder} holds no event: its bot was stopped before the first one")
    return whole


def _life(folder: Path, number: int, parts: list[Place]) -> Life | None:
    """None for one that was killed before its head was on disk."""
    for wanted, place in enumerate(parts, start=1):
        if place.part != wanted:
            missing = Place(number, wanted).name
            raise BadInput(f"{folder / missing} is missing; put it back beside the others")
    paths = tuple(folder / place.name for place in parts)
    head = Lines(paths[0], torn=True).head()
    if head is None:
        return None
    _refuse_foreign(paths[0], head)
    try:
        beginning = codec_of(Beginning).read(head["beginning"])
    except _UNREADABLE as error:
        raise BadInput(f"{paths[0]}: its head is damaged ({error}); nothing of it can be replayed"
                       ) from error  # fmt: skip
    return Life(number, paths, head, beginning)


def _refuse_foreign(path: Path, head: dict[str, Any]) -> None:
    if head.get("recording") != FORMAT:
        raise BadInput(f"{path} is no recording of run_bot.py --record")
    layout = head.get("layout")
    if layout != LAYOUT:
        raise BadInput(
            f"{path} was recorded in layout {layout} by version {head.get('version')}; this "
            f"version reads layout {LAYOUT}: replay it with the version that recorded it"
        )


def _moments(raw: list[Any], told: int) -> list[Moment]:
    """The events of one block, each with the answer that stands below it."""
    found: list[Moment] = []
    for line in raw:
        if line[0] == ANSWER:
            found[-1].answer.update(line[1])
        elif is_event(line[0]):
            found.append(Moment(told + len(found) + 1, event_of(line[0], line[1]), {}))
        elif line[0] != END:
            raise ValueError(f"a line of the unknown kind {line[0]!r}")
    return found


def _checked(check: list[Any], seen: int) -> Check:
    missing = check[1] - seen
    if missing < 0:
        raise ValueError(f"{-missing} events too many")
    return Check(check[1], check[3]["books"], check[3]["settings"], missing)


def _what_now(path: Path, error: Exception, at: Millis, events: int) -> str:
    from datetime import UTC, datetime

    until = datetime.fromtimestamp(at / 1_000, UTC).isoformat(timespec="milliseconds")
    text = str(error) or type(error).__name__
    return (
        f"{path} is damaged after {events:,} events of its life ({text}); what stands before can "
        f"be replayed with --to {until.replace('+00:00', '')}"
    )
