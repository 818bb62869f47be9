"""The fast engine against the live one on every recorded file, whole: `make soak`.

`tests/parity/test_fast_files.py` compares parts of the same files, always.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.parity.comparing import MARKET, plan
from tests.parity.fast_comparing import compared
from tests.parity.test_fast_files import LOOSE
from tests.parity.test_oracle import STRATEGIES
from tests.parity.test_worlds import CATALOGUE
from trader.backtest.data import Wanted, find, load
from trader.backtest.names import candle_file
from trader.domain.instrument import BINANCE_FUTURES
from trader.domain.time import DAY

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif("SOAK" not in os.environ, reason="long; `make soak` runs it (SOAK=1)"),
]
# A size that falls on a lot's edge may differ by that lot (decision 0040); a real market's lots
# are coarse enough for that never to be met, the simulated venue's default is not.
LOTS = {"lot_step": 0.001}
FILES = sorted(path for path in MARKET.glob("*.parquet") if candle_file(path).complete)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("tight", [False, True], ids=["defaults", "tight"])
def test_every_strategy_on_the_whole_file(path: Path, tight: bool) -> None:
    loaded = load(find([path], None), Wanted())
    settings = LOOSE | {"trailing_stop_percent": 0.01, "max_holding": 86_400.0} if tight else {}
    if candle_file(path).venue == BINANCE_FUTURES:
        settings = settings | LOTS | {"allow_shorts": True, "leverage": 3.0}
    for strategy in STRATEGIES:
        if loaded.timeframe.ms > DAY and strategy == "breakout":
            continue
        made = plan(loaded.series, loaded.timeframe, {strategy: None}, settings)
        assert compared(made, CATALOGUE)[1] == [], strategy


def test_there_are_files() -> None:
    if not FILES:
        pytest.skip("recorded candles are not here: ../shared/market")
    assert len(FILES) > 20
