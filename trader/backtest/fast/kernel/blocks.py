"""What a block of candles comes to: extremes of prices, bits of signals."""

from __future__ import annotations

from typing import Any

from trader.backtest.fast.kernel.forms import BLOCK


def extremes(high: Any, low: Any, close: Any, room: Any) -> None:
    """Highest high, lowest low, highest and lowest close of each whole block, into four rows."""
    highs, lows, tops, bottoms = room
    for block in range(len(highs)):
        first = block * BLOCK
        part_high, part_low = high[first : first + BLOCK], low[first : first + BLOCK]
        part_close = close[first : first + BLOCK]
        above, under, top, bottom = part_high[0], part_low[0], part_close[0], part_close[0]
        for place in range(1, BLOCK):
            above = max(above, part_high[place])
            under = min(under, part_low[place])
            top = max(top, part_close[place])
            bottom = min(bottom, part_close[place])
        highs[block], lows[block], tops[block], bottoms[block] = above, under, top, bottom


def heard(flags: Any, bits: Any) -> None:
    """All bits of the rows before each whole block's candles: row i speaks in candle i + 1."""
    for block in range(len(bits)):
        first = block * BLOCK
        found = flags[first - 1] if first else flags[0]
        part = flags[first : first + BLOCK]
        for place in range(BLOCK - 1):
            found |= part[place]
        bits[block] = found


def end(row: int, last: int) -> int:
    """First row behind the block in which a row stands, `last` at most."""
    return int(min((row // BLOCK + 1) * BLOCK, last))
