"""One life decided again: the same beginning, the same events, and every answer compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any

from config.redaction import Redactor
from trader.backtest.replay.difference import (
    BOOKS,
    FAILURE,
    KINDS,
    Difference,
    Pair,
    pairs,
    venue_by_id,
)
from trader.domain.events import Event
from trader.domain.outcome import Outcome
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.shell.recording.events import cleaned, json_of, plain_outcome
from trader.shell.recording.gist import gist_of, settings_of
from trader.shell.recording.reading import Check, Life, Moment
from trader.strategies.catalogue import Catalogue

KEPT = 20_000  # differences of a life that are kept; of the others only how many there were
Unlike = dict[str, dict[str, tuple[Any, Any]]]  # venue, parameter, (recorded, in force now)


@dataclass(slots=True)
class Replayed:
    """What came of one life. `then` and `now` count items by kind; `checks` are the
    events after which the recording was checked, `missing` how many events are not there in the
    block before one; `settings` from which event on parameters in force are not the
    recorded ones (empty: again they are). `digest` stands for every answer given now, `unlisted`
    counts differences beyond the most that are kept."""

    life: Life
    events: int = 0
    first: Millis = 0
    last: Millis = 0
    then: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    checks: list[int] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)
    settings: list[tuple[int, Unlike]] = field(default_factory=list)
    digest: str = ""
    unlisted: int = 0


def decided_again(life: Life, catalogue: Catalogue, until: Millis | None = None) -> Replayed:
    """Replay one life, moments before `until` only. Raises `BadInput` for damaged files."""
    return _Deciding(life, catalogue).to_the_end(until)


class _Deciding:
    def __init__(self, life: Life, catalogue: Catalogue) -> None:
        self._made = Replayed(life, first=life.beginning.at, last=life.beginning.at)
        self._engine: Engine = life.beginning.engine(catalogue)[0]
        self._clean = Redactor().clean
        self._settings: dict[str, dict[str, Any]] = {}
        self._books: dict[str, Any] = {}
        self._venues: set[str] = set()  # of which a difference is known
        self._hash = blake2s()

    def to_the_end(self, until: Millis | None) -> Replayed:
        made = self._made
        for item in made.life.items(until):
            if isinstance(item, Check):
                self._check(item)
            elif not self._moment(item):
                break
        made.digest = self._hash.hexdigest()
        return made

    def _moment(self, moment: Moment) -> bool:
        """Decide one event again; False when the engine cannot."""
        made = self._made
        made.events += 1
        made.last = max(made.last, moment.at)
        try:
            outcome = self._engine.process(moment.event)
        except Exception as error:  # noqa: BLE001  the engine of another version may do anything
            text = f"{type(error).__name__}: {error}"
            self._add(moment, FAILURE, Pair("", type(moment.event).__name__, text))
            return False
        if moment.answer or not outcome.empty:
            self._compare(moment, outcome)
        return True

    def _compare(self, moment: Moment, outcome: Outcome) -> None:
        now = plain_outcome(outcome)
        text = json_of(now)
        self._hash.update(f"{moment.number}{text}".encode())
        if self._clean(text) != text:
            now = cleaned(now, self._clean)
        for kind in moment.answer.keys() | now.keys():
            self._made.then[kind] += len(moment.answer.get(kind, ()))
            self._made.now[kind] += len(now.get(kind, ()))
        if now != moment.answer:
            for kind, pair in _unlike(moment.answer, now):
                self._add(moment, KINDS[kind][0], pair)

    def _add(self, moment: Moment, what: str, pair: Pair) -> None:
        life, at = self._made.life.number, moment.at
        place = pair.place or _place_of(moment.event)
        self._note(Difference(life, moment.number, at, what, place, *pair.texts))

    def _note(self, found: Difference) -> None:
        """Keep a difference; beyond the most only the first of a venue, which the others follow."""
        first = found.venue not in self._venues
        if first or len(self._made.differences) < KEPT:
            self._venues.add(found.venue)
            self._made.differences.append(found)
        else:
            self._made.unlisted += 1

    def _check(self, check: Check) -> None:
        made = self._made
        made.checks.append(check.number)
        if check.missing:
            made.missing.append((check.number, check.missing))
        self._settings |= check.settings
        self._books |= check.books
        unlike = _parameters(self._settings, settings_of(self._engine.state))
        if unlike != (made.settings[-1][1] if made.settings else {}):
            made.settings.append((check.number, unlike))
        now = gist_of(self._engine.state)
        for venue in sorted(self._books):
            if self._books[venue] != now.get(venue):
                texts = Pair(venue, self._books[venue], now.get(venue)).texts
                life = made.life.number
                self._note(Difference(life, check.number, made.last, BOOKS, venue, *texts))
                self._books[venue] = now.get(venue)  # told once, and again when it changes


def _place_of(event: Event) -> str:
    """The symbol or venue of an event, for what does not name its own."""
    told = getattr(event, "key", "") or getattr(event, "venue", "")
    return told or venue_by_id(getattr(event, "order_id", ""))


def _unlike(then: dict[str, Any], now: dict[str, Any]) -> Iterator[tuple[str, Pair]]:
    for kind in KINDS:
        for pair in pairs(kind, then.get(kind, []), now.get(kind, [])):
            yield kind, pair


def _parameters(then: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> Unlike:
    """Recorded parameters that are not those in force; ones this version does not know are left
    out: the code's fingerprint tells of those."""
    found: Unlike = {}
    for venue, recorded in then.items():
        known = now.get(venue, {})
        unlike = {
            n: (v, known[n]) for n, v in recorded.items() if n in known and _plain(known[n]) != v
        }
        if unlike:
            found[venue] = unlike
    return found


def _plain(value: Any) -> Any:
    """A value as JSON brings it back."""
    return list(value) if isinstance(value, tuple) else value
