"""A whole recording decided again: every life, every difference with its cause, in one value."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import trader
from trader.backtest import figures
from trader.backtest.replay.arguments import Asked
from trader.backtest.replay.causes import NONE, Circumstances, counted, explained
from trader.backtest.replay.deciding import Replayed, decided_again
from trader.backtest.replay.difference import KINDS, Difference
from trader.backtest.replay.wording import Say, Why, why
from trader.domain.errors import BadInput
from trader.shell.recording.code import changed, fingerprints
from trader.shell.recording.reading import Life, lives
from trader.strategies.catalogue import Catalogue, discover


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of answer: how many were recorded, how many were given now, how many differ."""

    what: str
    then: int
    now: int
    different: int


@dataclass(frozen=True, slots=True)
class Replay:
    """Lives in order; `differences` as asked for, in order. `notes` are sentences to be read."""

    lives: tuple[Replayed, ...]
    differences: tuple[Difference, ...]
    notes: tuple[Why, ...]

    @property
    def rows(self) -> list[Row]:
        """A row a kind of answer that there was, and one for everything else that differs."""
        then = sum((made.then for made in self.lives), Counter[str]())
        now = sum((made.now for made in self.lives), Counter[str]())
        wrong = Counter(one.what for one in self.differences)
        rows = [Row(word, then[k], now[k], wrong.pop(word, 0)) for k, (word, _) in KINDS.items()]
        rows += [Row(word, 0, 0, count) for word, count in wrong.items()]
        return [row for row in rows if row.then or row.now or row.different]

    @property
    def causes(self) -> dict[str, int]:
        """Differences by cause."""
        return counted(self.differences)

    @property
    def unexplained(self) -> int:
        """How many differences have no cause."""
        return self.causes[NONE]


def replayed(asked: Asked, catalogue: Catalogue | None = None) -> Replay:
    """Decide a recording again. Raises `BadInput` when it cannot be read."""
    known = catalogue or discover()
    made, differences, notes = [], list[Difference](), list[Why]()
    total = 1
    for life in wanted(asked):
        one = decided_again(life, known, asked.end)
        found = explained(one, _circumstances(life, known, asked, one), total)
        total += len(found)
        made.append(one)
        differences += [d for d in found if asked.within(d.at) and asked.about(d.place)]
        notes += _notes(one, asked)
    return Replay(tuple(made), tuple(differences), tuple(notes))


def wanted(asked: Asked) -> list[Life]:
    """The lives that began before --to. Raises `BadInput` when there is none."""
    found = lives(asked.folder)
    here = [life for life in found if asked.end is None or life.beginning.at < asked.end]
    if not here:
        first = figures.moment(found[0].beginning.at)
        raise BadInput(f"nothing was recorded before --to; the recording begins at {first}")
    return here


def _circumstances(life: Life, catalogue: Catalogue, asked: Asked, one: Replayed) -> Circumstances:
    def repeatable() -> bool:
        return decided_again(life, catalogue, asked.end).digest == one.digest

    now = fingerprints()
    versions = str(life.head.get("version")), trader.__version__
    return Circumstances(changed(life.head.get("code", {}), now), versions, repeatable)


def _notes(made: Replayed, asked: Asked) -> list[Why]:
    life = made.life.number
    notes = [
        why("note.missing", life=life, n=f"{count:,}", before=f"{before:,}")
        for before, count in made.missing
    ]
    if made.unlisted:
        notes.append(why("note.unlisted", life=life, n=f"{made.unlisted:,}"))
    if asked.end is None and not made.life.complete:
        notes.append(why("note.no_end", life=life))
    return notes


def as_json(made: Replay, say: Say) -> str:
    """Everything, for programs; sentences as `say` says them."""
    content: dict[str, Any] = {
        "lives": [_life(one) for one in made.lives],
        "answers": [asdict(row) for row in made.rows],
        "differences": [asdict(one) | {"why": say.why(one.why)} for one in made.differences],
        "causes": made.causes,
        "notes": [say.why(note) for note in made.notes],
        "unexplained": made.unexplained,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _life(made: Replayed) -> dict[str, Any]:
    head = made.life.head
    known = {name: head.get(name) for name in ("version", "mode", "market", "settings")}
    span = {"from": made.first, "to": made.last, "events": made.events}
    return {"life": made.life.number, **known, **span, "complete": made.life.complete}
