"""Finer candles: which file is taken, and what is said when none fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backtest.drawing import parquet
from trader.backtest.data import Loaded, Wanted, find, load
from trader.domain.errors import BadInput
from trader.domain.time import HOUR, MINUTE

T0 = 1_704_067_200_000
Row = tuple[int, float, float, float, float, float]


def rows(step: int, count: int, start: int = T0) -> list[Row]:
    return [(start + step * n, 100.0, 101.0, 99.0, 100.0, 5.0) for n in range(count)]


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    return parquet(tmp_path / "upbit__BTC-KRW__1h.parquet", rows(HOUR, 50))


def loaded(hours: Path, *detail: str) -> Loaded:
    return load(find([hours], None), Wanted(detail=detail))


def test_auto_takes_the_finest_that_covers(hours: Path) -> None:
    parquet(hours.with_name("upbit__BTC-KRW__30m.parquet"), rows(HOUR // 2, 100))
    parquet(hours.with_name("upbit__BTC-KRW__5m.parquet"), rows(5 * MINUTE, 600))
    parquet(hours.with_name("upbit__BTC-KRW__1m.parquet"), rows(MINUTE, 100))  # too short
    parquet(hours.with_name("upbit__ETH-KRW__1m.parquet"), rows(MINUTE, 3_000))  # another coin
    one = loaded(hours, "auto").series[0]
    assert one.detail is not None
    assert one.detail.timeframe == 5 * MINUTE
    assert one.source.detail == "upbit__BTC-KRW__5m.parquet"
    assert loaded(hours).series[0].detail is None


def test_auto_without_any_says_so(hours: Path) -> None:
    one = loaded(hours, "auto").series[0]
    assert one.detail is None
    assert one.source.detail == ""


def test_one_named_file_may_be_of_another_venue_but_of_no_other_symbol(hours: Path) -> None:
    same = parquet(hours.with_name("binance__BTC-KRW__1m.parquet"), rows(MINUTE, 3_000))
    one = loaded(hours, str(same)).series[0]
    assert one.detail is not None
    assert one.detail.timeframe == MINUTE
    other = parquet(hours.with_name("upbit__ETH-KRW__1m.parquet"), rows(MINUTE, 3_000))
    with pytest.raises(BadInput, match="are not among the files of --detail"):
        loaded(hours, str(other))


@pytest.mark.parametrize(
    ("name", "count", "why"),
    [
        ("upbit__BTC-KRW__1m.parquet", 100, "do not cover the traded span"),
        ("upbit__BTC-KRW__1d.parquet", 9, "are not among the files of --detail"),
    ],
)
def test_what_was_named_must_fit(hours: Path, name: str, count: int, why: str) -> None:
    step = MINUTE if "1m" in name else 24 * HOUR
    file = parquet(hours.with_name(name), rows(step, count))
    with pytest.raises(BadInput, match=why):
        loaded(hours, str(file))
    with pytest.raises(BadInput, match="no such file or folder"):
        loaded(hours, "nowhere")
