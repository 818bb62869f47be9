"""What the exchanges of these tests know: candles, settlements and trades, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trader.domain.time import DAY, HOUR, SECOND, Millis

NOW = 1_717_243_234_567  # 2024-06-01 12:00:34.567 UTC
TODAY = NOW - NOW % DAY
Rows = dict[Millis, list[float]]  # start -> open, high, low, close, volume, turnover


@dataclass
class Market:
    """One market. `venue` is upbit, spot or futures; `listed` its first moment.

    `absent(start)` names candles that never were: minutes without trades, maintenance.
    """

    venue: str
    name: str
    listed: Millis
    seed: int = 1
    now: Millis = NOW
    absent: Any = None
    revised: dict[Millis, float] = field(default_factory=dict)  # start -> another close
    made: dict[Any, Any] = field(default_factory=dict)

    def candles(self, step: Millis) -> Rows:
        """All candles of one length, the one that still forms too."""
        key = ("candles", step, self.now)
        if key not in self.made:
            self.made[key] = self._draw(step)
        return {
            at: ([*row[:3], self.revised[at], *row[4:]] if at in self.revised else row)
            for at, row in self.made[key].items()
        } if self.revised else self.made[key]  # fmt: skip

    def _draw(self, step: Millis) -> Rows:
        first = -(-self.listed // step) * step
        times = range(first, self.now + 1, step)
        chance = np.random.default_rng(self.seed * 1_000 + step // SECOND)
        price = np.round(1_000 * np.exp(np.cumsum(chance.normal(0, 0.002, len(times) + 1))), 2)
        volume = np.round(chance.exponential(3.0, len(times)), 5)
        rows: Rows = {}
        for n, at in enumerate(times):
            o, c = float(price[n]), float(price[n + 1])
            high, low = round(max(o, c) + 0.5, 2), round(min(o, c) - 0.5, 2)
            if self.absent is None or not self.absent(at):
                rows[at] = [o, high, low, c, float(volume[n]), round(float(volume[n]) * o, 4)]
        return rows

    def settlements(self) -> dict[Millis, float]:
        """Funding every eight hours, a few milliseconds late as served."""
        first = -(-self.listed // (8 * HOUR)) * 8 * HOUR
        chance = np.random.default_rng(self.seed)
        times = range(first, self.now + 1, 8 * HOUR)
        rates = chance.normal(1e-4, 1e-4, len(times)).tolist()
        late = chance.integers(0, 9, len(times)).tolist()
        return {at + ms: round(r, 8) for at, ms, r in zip(times, late, rates, strict=True)}

    def trades(self) -> list[tuple[Millis, int, float, float, int]]:
        """Trades of the last two days: time, id, price, quantity, side of the taker."""
        if "trades" not in self.made:
            chance = np.random.default_rng(self.seed)
            gaps = chance.integers(0, 60 * SECOND, 8_000)  # some fall into the same moment
            gaps[chance.random(8_000) < 0.2] = 0
            times = [int(at) for at in self.now - 2 * DAY + np.cumsum(gaps) if at <= self.now]
            self.made["trades"] = [
                (at, 10_000 + n, round(1_000 + n % 7 * 0.5, 2), 0.25 + n % 3, 1 if n % 2 else -1)
                for n, at in enumerate(times)
            ]
        found: list[tuple[Millis, int, float, float, int]] = self.made["trades"]
        return found
