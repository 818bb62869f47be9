"""A file of candles that makes trades."""

from pathlib import Path

import pytest

from tests.backtest.drawing import T0, parquet
from trader.domain.time import HOUR


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    rows = [
        (T0 + hour * HOUR, price, price + 2, price - 2, price + (hour % 5) - 2, 50.0)
        for hour in range(300)
        for price in (100 + hour / 10 + 8 * (hour // 24 % 2),)
    ]
    return parquet(tmp_path / "upbit__BTC-KRW__1h.parquet", rows)
