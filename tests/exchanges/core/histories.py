"""Minutes from before a test began: drawn, or recorded from the market."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.exchanges.core.market import MINUTE, Bar

MARKET = Path(__file__).parents[3] / ".." / "shared" / "market"
_BACK = Decimal("0.1")


def drawn(
    price: Decimal, until: int, minutes: int, tick: Decimal, seed: int = 1
) -> Iterator[tuple[int, Bar]]:
    """A walk of `minutes` bars that ends at `price` with the minute before `until` (ms)."""
    random, close = Random(seed), price
    start = until // MINUTE * MINUTE
    for n in range(1, minutes + 1):
        away = int((close - price) / tick * _BACK)  # home again, however long it is
        opened = close - (random.randint(-5, 5) + away) * tick
        high, low = max(opened, close) + tick, min(opened, close) - tick
        volume = Decimal(random.randint(1, 1_000)) / 100
        yield start - n * MINUTE, Bar(opened, high, low, close, volume, volume * close)
        close = opened


def recorded(name: str, minutes: int, shift: int = 0) -> list[tuple[int, Bar]]:
    """The last `minutes` rows of a recorded file (`upbit__BTC-KRW__1m`), moved by `shift` ms.

    Empty when the file is not on this machine: the test says so and skips.
    """
    path = MARKET / f"{name}.parquet"
    if not path.exists():
        return []
    from pandas import read_parquet

    rows = read_parquet(path).tail(minutes)
    return [(int(row[0]) + shift, _bar(row[1:6])) for row in rows.itertuples(index=False)]


def _bar(row: tuple[float, ...]) -> Bar:
    opened, high, low, close, volume = (Decimal(repr(float(number))) for number in row)
    return Bar(opened, high, low, close, volume, volume * close)
