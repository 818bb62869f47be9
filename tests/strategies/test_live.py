"""Live windows and backtest arrays say the same; a restart changes nothing."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from tests.strategies.drawing import candle_at, candles_of, first_rows, walk
from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.signal import BIT, Opinion, codes_of
from trader.domain.time import DAY, HOUR, MINUTE
from trader.indicators.longer import longer, rows_of
from trader.strategies.catalogue import discover
from trader.strategies.chart import Chart
from trader.strategies.live import ArraySignals, RollingSignals, Terms, rows_needed
from trader.strategies.rows import evaluate
from trader.strategies.window import HOURS_KEPT, Series, Window

KEY = "binance_futures:XRP/USDT"
CATALOGUE = discover()
SHARES = tuple(StrategyShare(name, 0.05) for name in CATALOGUE.names)
FORMULA = Parameters(strategies=SHARES, allow_shorts=True, leverage=None)


def terms(parameters: Parameters = FORMULA) -> Terms:
    return Terms({"binance_futures": parameters}, {"binance_futures": 0.0005}, CATALOGUE)


def asked(signals: ArraySignals | RollingSignals, name: str, candles: Candles, row: int) -> Opinion:
    first_at, first_price = int(candles.next_time[row]), float(candles.next_open[row])
    return signals.opinion(KEY, name, first_at, first_price)


def same(one: Opinion, other: Opinion) -> None:
    measured = ("long_level", "short_level", "atr", "turnover", "hour_atr", "confidence")
    flags = [field for field in Opinion._fields if field not in measured]
    assert [getattr(one, f) for f in flags] == [getattr(other, f) for f in flags]
    np.testing.assert_allclose(
        [getattr(one, f) for f in measured], [getattr(other, f) for f in measured], rtol=1e-6
    )


@pytest.mark.parametrize(("timeframe", "seeded"), [(15 * MINUTE, 2_300), (4 * HOUR, 1_200)])
def test_rolling_says_what_the_arrays_say(timeframe: int, seeded: int) -> None:
    candles = walk(seeded + 130, timeframe, swing=0.006)
    arrays, rolling = ArraySignals({KEY: candles}, terms()), RollingSignals(terms())
    for signals in (arrays, rolling):
        signals.seed(KEY, first_rows(candles, seeded))
    for row in range(seeded, len(candles)):
        for signals in (arrays, rolling):
            signals.close(candle_at(candles, row, KEY))
        for name in CATALOGUE.names:
            same(asked(rolling, name, candles, row), asked(arrays, name, candles, row))


def test_a_restart_says_what_an_unbroken_run_says() -> None:
    candles = walk(2_600, 15 * MINUTE, swing=0.006)
    unbroken, restarted = RollingSignals(terms()), RollingSignals(terms())
    unbroken.seed(KEY, first_rows(candles, 2_300))
    for row in range(2_300, 2_600):
        unbroken.close(candle_at(candles, row, KEY))
    restarted.seed(KEY, candles)
    for name in CATALOGUE.names:
        one, other = (asked(signals, name, candles, 2_599) for signals in (unbroken, restarted))
        assert repr(one) == repr(other)


def test_an_opinion_is_kept_until_the_next_candle_closes() -> None:
    candles = walk(1_100, 15 * MINUTE)
    rolling = RollingSignals(terms())
    rolling.seed(KEY, first_rows(candles, 1_099))
    first = rolling.opinion(KEY, "breakout", int(candles.time[1_099]), 100.0)
    assert rolling.opinion(KEY, "breakout", int(candles.time[1_099]) + 9_000, 120.0) is first
    rolling.close(candle_at(candles, 1_099, KEY))
    assert asked(rolling, "breakout", candles, 1_099) != first


def test_the_first_price_of_a_day_is_todays_open() -> None:
    candles = candles_of([100.0] * 30, 6 * HOUR, high=[110.0] * 30, low=[90.0] * 30)
    rolling = RollingSignals(terms())
    rolling.seed(KEY, first_rows(candles, 28))
    opinion = rolling.opinion(KEY, "breakout", int(candles.time[28]) + 1_500, 105.0)
    assert np.isnan(opinion.long_level)  # no EMA50 yet
    rolling.seed(KEY, first_rows(candles_of([100.0] * 80, 6 * HOUR, high=[110.0] * 80), 80))
    opinion = rolling.opinion(KEY, "breakout", int(candles.time[0]) + 20 * DAY + 1_500, 105.0)
    assert opinion.long_level == 105.0 + 0.5 * 10.0


def test_a_late_first_price_is_stale() -> None:
    candles = walk(1_000, 15 * MINUTE)
    rolling = RollingSignals(terms())
    rolling.seed(KEY, candles)
    late = int(candles.next_time[-1]) + 30 * MINUTE
    assert "stale_data" not in codes_of(rolling.opinion(KEY, "ma_cross", late, 100.0).long_blocks)
    rolling.seed(KEY, candles)
    opinion = rolling.opinion(KEY, "ma_cross", late + 1, 100.0)
    shown = [str(reason) for reason in rolling.reasons(KEY, "ma_cross", BIT["stale_data"])]
    assert "stale_data" in codes_of(opinion.long_blocks)
    assert shown == ["stale_data age=1800.001 max=1800"]


@pytest.mark.parametrize("kind", [ArraySignals, RollingSignals])
def test_nothing_is_known_before_the_first_candle(kind: type[ArraySignals]) -> None:
    signals = kind({KEY: walk(10)}, terms()) if kind is ArraySignals else RollingSignals(terms())
    opinion = signals.opinion(KEY, "breakout", 0, 100.0)
    assert codes_of(opinion.long_blocks) == ("insufficient_data",)
    assert not any((opinion.long, opinion.short, opinion.sell, opinion.cover))
    shown = signals.reasons(KEY, "breakout", opinion.long_blocks)
    assert [str(reason) for reason in shown] == ["insufficient_data"]


def test_a_symbol_without_history_warms_up_by_itself() -> None:
    candles = walk(120, HOUR)
    parameters = replace(FORMULA, timeframe=replace(FORMULA.timeframe, ms=HOUR), warmup=100)
    rolling = RollingSignals(terms(parameters))
    blocked = []
    for row in range(len(candles)):
        rolling.close(candle_at(candles, row, KEY))
        blocks = asked(rolling, "rsi_reversion", candles, row).long_blocks
        blocked.append("insufficient_data" in codes_of(blocks))
    assert blocked == [True] * 99 + [False] * 21


@pytest.mark.parametrize("kind", ["arrays", "rolling"])
def test_retuning_is_in_force_for_the_next_opinion(kind: str) -> None:
    candles = candles_of(1_000.0 - np.arange(1_000.0) / 2, HOUR)
    arrays, rolling = ArraySignals({KEY: candles}, terms()), RollingSignals(terms())
    signals = arrays if kind == "arrays" else rolling
    signals.seed(KEY, candles)
    assert asked(signals, "rsi_reversion", candles, 999).long
    own = MappingProxyType({"rsi_reversion": MappingProxyType({"rsi_low": -1.0})})
    signals.retune({"binance_futures": replace(FORMULA, thresholds=own)})
    assert not asked(signals, "rsi_reversion", candles, 999).long


def test_the_arrays_refuse_a_candle_that_is_not_the_next() -> None:
    candles = walk(10)
    arrays = ArraySignals({KEY: candles}, terms())
    with pytest.raises(ValueError, match="not the next"):
        arrays.close(candle_at(candles, 1, KEY))


def test_reasons_are_those_of_the_last_closed_candle() -> None:
    candles = candles_of(100.0 + np.arange(300.0), HOUR)
    arrays, rolling = ArraySignals({KEY: candles}, terms()), RollingSignals(terms())
    for signals in (arrays, rolling):
        signals.seed(KEY, candles)
        shown = signals.reasons(KEY, "ma_cross", BIT["weak_trend"])
        assert [str(reason) for reason in shown] == ["weak_trend adx=100 min=20"]


def test_a_strategy_outside_the_shares_can_be_asked_too() -> None:
    candles = walk(300)
    plain = Parameters()
    arrays = ArraySignals({KEY: candles}, terms(plain))
    arrays.seed(KEY, candles)
    expected = evaluate(CATALOGUE.get("ma_cross"), candles, plain).opinion(299)
    assert repr(arrays.opinion(KEY, "ma_cross", 0, 0.0)) == repr(expected)
    with pytest.raises(BadInput, match="did you mean 'ma_cross'"):
        arrays.opinion(KEY, "ma_cros", 0, 0.0)


@pytest.mark.parametrize(("fee", "expected"), [(None, 0.0005), (0.001, 0.001), (0.0, 0.0)])
def test_the_fee_in_force_is_the_settings_else_the_venues(
    fee: float | None, expected: float
) -> None:
    market = terms(replace(FORMULA, fee=fee)).market(KEY)
    assert (market.base, market.taker_fee) == ("XRP", expected)


@pytest.mark.parametrize(
    ("name", "timeframe", "rows"),
    [("ma_cross", MINUTE, 1_000), ("breakout", MINUTE, 2_881), ("breakout", HOUR, 1_000)],
)
def test_how_much_history_a_window_holds(name: str, timeframe: int, rows: int) -> None:
    assert rows_needed([CATALOGUE.get(name)], 0, timeframe) == rows
    assert rows_needed([CATALOGUE.get(name)], 4_000, timeframe) == 10_000


def test_a_series_holds_the_newest_rows_through_many_moves() -> None:
    candles = walk(107)
    series = Series(HOUR, 10)
    series.load(first_rows(candles, 25))
    for row in range(25, 107):
        series.append(candle_at(candles, row, KEY))
        held = series.candles(next_time=7, next_open=8.0)
        np.testing.assert_array_equal(held.close, candles.close[row - 9 : row + 1])
        np.testing.assert_array_equal(held.time, candles.time[row - 9 : row + 1])
        np.testing.assert_array_equal(held.next_open[:-1], candles.open[row - 8 : row + 1])
        assert (held.next_time[-1], held.next_open[-1]) == (7, 8.0)


def test_a_series_that_grows_keeps_what_it_has() -> None:
    candles = walk(30)
    series = Series(HOUR, 10)
    series.load(candles)
    series.grow(20)
    series.grow(5)
    assert (len(series), series.capacity) == (10, 20)
    np.testing.assert_array_equal(series.candles().close, candles.close[-10:])


def test_a_candle_that_comes_again_replaces_itself_and_an_old_one_is_ignored() -> None:
    candles = walk(50, 15 * MINUTE)
    window = Window(candles, 1_000)
    window.close(candle_at(candles, 49, KEY)._replace(close=77.0))
    window.close(candle_at(candles, 20, KEY)._replace(close=66.0))
    held = window.series.candles()
    assert (len(held), held.close[-1], held.close[20]) == (50, 77.0, candles.close[20])


def hours_of(window: Window) -> Chart:
    return window.frames(-1, float("nan")).at_least(HOUR)


@pytest.mark.parametrize("seeded", [0, 1, 3, 5, 120, 401])
def test_hours_grow_as_if_made_of_all_candles_at_once(seeded: int) -> None:
    candles = walk(406, 15 * MINUTE)
    late = rows_of(candles, slice(1, None))  # the data begin inside an hour
    window = Window(first_rows(late, seeded), 1_000)
    for row in range(seeded, len(late)):
        window.close(candle_at(late, row, KEY))
    made, expected = hours_of(window).candles, longer(late, HOUR)
    np.testing.assert_array_equal(made.time, expected.time)
    np.testing.assert_array_equal(made.close, expected.close)
    np.testing.assert_array_equal(made.high, expected.high)
    np.testing.assert_allclose(made.volume, expected.volume, rtol=1e-12)


def test_an_hour_whose_last_minutes_are_missing_counts_when_a_later_candle_closes() -> None:
    candles = candles_of(100.0 + np.arange(12.0), 15 * MINUTE)
    window = Window(first_rows(candles, 2), 1_000)
    assert len(hours_of(window)) == 0
    window.close(candle_at(candles, 6, KEY))  # 01:30; the rest of the first hour never came
    assert hours_of(window).close.tolist() == [101.0]


def test_the_venues_own_hours_are_taken_and_carried_on() -> None:
    candles = walk(400, 15 * MINUTE)
    older = candles_of(50.0 + np.arange(300.0), HOUR, int(candles.time[0]) - 300 * HOUR)
    window = Window(replace(candles, hours=older), 1_000)
    hours = hours_of(window).candles
    assert len(hours) == 300 + 100
    np.testing.assert_array_equal(hours.close[300:], longer(candles, HOUR).close)
    four = window.frames(-1, float("nan")).at_least(4 * HOUR)
    assert len(four) == 100  # made of the hours, not of the few candles


def test_hours_are_kept_for_ninety_days_and_what_atr_needs() -> None:
    assert HOURS_KEPT * HOUR >= 90 * DAY + 200 * HOUR
