"""Strategies that cheat or are broken, as a user's own file would hold them, and what catches them.

Each is a piece of `signals` that sets `buy`; some need lines before the class or in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_FILE = '''
import random
import time
from collections import deque
from datetime import datetime, timezone
import numpy as np
from trader.indicators import averages
from trader.strategies.base import Raw, Strategy
from trader.strategies.filters import TREND
{before}

class Own(Strategy):
    """As somebody might write it."""

    name = "own"
    warmup = {warmup}
    filters = {filters}
{inside}

    def signals(self, chart, parameters):
        close, n = chart.close, len(chart)
        never = np.zeros(n, dtype=bool)
        level = None
{lines}
        sell = close < chart.sma(20)
        return Raw(buy=buy, sell=sell, short=never, cover=never, long_level=level,
                   short_level=None if level is None else level)
'''


class Cheat(NamedTuple):
    """`caught`: the check that must fail."""

    lines: str
    caught: str
    before: str = ""
    inside: str = ""
    warmup: int = 200
    filters: str = "()"


HONEST = Cheat("buy = close > chart.sma(50)", "")
CHEATS = {
    "the next close": Cheat(
        "buy = np.append(close[1:], close[-1:]) > close", "look_ahead"
    ),
    "the next close by a roll": Cheat("buy = np.roll(close, -1) > close", "look_ahead"),
    "a centred average": Cheat(
        "buy = close > np.convolve(close, np.ones(21) / 21, mode='same')[:n] if n > 20 else never",
        "look_ahead",
    ),
    "how many candles there are": Cheat(
        "buy = (np.arange(n) % 7 == n % 7) & (close > 0)", "look_ahead"
    ),
    "the maximum of the whole series": Cheat(
        "buy = close > 0.8 * (close.max() if n else 0.0)", "look_ahead"
    ),
    "the next candle's high": Cheat(
        "level = np.append(chart.high[1:], chart.high[-1:])\nbuy = close <= level", "look_ahead"
    ),
    "a global count": Cheat(
        "COUNT.append(1)\nbuy = (np.arange(n) + len(COUNT)) % 2 == 0", "determinism", "COUNT = []"
    ),
    "a count of its own": Cheat(
        "self.asked += 1\nbuy = np.full(n, self.asked < 2)",
        "restart",
        inside="    def __init__(self):\n        self.asked = 0",
    ),
    "an answer kept for later": Cheat(
        "if self.known is None or len(self.known) != n:\n"
        "    self.known = close > chart.sma(20)\nbuy = self.known",
        "restart",
        inside="    known = None",
    ),
    "random numbers": Cheat("buy = np.random.default_rng().random(n) > 0.5", "determinism"),
    "the random module": Cheat(
        "buy = np.array([random.random() > 0.5 for _ in range(n)], dtype=bool)", "determinism"
    ),
    "the clock": Cheat(
        "buy = np.full(n, datetime.now(timezone.utc).year > 2000)", "clock"
    ),
    "the clock under another name": Cheat(
        "buy = np.full(n, now() > 0)", "clock", "from time import time as now"
    ),
    "too short a warm-up": Cheat(
        "buy = close > chart.sma(300)", "warm_up", warmup=50
    ),
    "more history than the bot keeps": Cheat(
        "buy = close > chart.sma(1_800)", "window"
    ),
    "a running total": Cheat(
        "buy = np.cumsum(chart.volume) % 10 < 5", "window"
    ),
    "a condition that never holds": Cheat("buy = (close > chart.high + 1)", "can_fire"),
    "filters that never let it": Cheat(
        "buy = close < chart.ema(50)", "can_fire", filters="TREND"
    ),
    "an exception": Cheat("buy = undefined_name > close", "runs"),
    "an exception on no candles": Cheat("buy = close > close[0]", "runs"),
    "an exception where prices stand still": Cheat(
        "reach = float((chart.high - chart.low).sum())\n"
        "if n and reach == 0:\n    raise ZeroDivisionError('no range')\nbuy = close > chart.open",
        "runs",
    ),
    "one row too few": Cheat("buy = close[1:] > close[:-1]", "shape"),
    "numbers instead of flags": Cheat("buy = (close > chart.open).astype(int)", "shape"),
    "a list": Cheat("buy = [False] * n", "shape"),
    "a level that is none": Cheat(
        "level = np.where(close > chart.open, chart.high, np.nan)\nbuy = ~never", "levels"
    ),
    "writing into the candles": Cheat(
        "chart.candles.volume[:] = 1.0\nbuy = close > chart.open", "untouched"
    ),
}  # fmt: skip


def written(cheat: Cheat, folder: Path) -> Path:
    """The strategy as a file."""
    lines = "\n".join(" " * 8 + line for line in cheat.lines.splitlines())
    text = _FILE.format(
        lines=lines,
        before=cheat.before,
        inside=cheat.inside,
        warmup=cheat.warmup,
        filters=cheat.filters,
    )
    path = folder / "own.py"
    path.write_text(text, encoding="utf-8")
    return path
