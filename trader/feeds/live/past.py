"""The past of a symbol as a start wants it: rows of its timeframe, hours where that is shorter."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from trader.domain.candles import Candle, Candles
from trader.domain.errors import BadInput, VenueRefused
from trader.domain.time import HOUR, Millis
from trader.feeds.candle_frames import table
from trader.feeds.demo import Scene
from trader.feeds.live.closes import SETTLED
from trader.feeds.live.frame import Frame
from trader.feeds.live.ports import PublicData, Wall

log = logging.getLogger("trader.feeds.live")
AT_ONCE = 4  # histories at a time


class Pasts:
    """Histories of new symbols of one venue; those that came stay when others fail."""

    def __init__(self, public: PublicData, wall: Wall, venue: str) -> None:
        self._public, self._wall, self._venue = public, wall, venue
        self._loaded: dict[str, tuple[Candles, Millis]] = {}
        self._frame = Frame(1, 1)
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def load(self, keys: Sequence[str], frame: Frame, scene: Scene) -> list[str]:
        """Load what is not there yet; answers symbols whose history the venue refuses.

        Raises `VenueUnavailable`: try again later.
        """
        if frame != self._frame:
            self._frame = frame
            self._loaded.clear()
        missing = [key for key in keys if key not in self._loaded]
        loading = (self._load(key, keys, frame, scene) for key in missing)
        refused = []
        for key, result in zip(
            missing, await asyncio.gather(*loading, return_exceptions=True), strict=True
        ):
            if isinstance(result, (VenueRefused, BadInput)):
                log.warning("%s is left out: %s", key, result)
                refused.append(key)
            elif isinstance(result, BaseException):
                raise result
        return refused

    def taken(self, key: str) -> tuple[Candles, Millis] | None:
        """A symbol's history and up to when it reaches; it is not here any more then."""
        return self._loaded.pop(key, None)

    def clear(self) -> None:
        """What nobody took is not wanted any more."""
        self._loaded.clear()

    async def _load(self, key: str, keys: Sequence[str], frame: Frame, scene: Scene) -> None:
        async with self._gate:
            until = frame.start(self._wall.now() - SETTLED)
            wanted = (scene.rows[key], scene.hours[key])
            self._loaded[key] = (await past(self._public, key, frame, wanted, until), until)
            there = sum(one in self._loaded for one in keys)
            log.info("%s: history of %d of %d symbols", self._venue, there, len(keys))


async def past(
    public: PublicData, key: str, frame: Frame, wanted: tuple[int, int], until: Millis
) -> Candles:
    """The newest closed candles before `until`, a start of one of them.

    `wanted`: rows of the timeframe, and closed hours. Raises what the port raises.
    """
    rows, hours = wanted
    candles = table(await _closed(public, key, frame, rows, until), frame.timeframe)
    if frame.timeframe >= HOUR:
        return candles
    hourly = await _closed(public, key, Frame(HOUR, HOUR), hours, until - until % HOUR)
    return replace(candles, hours=table(hourly, HOUR))


async def _closed(
    public: PublicData, key: str, frame: Frame, rows: int, until: Millis
) -> list[Candle]:
    """One more row than wanted: the oldest candle may lack its beginning when it is joined."""
    whole = frame.timeframe // frame.base
    found = await public.candles(key, frame.base, until, (rows + (whole > 1)) * whole)
    first = -(-found[0].time // frame.timeframe) * frame.timeframe if found else until
    return frame.candles(found, first, until)[-rows:]
