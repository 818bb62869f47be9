"""Candles at rest: merged by time, whole or not at all, readable by pandas."""

from pathlib import Path

import pandas as pd
import pytest

from trader.domain.candles import Candle
from trader.domain.errors import BadInput
from trader.domain.time import Timeframe
from trader.storage.candles import CandleStore

KEY = "binance_spot:BTC/USDT"
MINUTE = Timeframe.parse("1m")


def candle(minute: int, close: float = 10.0, key: str = KEY) -> Candle:
    return Candle(key, minute * MINUTE.ms, 9.0, 11.0, 8.0, close, 2.0, 2.0 * close)


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    return CandleStore(tmp_path / "candles")


def test_what_is_written_is_read_back(store: CandleStore) -> None:
    candles = [candle(1), candle(2, 10.1)]
    assert store.append(KEY, MINUTE, candles) == 2
    assert store.read(KEY, MINUTE) == candles
    assert store.read(KEY, MINUTE, last=1) == candles[1:]
    assert store.read(KEY, MINUTE, last=5) == candles


@pytest.mark.parametrize(
    ("stored", "fresh", "after"),
    [
        ([1, 2], [3], [1, 2, 3]),
        ([3], [1], [1, 3]),
        ([1, 2], [2, 3], [1, 2, 3]),
        ([1], [], [1]),
        ([], [2, 1, 2], [1, 2]),
        ([], [], []),
    ],
)
def test_candles_are_merged_by_time(
    store: CandleStore, stored: list[int], fresh: list[int], after: list[int]
) -> None:
    store.append(KEY, MINUTE, map(candle, stored))
    assert store.append(KEY, MINUTE, map(candle, fresh)) == len(after)
    assert store.read(KEY, MINUTE) == [candle(minute) for minute in after]


def test_the_newer_version_of_a_candle_stays(store: CandleStore) -> None:
    store.append(KEY, MINUTE, [candle(1, 10.0), candle(2, 10.0)])
    store.append(KEY, MINUTE, [candle(2, 20.0), candle(2, 30.0)])
    assert [c.close for c in store.read(KEY, MINUTE)] == [10.0, 30.0]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("upbit:BTC/KRW", "upbit__BTC-KRW__1m.parquet"),
        ("binance_spot:BTC/USDT", "binance__BTC-USDT__1m.parquet"),
        ("binance_futures:1000PEPE/USDT", "binanceusdm__1000PEPE-USDT__1m.parquet"),
        ("upbit:..\\..\\A__B-C/KRW", "upbit__..%5C..%5CA%5F%5FB%2DC-KRW__1m.parquet"),
    ],
)
def test_file_names_are_the_contracts_and_safe(store: CandleStore, key: str, name: str) -> None:
    assert store.path(key, MINUTE).name == name
    store.append(key, MINUTE, [candle(1, key=key)])
    assert store.read(key, MINUTE) == [candle(1, key=key)]


def test_pandas_reads_the_columns_of_the_contract(store: CandleStore) -> None:
    store.append(KEY, MINUTE, [candle(1)])
    frame = pd.read_parquet(store.path(KEY, MINUTE))
    assert list(frame.columns[:6]) == ["timestamp", "open", "high", "low", "close", "volume"]
    assert frame.timestamp.dtype == "int64"


def test_a_file_of_another_program_has_no_turnover(store: CandleStore) -> None:
    store.append(KEY, MINUTE, [candle(1)])
    path = store.path(KEY, MINUTE)
    pd.read_parquet(path).drop(columns="turnover").to_parquet(path)
    assert store.read(KEY, MINUTE) == [candle(1)]
    assert store.append(KEY, MINUTE, [candle(2)]) == 2


@pytest.mark.parametrize("content", [b"", b"PAR1 and so on", b"PAR1" + bytes(100) + b"PAR1"])
def test_a_file_that_is_none_is_named_and_kept(store: CandleStore, content: bytes) -> None:
    path = store.path(KEY, MINUTE)
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"BTC-USDT__1m\.parquet is no candle file"):
        store.append(KEY, MINUTE, [candle(1)])
    assert path.read_bytes() == content


def test_nothing_is_known_of_a_market_without_file(store: CandleStore) -> None:
    assert store.read(KEY, MINUTE) == []


def test_no_draft_is_left_behind(store: CandleStore, tmp_path: Path) -> None:
    store.append(KEY, MINUTE, [candle(1)])
    names = {path.name for path in (tmp_path / "candles").iterdir()}
    assert names == {"binance__BTC-USDT__1m.parquet", ".lock"}
