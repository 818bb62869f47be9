"""What is at stake while the daemon is gone: positions that no order on the exchange protects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trader.domain.order import LIVE, Kind, Purpose, Status

_STOPS = (Kind.OCO.value, Kind.STOP_MARKET.value)
_STANDING = (Status.OPEN.value, Status.PARTIAL.value)
Shares = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Stake:
    """`shares`: venue -> exchange or nobody -> share of the position value (at entry prices).

    `open`: something may be lost: a position without protection, or an entry order under way that
    may become one.
    """

    open: bool
    shares: Shares


def stake_of(journal: Path | None, last: Shares) -> Stake:
    """Read a journal that nobody needs to have opened; never writes, never raises.

    Where it cannot be read (a database elsewhere, a damaged file), what the daemon said `last` of
    its coverage decides.
    """
    try:
        if journal is None:
            return _as_said(last)
        uri = f"{journal.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=1.0)) as connection:
            return _as_written(connection)
    except (sqlite3.Error, OSError, ValueError):
        return _as_said(last)


def _as_said(last: Shares) -> Stake:
    shares = {}
    for venue, said in last.items():
        there = float(said.get("exchange", 0.0))
        shares[venue] = {"exchange": there, "nobody": 1.0 - there}
    return Stake(any(share["nobody"] > 1e-9 for share in shares.values()), shares)


def _as_written(connection: sqlite3.Connection) -> Stake:
    marks = ",".join("?" * len(LIVE))
    query = f"SELECT key, kind, purpose, status FROM orders WHERE status IN ({marks})"  # noqa: S608
    live = connection.execute(query, sorted(LIVE)).fetchall()
    held = connection.execute("SELECT venue, key, quantity, entry_price FROM positions").fetchall()
    guarded = {key for key, kind, _, status in live if kind in _STOPS and status in _STANDING}
    entering = any(purpose == Purpose.ENTRY.value for _, _, purpose, _ in live)
    bare = any(key not in guarded for _, key, _, _ in held)
    return Stake(entering or bare, _shares(held, guarded))


def _shares(held: Iterable[tuple[Any, ...]], guarded: set[str]) -> Shares:
    worth: dict[str, dict[str, float]] = {}
    for venue, key, quantity, price in held:
        who = "exchange" if key in guarded else "nobody"
        parts = worth.setdefault(venue, {"exchange": 0.0, "nobody": 0.0})
        parts[who] += float(quantity) * float(price)
    whole = {venue: sum(parts.values()) for venue, parts in worth.items()}
    return {
        venue: {who: part / whole[venue] for who, part in parts.items()}
        for venue, parts in worth.items()
        if whole[venue]
    }
