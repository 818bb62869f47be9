"""Money, time, instruments, parameters, reasons: small values with exact rules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.instrument import Instrument, MarketRules, symbol_of, venue_of
from trader.domain.money import amount, exact, plain
from trader.domain.outcome import NOTHING, Notice, Outcome
from trader.domain.parameters import Parameters, StrategyShare, seconds
from trader.domain.signal import BIT, REASON_CODES, Reason, codes_of
from trader.domain.time import HOUR, Timeframe, day_of, month_of, week_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_becomes_the_decimal_that_prints_like_it(number: float) -> None:
    assert float(exact(number)) == number
    assert str(exact(0.1)) == "0.1"


def test_money_is_rounded_once_to_a_millionth_of_a_millionth() -> None:
    assert amount(Decimal("0.333333333333333"), Decimal(1)) == Decimal("0.333333333333")


@pytest.mark.parametrize(
    ("number", "text"), [("1.50", "1.5"), ("1E+3", "1000"), ("0.00015", "0.00015"), ("2.000", "2")]
)
def test_plain_numbers_have_no_exponent_and_no_useless_zeros(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


@given(st.integers(0, 80_000), st.integers(0, 86_399_999))
def test_days_weeks_and_months_are_those_of_the_calendar(day: int, rest: int) -> None:
    at = day * 86_400_000 + rest
    moment = EPOCH + timedelta(milliseconds=at)
    monday = moment.date() - timedelta(days=moment.weekday())
    assert day_of(at) == (moment.date() - EPOCH.date()).days
    assert week_of(at) == (monday - (EPOCH.date() - timedelta(days=3))).days // 7
    assert month_of(at) == moment.year * 12 + moment.month - 1


@pytest.mark.parametrize(("text", "ms"), [("1m", 60_000), ("4h", 4 * HOUR), ("015m", 900_000)])
def test_a_timeframe_is_read_as_people_write_it(text: str, ms: int) -> None:
    timeframe = Timeframe.parse(text)
    assert timeframe.ms == ms
    assert Timeframe.parse(str(timeframe)) == timeframe


@pytest.mark.parametrize("text", ["", "h", "1", "0h", "1y", "-1h", "1.5h", "1 h"])
def test_anything_else_is_no_timeframe(text: str) -> None:
    with pytest.raises(BadInput, match="write for example 1m"):
        Timeframe.parse(text)


def test_candles_begin_at_whole_multiples_since_1970() -> None:
    assert Timeframe.parse("1h").floor(HOUR + 1) == HOUR


def test_an_instrument_has_one_name() -> None:
    instrument = Instrument.parse("upbit:BTC/KRW")
    assert (instrument.key, instrument.symbol) == ("upbit:BTC/KRW", "BTC/KRW")
    assert (symbol_of(instrument.key), venue_of(instrument.key)) == ("BTC/KRW", "upbit")


@pytest.mark.parametrize("key", ["", "BTC/KRW", "upbit:BTC", "kraken:BTC/EUR", "upbit:/KRW"])
def test_anything_else_is_no_instrument(key: str) -> None:
    with pytest.raises(BadInput, match="write for example upbit:BTC/KRW"):
        Instrument.parse(key)


def test_the_tick_depends_on_the_price() -> None:
    rules = MarketRules(ticks=((Decimal(0), Decimal("0.1")), (Decimal(100), Decimal(1))))
    assert rules.tick_at(Decimal(99)) == Decimal("0.1")
    assert rules.tick_at(Decimal(100)) == 1
    assert MarketRules().tick_at(Decimal(100)) is None


def test_codes_keep_their_order_in_a_mask() -> None:
    assert codes_of(BIT["cooldown"] | BIT["no_signal"]) == ("no_signal", "cooldown")
    assert codes_of(sum(BIT.values())) == REASON_CODES
    assert str(Reason("weak_trend", "adx=12")) == "weak_trend adx=12"
    assert str(Reason("cooldown")) == "cooldown"


def test_parameters_are_shown_as_users_write_them() -> None:
    thresholds = MappingProxyType({"ma_cross": MappingProxyType({"fast": 5.0})})
    shown: dict[str, Any] = Parameters(
        strategies=(StrategyShare("ma_cross", 0.5),), thresholds=thresholds
    ).shown()
    assert shown["STRATEGIES"] == ["ma_cross:0.5"]
    assert shown["TIMEFRAME"] == "15m"
    assert shown["MAJORS"] == ["BTC", "ETH"]
    assert shown["THRESHOLDS"] == {"ma_cross": {"fast": 5.0}}
    assert seconds(1.5) == 1_500


def test_a_threshold_has_a_default() -> None:
    thresholds = MappingProxyType({"ma_cross": MappingProxyType({"fast": 5.0})})
    parameters = Parameters(thresholds=thresholds)
    assert parameters.threshold("ma_cross", "fast", 10.0) == 5.0
    assert parameters.threshold("ma_cross", "slow", 30.0) == 30.0
    assert parameters.threshold("other", "fast", 10.0) == 10.0


def test_an_outcome_is_durable_when_the_journal_has_something_to_write() -> None:
    assert not NOTHING.durable
    assert not Outcome(cancel=["a"]).durable
    assert Outcome(notices=[Notice("info", "c", "t", 0)]).durable


def test_candles_are_as_many_as_their_rows() -> None:
    one, none = np.zeros(3), np.zeros(3, dtype=np.int64)
    assert len(Candles(HOUR, none, one, one, one, one, one, one, none, one)) == 3
