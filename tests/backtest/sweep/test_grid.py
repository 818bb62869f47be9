"""Combinations: their order, their parameters, which of them are left out and why."""

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backtest.sweep.market import arguments, candles, sweep
from trader.backtest.planning import planned
from trader.backtest.sweep.axes import Axis
from trader.backtest.sweep.grid import Grid, grid_of
from trader.backtest.sweep.preparing import prepare
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters

NAMES = ("k_value", "take_profit_percent", "adx_min", "risk_per_trade", "cooldown_candles")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return candles(tmp_path_factory.mktemp("market"), 260)


def drawn(sizes: list[int]) -> Grid:
    """A grid with axes of these sizes."""
    axes = [
        Axis(name, name, tuple(range(size)), tuple(map(str, range(size))))
        for name, size in zip(NAMES, sizes, strict=False)
    ]
    return grid_of(axes, [Parameters()])


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_numbers_go_in_product_order_and_every_one_is_worked_off_once(sizes: list[int]) -> None:
    grid = drawn(sizes)
    places = [grid.places(number) for number in range(len(grid))]
    assert places == sorted(set(places))
    assert sorted(grid.order()) == list(range(len(grid)))


def test_what_moves_no_signal_turns_fastest_in_the_order_of_work() -> None:
    grid = drawn([3, 4, 2, 5, 1])  # k_value and adx_min move signals, the others do not
    seen = [(grid.places(n)[0], grid.places(n)[2]) for n in grid.order()]
    changes = sum(a != b for a, b in pairwise(seen))
    assert changes == 3 * 2 - 1


SWEPT = [
    ("k_value=0.3,0.5", "take_profit_percent=0.02:0.04:0.01", "max_positions=1,3"),
    ("strategy_preset=mid_term,bb_breakout_1h,none", "take_profit_percent=0.02,0.03"),
    ("trading_mode=conservative,balanced,aggressive", "risk_per_trade=0.01,0.02"),
    ("trading_mode=conservative,aggressive", "k_value=0.3,0.5"),
    ("strategies=rsi_reversion,breakout", "rsi_reversion_rsi_low=25,30", "k_value=0.4,0.5"),
    ("sizing=turtle,fixed_fraction", "ema_filter=yes,no", "atr_filter_timeframe=1h,4h"),
    ("initial_capital=500000,2000000", "fee=venue,0.001", "leverage=1,2"),
    ("max_daily_loss_pct=0,0.02", "upbit_majors=BTC,XRP"),
]


@pytest.mark.parametrize("texts", SWEPT)
def test_a_combination_has_the_parameters_of_the_same_single_backtest(
    data: Path, texts: tuple[str, ...]
) -> None:
    made = sweep(data, *(word for text in texts for word in ("--grid", text)))
    off: dict[str, Any] = {name.lower(): 0 for name in made.limits_off}
    for number in range(len(made.work.grid)):
        cells = zip(made.work.grid.axes, made.work.grid.cells(number), strict=True)
        single = arguments(data)
        values = single.parameters | {axis.name: cell for axis, cell in cells}
        alone = planned(replace(single, parameters=values)).plan.parameters
        assert made.work.grid.parameters(number) == replace(alone, **off)


def test_loss_limits_are_off_unless_somebody_set_them(data: Path, tmp_path: Path) -> None:
    plain = sweep(data, "--grid", "k_value=0.4")
    assert len(plain.limits_off) == 5
    parameters = plain.work.grid.parameters(0)
    assert parameters.max_daily_loss_pct == parameters.max_consecutive_losses == 0
    assert parameters.max_positions == 5
    env = tmp_path / "my.env"
    env.write_text("UPBIT_MAX_WEEKLY_LOSS_PCT=0.06\n", "utf-8")
    more = ("--set", "max_daily_loss_pct=0.03", "--env-file", str(env))
    asked = sweep(data, "--grid", "max_consecutive_losses=3,4", *more)
    assert asked.limits_off == ("MAX_MONTHLY_LOSS_PCT", "MAX_DAILY_LOSS")
    parameters = asked.work.grid.parameters(1)
    assert (parameters.max_daily_loss_pct, parameters.max_weekly_loss_pct) == (0.03, 0.06)
    assert (parameters.max_monthly_loss_pct, parameters.max_consecutive_losses) == (0.0, 4)


def test_combinations_that_do_not_fit_together_are_left_out_and_counted(data: Path) -> None:
    stops = ("--grid", "stop_loss_percent=0.01:0.05:0.01")
    made = sweep(data, *stops, "--grid", "emergency_stop_percent=0.03,0.05")
    assert made.left_out.reasons.keys() == {"STOP_LOSS_PERCENT"}
    assert made.left_out.count == 4  # 0.03 at 0.03; 0.04 at 0.03; 0.05 at both
    out = [made.work.grid.cells(n) for n, flag in enumerate(made.left_out.flags) if flag]
    assert out == [["0.03", "0.03"], ["0.04", "0.03"], ["0.05", "0.03"], ["0.05", "0.05"]]
    assert "4 left out" in made.left_out.sentence()
    assert made.todo == 6


REFUSED = [
    (("--grid", "stop_loss_percent=0.05,0.06"), "no combination is allowed; 2 left out"),
    (("--grid", "k_value=0.4", "--set", "k_value=0.5"), "is set by --set or a flag too"),
    (("--grid", "fee=0.001", "--fee", "0.002"), "is set by --set or a flag too"),
    (("--grid", "rsi_reversion_rsi_low=20,30"), "add --strategy rsi_reversion"),
    (("--grid", "strategy_preset=mid_term,swing"), "preset swing trades 4h candles"),
]


@pytest.mark.parametrize(("more", "reason"), REFUSED)
def test_what_cannot_be_swept_is_refused_with_the_remedy(
    data: Path, more: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(BadInput, match=reason):
        sweep(data, *more)


def test_presets_of_several_timeframes_are_fine_when_one_is_given(data: Path) -> None:
    made = sweep(data, "--grid", "strategy_preset=mid_term,swing", "--timeframe", "4h")
    assert {made.work.grid.parameters(n).timeframe.name for n in range(2)} == {"4h"}


def test_the_first_combination_may_be_one_that_is_left_out(data: Path) -> None:
    made = prepare(arguments(data, "--grid", "stop_loss_percent=0.06,0.02"))
    assert made.left_out.count == 1
    assert made.work.plan.parameters.stop_loss_percent == 0.02


def test_making_parameters_is_no_work_beside_a_backtest(data: Path) -> None:
    """A hundred of the fastest backtests take 250 ms; their parameters must not be half of it."""
    wide = ("--grid", "take_profit_percent=0.001:0.1:0.001", "--grid", "k_value=0.2:1.1:0.1")
    grid = sweep(data, *wide).work.grid
    begin = time.process_time()
    for number in grid.order():
        grid.parameters(number)
    each = (time.process_time() - begin) / len(grid)
    begin = time.process_time()
    for _ in range(20):
        planned(arguments(data))
    single = (time.process_time() - begin) / 20
    assert each * 20 < single  # measured: about 300 times less than settings read anew
