"""Filters: what blocks a long, what blocks a short, and what the reader is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.strategies.drawing import Drawn, candles_of, walk
from trader.domain.candles import Candles
from trader.domain.parameters import Parameters
from trader.domain.signal import codes_of
from trader.domain.time import HOUR, MINUTE, Timeframe
from trader.indicators.longer import longer
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart, Frames
from trader.strategies.explaining import number
from trader.strategies.filters import (
    TREND,
    Case,
    Filter,
    Market,
    Verdict,
    adx_falling,
    cost_too_high,
    ema_side,
    hourly_side,
    insufficient_data,
    low_volatility,
    stale_data,
    weak_trend,
)
from trader.strategies.rows import SignalRows, evaluate

NAN = float("nan")
COIN = Market("XRP", 0.0005)


class Always(Strategy):
    """Wants everything on every candle but leaving; only filters can stop it."""

    name = "always"
    filters = TREND
    warmup = 3

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        yes, no = np.ones(len(chart), dtype=bool), np.zeros(len(chart), dtype=bool)
        return Raw(buy=yes, sell=no, short=no, cover=no)


def verdict(judge: Filter, chart: Chart, parameters: Parameters, market: Market) -> Verdict | None:
    return judge(Case(Frames(chart), parameters, market, warmup=3))


def blocked(
    judge: Filter, chart: Chart, parameters: Parameters | None = None, market: Market = COIN
) -> str:
    """The codes that block on the last candle: those of a long, a bar, those of a short."""
    answer = verdict(judge, chart, parameters or own_timeframe(), market)
    if answer is None:
        return "off"
    long = answer.code if answer.long[-1] else ""
    short = answer.short_code if answer.short[-1] else ""
    return f"{long}|{short}"


def own_timeframe(**changes: object) -> Parameters:
    return replace(Parameters(atr_filter_timeframe=Timeframe("1m", MINUTE)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("close", "ema50", "codes"),
    [
        (99.0, 100.0, "below_ema50|"),
        (100.0, 100.0, "|"),  # `<` excludes equality
        (101.0, 100.0, "|above_ema50"),
        (100.0, NAN, "below_ema50|above_ema50"),  # undefined blocks both
    ],
)
def test_ema50(close: float, ema50: float, codes: str) -> None:
    assert blocked(ema_side, Drawn(close=[close], ema50=[ema50])) == codes


@pytest.mark.parametrize(
    ("adx", "weak", "falling"),
    [
        ([20.0, 20.0], "|", "|"),
        ([20.0, 19.9], "weak_trend|weak_trend", "adx_falling|adx_falling"),
        ([30.0, 29.9], "|", "adx_falling|adx_falling"),
        ([NAN, 30.0], "|", "adx_falling|adx_falling"),
        ([NAN, NAN], "weak_trend|weak_trend", "adx_falling|adx_falling"),
    ],
)
def test_trend_strength(adx: list[float], weak: str, falling: str) -> None:
    assert blocked(weak_trend, Drawn(adx=adx)) == weak
    assert blocked(adx_falling, Drawn(adx=adx)) == falling


@pytest.mark.parametrize(
    ("atr", "codes"),
    [(0.8, "|"), (0.79, "low_volatility|low_volatility"), (NAN, "low_volatility|low_volatility")],
)
def test_low_volatility_against_the_close(atr: float, codes: str) -> None:
    assert blocked(low_volatility, Drawn(close=[100.0], atr=[atr])) == codes


def test_low_volatility_is_judged_on_the_last_closed_hour() -> None:
    candles = walk(24 * 60, MINUTE, swing=0.0004)
    hours = Chart(longer(candles, HOUR))
    answer = verdict(low_volatility, Chart(candles), Parameters(), COIN)
    assert answer is not None
    share = dict(answer.shown)["atr_pct"]
    assert isinstance(share, np.ndarray)
    assert np.isnan(share[15 * 60 - 2])  # fourteen true ranges want fifteen closed hours
    assert share[15 * 60 - 1] == hours.atr_share()[14]
    assert share[16 * 60 - 2] == hours.atr_share()[14]  # known until the next hour closes
    assert share[16 * 60 - 1] == hours.atr_share()[15]


def test_a_shorter_filter_timeframe_than_the_own_is_the_own() -> None:
    candles = walk(100, 4 * HOUR)
    answer = verdict(low_volatility, Chart(candles), Parameters(), COIN)
    assert answer is not None
    np.testing.assert_array_equal(dict(answer.shown)["atr_pct"], Chart(candles).atr_share())


def hours_that(close: Callable[[float], float], minutes: int = 50 * 60) -> Chart:
    return Chart(candles_of([close(minute) for minute in range(minutes)], MINUTE))


@pytest.mark.parametrize(
    ("chart", "codes"),
    [
        (hours_that(lambda minute: 1e6 - minute), "mtf_below_ema50|"),
        (hours_that(lambda minute: 1e6 + minute), "|mtf_above_ema50"),
        (hours_that(lambda _: 100.0), "|"),
        (hours_that(lambda _: 100.0, 50 * 60 - 1), "mtf_below_ema50|mtf_above_ema50"),
    ],
)
def test_the_higher_timeframe_needs_fifty_closed_hours(chart: Chart, codes: str) -> None:
    assert blocked(hourly_side, chart) == codes


@pytest.mark.parametrize(
    ("base", "timeframe", "switch", "codes"),
    [
        ("XRP", HOUR, True, "mtf_below_ema50|"),  # on exactly 1h its own candles
        ("BTC", HOUR, True, "off"),
        ("XRP", 4 * HOUR, True, "off"),
        ("XRP", HOUR, False, "off"),
    ],
)
def test_the_higher_timeframe_filter_is_not_for_everybody(
    base: str, timeframe: int, switch: bool, codes: str
) -> None:
    falling = Chart(candles_of(1_000.0 - np.arange(60), timeframe))
    parameters = Parameters(mtf_filter=switch)
    assert blocked(hourly_side, falling, parameters, Market(base)) == codes


def test_switches_turn_filters_off() -> None:
    parameters = Parameters(ema_filter=False, adx_falling_filter=False)
    assert blocked(ema_side, Drawn(close=[99.0]), parameters) == "off"
    assert blocked(adx_falling, Drawn(adx=[1.0]), parameters) == "off"
    assert blocked(cost_too_high, Drawn(close=[99.0]), parameters) == "off"


@pytest.mark.parametrize(
    ("target", "atr", "codes"),
    [  # three round trips of 2 x (0.05 % + 0.02 %) are 0.42 %
        (0.0043, NAN, "|"),
        (0.0041, NAN, "cost_too_high|cost_too_high"),
        (0.0, 0.22, "|"),  # without a target two ATR: 0.44 %
        (0.0, 0.20, "cost_too_high|cost_too_high"),
        (0.0, NAN, "cost_too_high|cost_too_high"),
    ],
)
def test_the_gain_must_be_worth_its_costs(target: float, atr: float, codes: str) -> None:
    parameters = Parameters(min_edge_round_trips=3, take_profit_percent=target)
    assert blocked(cost_too_high, Drawn(close=[100.0], atr=[atr]), parameters) == codes


@pytest.mark.parametrize(
    ("timeframe", "late", "codes"),
    [
        (MINUTE, 5 * MINUTE, "|"),  # five minutes are the least
        (MINUTE, 5 * MINUTE + 1, "stale_data|stale_data"),
        (HOUR, 2 * HOUR, "|"),
        (HOUR, 2 * HOUR + 1, "stale_data|stale_data"),
    ],
)
def test_data_are_stale_after_two_timeframes(timeframe: int, late: int, codes: str) -> None:
    candles = candles_of([100.0] * 5, timeframe)
    after = replace(candles, next_time=candles.next_time + late)
    assert blocked(stale_data, Chart(after)) == codes


def test_the_first_entry_can_be_in_candle_number_warmup() -> None:
    answer = verdict(insufficient_data, Drawn(close=[1.0] * 5), Parameters(), COIN)
    assert answer is not None
    assert answer.long.tolist() == [True, True, False, False, False]  # row 2 holds in candle 3


def quiet_fall() -> Candles:
    """An hour file that falls slowly: every filter of a long has something to say."""
    return candles_of(50_500_000.0 - 1_000.0 * np.arange(60), HOUR)


def rows_of_fall(parameters: Parameters | None = None, since: int = 0) -> SignalRows:
    return evaluate(Always(), quiet_fall(), parameters or Parameters(), COIN, since)


def test_all_reasons_are_named_in_their_order_with_what_was_measured() -> None:
    rows = rows_of_fall(Parameters(adx_min=101.0, min_edge_round_trips=100.0))
    opinion = rows.opinion(59)
    assert [str(reason) for reason in rows.reasons(59, opinion.long_blocks)] == [
        "low_volatility atr_pct=0.000019825142 min=0.008",
        "below_ema50 close=50441000 ema50=50465500",
        "weak_trend adx=100 min=101",
        "mtf_below_ema50 close=50441000 ema50=50465500",
        "cost_too_high gain=0.05 min=0.14",
    ]
    assert codes_of(opinion.short_blocks) == ("low_volatility", "weak_trend", "cost_too_high")


def test_an_undefined_value_is_said_to_be_undefined() -> None:
    rows = rows_of_fall()
    shown = [str(reason) for reason in rows.reasons(10, rows.opinion(10).long_blocks)]
    assert "low_volatility atr_pct=undefined min=0.008" in shown
    assert "weak_trend adx=undefined min=20" in shown


def test_codes_of_others_are_named_without_a_measure() -> None:
    rows = rows_of_fall()
    assert [str(reason) for reason in rows.reasons(59, 1 << 16)] == ["cooldown"]


def test_the_same_row_whether_computed_alone_or_among_all() -> None:
    alone, among = rows_of_fall(since=59), rows_of_fall()
    assert repr(alone.opinion(59)) == repr(among.opinion(59))
    assert alone.reasons(59, 1023) == among.reasons(59, 1023)
    with pytest.raises(IndexError, match="row 58"):
        alone.opinion(58)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (50_000_000.0, "50000000"),
        (0.0041, "0.0041"),
        (1.2e-7, "0.00000012"),
        (123.456789123, "123.45679"),
        (NAN, "undefined"),
        (0.0, "0"),
    ],
)
def test_numbers_are_written_for_people(value: float, text: str) -> None:
    assert number(value) == text
