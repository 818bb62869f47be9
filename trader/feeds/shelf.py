"""What recordings there are of each symbol, and which hours of which year they cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.errors import BadInput
from trader.domain.instrument import VENUES, venue_of
from trader.domain.time import HOUR, MINUTE, Millis
from trader.feeds.candle_frames import Columns, joined
from trader.feeds.recordings import Archive, Recording, read_candles, read_times

if TYPE_CHECKING:
    from trader.domain.candles import Floats


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be played. `timeframes`: venue -> trading timeframe in ms, of the venues in use.

    `start`: from when, None for a good moment. `keys`: only these; empty for all there are.
    """

    paths: tuple[Path, ...]
    timeframes: Mapping[str, Millis]
    start: Millis | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reel:
    """Files of one symbol and timeframe. `cover[h]` is the share of hour h that they hold."""

    key: str
    timeframe: Millis
    files: tuple[Recording, ...]
    cover: Floats

    def read(self, since: Millis) -> Columns:
        """Candles of all its files as one table; of equal times the later file's row stays."""
        time, *numbers = joined([read_candles(recording, since) for recording in self.files])
        order = np.argsort(time, kind="stable")
        kept = order[np.append(np.diff(time[order]) > 0, True)[: len(order)]]
        o, h, low, c, v, turnover = (column[kept] for column in numbers)
        return (time[kept], o, h, low, c, v, turnover)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Reels that can make the timeframes wanted: by venue and name, finest first within a symbol.

    Hour 0 of `cover` is hour `origin` since 1970.
    """

    reels: tuple[Reel, ...]
    origin: int

    @property
    def hours(self) -> int:
        """How many hours lie between the first and the last candle of all."""
        return len(self.reels[0].cover)


def shelf_of(archive: Archive, wish: Wish) -> Shelf:
    """Sort what was found. Raises `BadInput` when nothing of it can be played as wished."""
    files: dict[tuple[str, Millis], list[Recording]] = {}
    for recording in archive.candles:
        if _is_wanted(recording, wish):
            files.setdefault((recording.key, recording.timeframe), []).append(recording)
    if not files:
        raise BadInput(_nothing_fits(archive, wish))
    order = sorted(files, key=lambda name: (VENUES.index(venue_of(name[0])), *name))
    hours = {name: _hours_of(files[name]) for name in order}
    origin = min(first for first, _ in hours.values())
    length = max(first + len(cover) for first, cover in hours.values()) - origin
    reels = [
        Reel(*name, tuple(files[name]), _placed(cover, first - origin, length))
        for name, (first, cover) in hours.items()
    ]
    return Shelf(tuple(reels), origin)


def _placed(cover: Floats, start: int, length: int) -> Floats:
    whole = np.zeros(length)
    whole[start : start + len(cover)] = cover
    return whole


def _is_wanted(recording: Recording, wish: Wish) -> bool:
    trading = wish.timeframes.get(venue_of(recording.key))
    if trading is None or (wish.keys and recording.key not in wish.keys):
        return False
    return recording.timeframe >= MINUTE and trading % recording.timeframe == 0


def _nothing_fits(archive: Archive, wish: Wish) -> str:
    have = sorted({recording.path.name for recording in archive.candles})
    shown = ", ".join(have[:6]) + (f" and {len(have) - 6} more" if len(have) > 6 else "")
    wanted = ", ".join(f"{venue} {ms // MINUTE} min" for venue, ms in wish.timeframes.items())
    return (
        f"no recorded candles of {' '.join(wish.keys) or 'any symbol'} make the timeframes in use "
        f"({wanted}); there are {shown}: choose another TIMEFRAME, VENUES or SYMBOLS"
    )


def _hours_of(files: list[Recording]) -> tuple[int, Floats]:
    """The first hour since 1970 with a candle, and from there the share of each that is covered."""
    length = files[0].timeframe
    times = np.unique(np.concatenate([read_times(file) for file in files]) // length) * length
    spanned = np.arange(max(1, length // HOUR), dtype=np.int64)
    places = (times[:, None] // HOUR + spanned[None, :]).ravel()
    first = int(places[0])
    candles = np.bincount(places - first).astype(np.float64)
    return first, candles * min(1.0, length / HOUR)
