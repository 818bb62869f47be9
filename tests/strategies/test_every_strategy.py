"""What every strategy that the catalogue finds must bear: a user's own file is safe or told why."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest

from tests.strategies.drawing import candles_of, mirrored, real, walk
from trader.backtest.honesty.strategy_checks import check
from trader.backtest.honesty.subject import Field, Subject
from trader.domain.candles import Candles
from trader.domain.parameters import Parameters
from trader.domain.time import MINUTE
from trader.strategies.catalogue import discover
from trader.strategies.filters import Market
from trader.strategies.live import LEAST_ROWS
from trader.strategies.rows import SignalRows, evaluate

CATALOGUE = discover()
SHORTS = Parameters(allow_shorts=True, leverage=None)
COIN = Market("XRP", 0.0005)

every_strategy = pytest.mark.parametrize("name", CATALOGUE.names)


def rows_for(name: str, candles: Candles, since: int = 0) -> SignalRows:
    return evaluate(CATALOGUE.get(name), candles, SHORTS, COIN, since)


@every_strategy
def test_it_passes_every_check_that_a_users_own_file_must_pass(name: str) -> None:
    """Truncation, another future, restart, the daemon's window against ten times as much."""
    kind = type(CATALOGUE.get(name))
    source = Path(inspect.getfile(kind)).read_text("utf-8")
    field = Field(walk(10 * LEAST_ROWS + 400, 15 * MINUTE, swing=0.004), COIN)
    findings = check(Subject(kind, (field,), Parameters(min_atr_pct=0.0), source))
    assert [finding for finding in findings if not finding.passed] == []
    assert len(findings) == 13


@every_strategy
def test_nothing_may_be_entered_before_its_warm_up(name: str) -> None:
    warmup = CATALOGUE.get(name).warmup
    rows = rows_for(name, walk(warmup + 5))
    insufficient = [rows.opinion(row).long_blocks & 1 for row in range(warmup + 5)]
    assert insufficient == [1] * (warmup - 1) + [0] * 6


@every_strategy
def test_no_candles_are_no_rows(name: str) -> None:
    assert len(rows_for(name, candles_of([])).long) == 0


@every_strategy
def test_it_can_fire_on_recorded_candles(name: str) -> None:
    fired = 0
    for file in ("binance__BTC-USDT__1h", "upbit__XRP-KRW__1h", "binance__XRP-USDT__15m"):
        rows = evaluate(CATALOGUE.get(name), real(file), Parameters(), COIN)
        fired += int(np.count_nonzero(rows.long & (rows.long_blocks == 0)))
    assert fired > 0


# Where a formula divides by the price, upside down is not quite the same.
ASYMMETRIC = {"momentum", "bb_breakout"}


@pytest.mark.parametrize("name", sorted(set(CATALOGUE.names) - ASYMMETRIC))
def test_a_short_is_a_long_upside_down(name: str) -> None:
    candles = walk(1_500, swing=0.005)
    around = 2.0 * float(candles.high.max())
    up, down = rows_for(name, candles), rows_for(name, mirrored(candles, around))
    settled = slice(100, None)
    np.testing.assert_array_equal(up.long[settled], down.short[settled])
    np.testing.assert_array_equal(up.sell[settled], down.cover[settled])
    np.testing.assert_allclose(
        up.long_level[settled], 2 * around - down.short_level[settled], rtol=1e-9
    )
