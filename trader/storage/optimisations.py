"""What the optimiser did: one row a search, written when it begins and again when it ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from trader.domain.time import Millis
from trader.storage.codec import clean

RUNNING = "running"
_LISTS = ("symbols",)
_TEXTS = (*_LISTS, "best", "running", "in_sample", "out_of_sample", "verdict")  # kept as JSON


@dataclass(frozen=True, slots=True)
class Optimisation:
    """One search. Times in ms UTC of the wall's clock; `ended_at` None while it runs.

    `kind` is `grid` or `k`; `by` who asked: `schedule`, `panel` ... `state` is `running`, then
    `done`, `failed` or `interrupted`. `best` and `running` are parameters by their names in
    `.env`; `in_sample` and `out_of_sample` figures by name (fractions); `verdict` the gate's, with
    its reasons. `adopted` says whether `best` came into force, `message` all of it in a sentence.
    """

    id: str
    kind: str
    venue: str
    by: str
    started_at: Millis
    symbols: tuple[str, ...] = ()
    ended_at: Millis | None = None
    state: str = RUNNING
    tried: int = 0
    best: Mapping[str, float] = field(default_factory=dict)
    running: Mapping[str, float] = field(default_factory=dict)
    in_sample: Mapping[str, Any] = field(default_factory=dict)
    out_of_sample: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    adopted: bool = False
    message: str = ""


NAMES = tuple(one.name for one in fields(Optimisation))


def row_of(optimisation: Optimisation) -> dict[str, Any]:
    """The row as it is written."""
    row = {name: getattr(optimisation, name) for name in NAMES}
    for name in _TEXTS:
        row[name] = json.dumps(row[name], ensure_ascii=False, default=dict)
    return row | {name: clean(row[name]) for name in ("by", "message")}


def value_of(row: Mapping[str, Any]) -> Optimisation:
    """The search of a row."""
    read = {name: json.loads(row[name]) if name in _TEXTS else row[name] for name in NAMES}
    return Optimisation(**{**read, **{name: tuple(read[name]) for name in _LISTS}})
