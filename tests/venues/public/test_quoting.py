"""Public answers read into facts, and what is refused to be one."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from trader.domain.candles import Candle
from trader.domain.instrument import MarketRules
from trader.domain.quotation import FundingRate, Tick
from trader.venues.real import quoting
from trader.venues.real.quoting import OddAnswer

NOON = 1_755_950_400_000
KEYS = {"KRW-BTC": "upbit:BTC/KRW", "BTCUSDT": "binance_futures:BTC/USDT"}
TICKER = {"type": "ticker", "code": "KRW-BTC", "trade_price": 1.5e8, "trade_timestamp": NOON}
TRADE = {"e": "aggTrade", "s": "BTCUSDT", "p": "60000.10", "T": NOON}


def test_prices_of_the_streams() -> None:
    assert quoting.upbit_message(TICKER, KEYS) == Tick("upbit:BTC/KRW", 1.5e8, NOON)
    wrapped = {"stream": "btcusdt@aggTrade", "data": TRADE}
    tick = Tick("binance_futures:BTC/USDT", 60_000.1, NOON)
    assert quoting.binance_message(TRADE, KEYS) == quoting.binance_message(wrapped, KEYS) == tick


@pytest.mark.parametrize("message", [[], 7, {"status": "UP"}, {"e": "kline"}, {"result": None}])
def test_what_is_no_price_is_somebody_elses(message: Any) -> None:
    assert quoting.upbit_message(message, KEYS) is None
    assert quoting.binance_message(message, KEYS) is None


def test_markets_of_no_interest_are_passed_over() -> None:
    assert quoting.upbit_message({**TICKER, "code": "KRW-DOGE"}, KEYS) is None
    assert quoting.binance_message({**TRADE, "s": "DOGEUSDT"}, KEYS) is None
    assert quoting.binance_price({"symbol": "DOGEUSDT", "price": "1"}, KEYS) is None


@pytest.mark.parametrize("price", [None, "", "x", 0, -1, math.nan, math.inf, [], "NaN"])
def test_a_price_that_is_none_is_refused(price: Any) -> None:
    with pytest.raises(OddAnswer):
        quoting.upbit_message({**TICKER, "trade_price": price}, KEYS)
    with pytest.raises(OddAnswer):
        quoting.binance_message({**TRADE, "p": price}, KEYS)


@pytest.mark.parametrize("at", [None, 0, 1_755_950_400, "soon"])
def test_times_in_seconds_are_refused(at: Any) -> None:
    with pytest.raises(OddAnswer):
        quoting.binance_message({**TRADE, "T": at}, KEYS)


def test_futures_tell_the_time_of_a_price() -> None:
    row = {"symbol": "BTCUSDT", "price": "60000", "time": NOON}
    assert quoting.binance_price(row, KEYS) == Tick("binance_futures:BTC/USDT", 6e4, NOON)
    with pytest.raises(OddAnswer, match="without 'symbol'"):
        quoting.binance_price({"price": "1"}, KEYS)


def test_a_candles_high_and_low_hold_its_open_and_close() -> None:
    rows = [[NOON, "10", "9", "11", "12", "3", NOON + 59_999, "33", 5]]
    made = Candle("k", NOON, 10.0, 12.0, 9.0, 12.0, 3.0, 33.0)
    assert quoting.binance_candles(rows, "k") == [made]


@pytest.mark.parametrize(
    "rows",
    [None, {}, [[]], [[NOON, "0", "1", "1", "1", "1", 0, "1"]], [["x"] * 8], [None]]
    + [[[NOON, "1", "1", "1", "1", "-1", 0, "1"]]],
)
def test_candles_that_cannot_be_are_refused(rows: Any) -> None:
    with pytest.raises(OddAnswer):
        quoting.binance_candles(rows, "k")


@pytest.mark.parametrize("row", [None, {}, {"candle_date_time_utc": "noon"}])
def test_candles_of_upbit_without_a_time_are_refused(row: Any) -> None:
    with pytest.raises(OddAnswer, match="readable time"):
        quoting.upbit_candles([row], "k")


def test_funding_with_and_without_a_mark_price() -> None:
    rows = [
        {"fundingRate": "0.0001", "fundingTime": NOON, "markPrice": "60000"},
        {"fundingRate": "-0.0002", "fundingTime": NOON + 1, "markPrice": ""},
    ]
    assert quoting.funding_rates(rows, "k") == (
        FundingRate("k", 0.0001, 60_000.0, NOON), FundingRate("k", -0.0002, 0.0, NOON + 1),
    )  # fmt: skip


def test_rules_of_a_contract_and_one_whose_end_is_set() -> None:
    filters = [
        {"filterType": "LOT_SIZE", "stepSize": "0.001", "minQty": "0.001", "maxQty": "1000"},
        {"filterType": "PRICE_FILTER", "tickSize": "0.10"},
        {"filterType": "MIN_NOTIONAL", "notional": "100"},
    ]
    info = {"filters": filters, "status": "TRADING", "onboardDate": NOON}
    usual = MarketRules(maintenance_rate=0.005)
    rules = quoting.binance_rules({**info, "deliveryDate": 4_133_404_800_000}, usual)
    assert (rules.lot_step, rules.min_cost) == (Decimal("0.001"), Decimal(100))
    assert (rules.max_quantity, rules.maintenance_rate, rules.warned) == (
        Decimal(1_000),
        0.005,
        False,
    )
    assert quoting.binance_rules({**info, "deliveryDate": NOON + 86_400_000}, usual).warned
    assert quoting.binance_rules({**info, "status": "SETTLING"}, usual).warned


def test_a_market_without_filters_has_the_usual_rules() -> None:
    usual = MarketRules(min_cost=Decimal(5))
    bare = {"filters": [{"filterType": "PRICE_FILTER", "tickSize": "0"}], "status": "TRADING"}
    assert quoting.binance_rules(bare, usual) == usual
    assert quoting.upbit_rules({"market_warning": "CAUTION"}, usual).warned
