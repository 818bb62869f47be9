"""History behind the loopback Upbit: drawn, or the real minutes, which add up to the real hours."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.exchanges.core.histories import drawn, recorded
from tests.exchanges.core.market import MINUTE
from tests.exchanges.upbit.exchange import LoopbackUpbit

HOUR = 60 * MINUTE


async def test_a_drawn_history_ends_at_the_price(upbit: LoopbackUpbit, client: Any) -> None:
    market = upbit.truth.markets["KRW-BTC"]
    market.seed(drawn(market.price, upbit.truth.clock.now(), 400, Decimal(1_000)))
    rows = await client.fetch_ohlcv("BTC/KRW", "1m")
    assert (len(rows), rows[-1][4]) == (200, "150000000.0")
    assert all(low <= min(o, c) and max(o, c) <= high
               for _, o, high, low, c, _ in [[float(x) for x in row] for row in rows])  # fmt: skip
    assert all(row[1] == before[4] for before, row in pairwise(rows))


async def test_real_minutes_add_up_to_the_real_hours(upbit: LoopbackUpbit, client: Any) -> None:
    minutes = recorded("upbit__BTC-KRW__1m", 12_000)
    hours = dict(recorded("upbit__BTC-KRW__1h", 100_000))
    if not minutes or not hours:
        pytest.skip("no recorded market data beside the project (shared/market)")
    upbit.truth.markets["KRW-BTC"].seed(minutes)
    since = minutes[0][0] // HOUR * HOUR + HOUR
    rows = await client.fetch_ohlcv("BTC/KRW", "1h", since, 40)
    for at, *figures in rows:
        real = hours[at]
        told = [Decimal(figure) for figure in figures]
        assert told[:4] == [real.open, real.high, real.low, real.close]
        assert abs(told[4] - real.volume) < Decimal("1e-6")
    assert len(rows) == 40
