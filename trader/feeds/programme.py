"""Which recordings are played, and from when: the finest of each symbol that there is then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.errors import BadInput
from trader.domain.time import DAY, HOUR, Millis
from trader.feeds.opening import liveliness
from trader.feeds.recordings import Archive, find_recordings, read_funding
from trader.feeds.replay import ReplayMarket
from trader.feeds.shelf import Reel, Shelf, Wish, shelf_of

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats

_CANDLES_BEFORE = 1_000  # of the longest trading timeframe, and at least ...
_HOURS_BEFORE = 400  # ... this many hours
_HOURS_AFTER = 24
_KEPT = 100 * DAY  # of history, for percentiles of 90 days
_DENSE = 0.9  # share of the candles that must be there
_THIN = 0.5  # below this a coarser reel is preferred at a start asked for


def open_replay(wish: Wish) -> ReplayMarket:
    """Find, choose and read recorded candles as a market.

    With `wish.start` every symbol that has candles in the day after it is played. Without, it
    begins where most symbols have both a history and a day to come, in the longest such stretch,
    at its liveliest hour. Raises `BadInput` when nothing can be played as wished.
    """
    archive = find_recordings(wish.paths)
    shelf = shelf_of(archive, wish)
    before = max(_HOURS_BEFORE, _CANDLES_BEFORE * max(wish.timeframes.values()) // HOUR)
    kept = max(_KEPT, 2 * before * HOUR)
    if wish.start is not None:
        return _load(archive, _reels_at(shelf, wish.start), wish.start, kept)
    reels, hours = _best_hours(shelf, before)
    market = _load(archive, reels, (shelf.origin + hours.start) * HOUR, kept)
    return market.beginning(_liveliest(market, len(hours)))


def _load(archive: Archive, reels: list[Reel], start: Millis, kept: Millis) -> ReplayMarket:
    tables = {reel.key: (reel.timeframe, reel.read(start - kept)) for reel in reels}
    rates = {key: read_funding(path) for key, path in archive.funding if key in tables}
    return ReplayMarket(tables, start, rates)


def _reels_at(shelf: Shelf, start: Millis) -> list[Reel]:
    """For each symbol the finest reel with candles in the day from `start` on."""
    hour = start // HOUR - shelf.origin
    found: dict[str, Reel] = {}
    for least in (_THIN, 0.0):
        for reel in shelf.reels:
            day = reel.cover[max(hour, 0) : max(hour + _HOURS_AFTER, 0)]
            if reel.key not in found and day.sum() > least * _HOURS_AFTER:
                found[reel.key] = reel
    if not found:
        first, last = _date(shelf.origin), _date(shelf.origin + shelf.hours - 1)
        raise BadInput(
            f"no recorded candle in the day from {_date(start // HOUR)}; "
            f"choose a --start from {first} to {last}"
        )
    names = dict.fromkeys(reel.key for reel in shelf.reels)
    return [found[key] for key in names if key in found]


def _best_hours(shelf: Shelf, before: int) -> tuple[list[Reel], range]:
    """Reels to play, and the longest stretch of hours (from the origin) at which they can begin.

    When no symbol has all the history that is wanted, less of it has to do.
    """
    for wanted in (before, before // 4, before // 16, 0):
        ready = [_ready(reel, wanted) for reel in shelf.reels]
        symbols = _symbols_ready(shelf, ready)
        if symbols.max() > 0:
            first, last = _longest_run(symbols == symbols.max())
            rows = _finest(shelf, [bool(mask[first]) for mask in ready])
            together = np.all([ready[row][first:last] for row in rows], axis=0)
            length = int(np.argmin(np.append(together, False)))
            return [shelf.reels[row] for row in rows], range(first, first + length)
    rows = _finest(shelf, [bool(reel.cover[0] > 0.0) for reel in shelf.reels])
    return [shelf.reels[row] for row in rows], range(1)


def _ready(reel: Reel, before: int) -> Bools:
    """Hours at which enough lies behind and enough follows."""
    total = np.concatenate(([0.0], np.cumsum(reel.cover)))
    hours = np.arange(len(reel.cover))
    past = total[hours] - total[np.maximum(hours - before, 0)]
    end = np.minimum(hours + _HOURS_AFTER, len(reel.cover))
    to_come = total[end] - total[hours]
    result: Bools = (past >= _DENSE * before) & (to_come >= _DENSE * _HOURS_AFTER)
    return result


def _symbols_ready(shelf: Shelf, ready: list[Bools]) -> Floats:
    """How many symbols can begin at each hour, on whichever of their reels."""
    by_key: dict[str, Bools] = {}
    for reel, mask in zip(shelf.reels, ready, strict=True):
        by_key[reel.key] = by_key[reel.key] | mask if reel.key in by_key else mask
    result: Floats = np.sum(list(by_key.values()), axis=0, dtype=np.float64)
    return result


def _finest(shelf: Shelf, ready: list[bool]) -> list[int]:
    """Rows of the first ready reel of every symbol; reels stand finest first."""
    rows: dict[str, int] = {}
    for row, reel in enumerate(shelf.reels):
        if ready[row]:
            rows.setdefault(reel.key, row)
    return list(rows.values())


def _longest_run(mask: Bools) -> tuple[int, int]:
    """First and end of the longest stretch of True; the first of equal ones."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    first, end = edges[0::2], edges[1::2]
    longest = int(np.argmax(end - first))
    return int(first[longest]), int(end[longest])


def _liveliest(market: ReplayMarket, hours: int) -> Millis:
    """The moment among the `hours` from the market's start on before which most was going on."""
    score = np.zeros(hours)
    end = market.start + (hours - 1) * HOUR
    for key in market.keys:
        table = market.hours(key, hours + 50, end)
        place = (table.time + HOUR - market.start) // HOUR
        inside = place >= 0
        score[place[inside]] += liveliness(table)[inside]
    return market.start + int(np.argmax(score)) * HOUR


def _date(hour: int) -> str:
    return f"{datetime.fromtimestamp(hour * HOUR / 1_000, UTC):%Y-%m-%d}"
