"""The past of a symbol as a start wants it: rows of its timeframe, hours where that is shorter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trader.domain.candles import Candle, Candles
from trader.domain.time import HOUR, Millis
from trader.feeds.candle_frames import candles_of
from trader.feeds.live.frame import Frame
from trader.feeds.live.ports import PublicData


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


def table(rows: Sequence[Candle], timeframe: Millis) -> Candles:
    """Candles one by one as arrays."""
    time = np.array([row.time for row in rows], dtype=np.int64)
    values = np.array([row[2:] for row in rows], dtype=np.float64).reshape(len(rows), 6)
    o, h, low, c, v, turnover = np.ascontiguousarray(values.T)
    return candles_of(timeframe, (time, o, h, low, c, v, turnover))
