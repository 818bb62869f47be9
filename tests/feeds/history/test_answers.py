"""Answers of the wrong shape are refused in words; odd numbers are handed on to be repaired."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trader.feeds.history import answers
from trader.feeds.history.page import TIME, BrokenAnswer

AT = 1_717_200_000_000
GOOD = {
    "candle_date_time_utc": "2024-06-01T00:00:00", "opening_price": 1.0, "high_price": 2.0,
    "low_price": 0.5, "trade_price": 1.5, "timestamp": 1, "candle_acc_trade_price": 15.0,
    "candle_acc_trade_volume": 10.0,
}  # fmt: skip


def test_upbit_gives_the_newest_first_and_the_time_of_the_last_trade() -> None:
    older = GOOD | {"candle_date_time_utc": "2024-05-31T23:59:00"}
    columns = answers.upbit_candles([GOOD, older])
    assert columns[TIME].tolist() == [AT - 60_000, AT]
    assert columns["turnover"].tolist() == [15.0, 15.0]


@pytest.mark.parametrize(
    "answer",
    [None, "text", {}, [None], [{}], [[1, 2]], [GOOD | {"opening_price": None}],
     [GOOD | {"candle_date_time_utc": "soon"}], [GOOD | {"candle_date_time_utc": None}],
     [GOOD | {"low_price": "cheap"}], [GOOD | {"candle_date_time_utc": "1999-01-01T00:00:00"}]],
)  # fmt: skip
def test_what_is_no_candle_of_upbit_is_broken(answer: Any) -> None:
    with pytest.raises(BrokenAnswer):
        answers.upbit_candles(answer)


@pytest.mark.parametrize(
    "row",
    [[], [AT] * 7, [AT // 1_000, 1, 1, 1, 1, 1, 0, 1], [None] * 12, ["x"] * 12,
     [AT, 1, 1, 1, None, 1, 0, 1], [float("inf"), 1, 1, 1, 1, 1, 0, 1]],
)  # fmt: skip
def test_what_is_no_candle_of_binance_is_broken(row: list[Any]) -> None:
    with pytest.raises(BrokenAnswer):
        answers.binance_candles([row])


def test_numbers_that_are_none_are_handed_on() -> None:
    columns = answers.binance_candles([[AT, "1", "2", "NaN", "1", "-5", 0, "1"]])
    assert np.isnan(columns["low"][0])
    assert columns["volume"][0] == -5.0


@pytest.mark.parametrize("answer", [None, [], {}, {"bids": [], "asks": []}, {"bids": [["1"]]},
                                    {"bids": [["1", "2"]], "asks": [[None, "2"]]}])  # fmt: skip
def test_what_is_no_book_is_broken(answer: Any) -> None:
    with pytest.raises(BrokenAnswer):
        answers.binance_book(answer, AT)


@pytest.mark.parametrize("answer", [None, [], [None], [{}], [{"orderbook_units": []}],
                                    [{"orderbook_units": [{"bid_price": 1}]}]])  # fmt: skip
def test_what_is_no_book_of_upbit_is_broken(answer: Any) -> None:
    with pytest.raises(BrokenAnswer):
        answers.upbit_book(answer, AT)


@pytest.mark.parametrize("read", [answers.binance_trades, answers.upbit_trades, answers.funding])
def test_what_is_no_record_is_broken(read: Any) -> None:
    assert len(read([])[TIME]) == 0
    wrong: list[Any] = [None, [None], [{}], [[1]]]
    for answer in wrong:
        with pytest.raises(BrokenAnswer):
            read(answer)
