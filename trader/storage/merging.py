"""New rows put among stored ones: sorted, each once, the newer one of two that are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trader.storage.kinds import TIME, Columns

if TYPE_CHECKING:
    from trader.domain.candles import Bools


def merged(stored: Columns, fresh: Columns, identity: tuple[str, ...]) -> tuple[Columns, int, int]:
    """All rows by `identity` (its first column first), how many are new, how many were revised."""
    begin = _first_touched(stored, fresh)
    head = {name: column[:begin] for name, column in stored.items()}
    tail = {name: np.concatenate((stored[name][begin:], fresh[name])) for name in stored}
    old = np.arange(len(tail[TIME])) < len(stored[TIME]) - begin
    order = np.lexsort([tail[name] for name in reversed(identity)])
    ordered = {name: column[order] for name, column in tail.items()}
    last = ~_as_before(ordered, identity, shift=-1)
    revised, new = _changes(ordered, old[order], identity)
    rest = {name: column[last] for name, column in ordered.items()}
    return {n: np.concatenate((head[n], rest[n])) for n in stored}, new, revised


def _first_touched(stored: Columns, fresh: Columns) -> int:
    """The first stored row that can meet a fresh one: all before it stays as it is."""
    time = stored[TIME]
    if not len(fresh[TIME]):
        return len(time)
    if len(time) and bool(np.any(np.diff(time) < 0)):
        return 0  # a file of another program, unsorted
    return int(np.searchsorted(time, fresh[TIME].min()))


def _as_before(columns: Columns, names: tuple[str, ...], shift: int = 1) -> Bools:
    """Whether each row equals the one before it (shift -1: the one after it) in these columns."""
    rows = len(columns[TIME])
    same = np.ones(max(0, rows - 1), dtype=np.bool_)
    for name in names:
        same &= columns[name][1:] == columns[name][:-1]
    edge = np.zeros(min(1, rows), dtype=np.bool_)
    return np.concatenate((edge, same) if shift == 1 else (same, edge))


def _changes(columns: Columns, old: Bools, identity: tuple[str, ...]) -> tuple[int, int]:
    """Stored rows that read differently now, and rows that were not there."""
    repeats = _as_before(columns, identity)
    equal = _as_before(columns, tuple(columns))
    heads = np.flatnonzero(~repeats)
    known = old[heads]
    changed = np.add.reduceat(repeats & ~equal, heads) > 0 if len(heads) else known
    return int(np.count_nonzero(known & changed)), int(np.count_nonzero(~known))
