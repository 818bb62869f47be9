"""Where funding comes from and how its times are read."""

from pathlib import Path

import pytest

from tests.backtest.drawing import T0, flat, loaded, parquet
from trader.backtest.funding import read_funding
from trader.domain.errors import BadInput
from trader.domain.time import HOUR, MINUTE

NAMES = ("timestamp", "rate")


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    return parquet(tmp_path / "binanceusdm__BTC-USDT__1h.parquet", flat([0, 1, 2]))


def rates(path: Path, *rows: tuple[float | None, float | None]) -> Path:
    return parquet(path, rows, NAMES)


def test_times_move_down_to_the_full_minute_and_of_equal_ones_the_later_stays(
    tmp_path: Path,
) -> None:
    file = rates(
        tmp_path / "f.parquet",
        (T0 + 8 * HOUR + 7, 0.2), (T0 + 3, 0.1), (T0 + 59_999, 0.3), (T0 + MINUTE, None),
    )  # fmt: skip
    funding = read_funding(file)
    assert funding.time.tolist() == [T0, T0 + 8 * HOUR]
    assert funding.rate.tolist() == [0.3, 0.2]


def test_the_file_beside_the_candles_is_found(candles: Path) -> None:
    assert loaded(candles).series[0].funding is None
    rates(candles.parent / "binanceusdm__BTC-USDT__funding.parquet", (T0, 0.1))
    funding = loaded(candles).series[0].funding
    assert funding is not None
    assert funding.file == "binanceusdm__BTC-USDT__funding.parquet"


def test_a_given_file_beats_the_one_beside(candles: Path, tmp_path: Path) -> None:
    rates(candles.parent / "binanceusdm__BTC-USDT__funding.parquet", (T0, 0.1))
    mine = rates(tmp_path / "mine.parquet", (T0, 0.2))
    funding = loaded(candles, funding=mine).series[0].funding
    assert funding is not None
    assert funding.rate.tolist() == [0.2]


def test_of_several_symbols_each_takes_its_own(candles: Path, tmp_path: Path) -> None:
    eth = parquet(tmp_path / "binanceusdm__ETH-USDT__1h.parquet", flat([0, 1]))
    store = tmp_path / "store"
    store.mkdir()
    rates(store / "binanceusdm__ETH-USDT__funding.parquet", (T0, 0.1))
    btc, other = loaded(candles, eth, funding=store).series
    assert btc.funding is None
    assert other.funding is not None


def test_funding_that_cannot_belong_is_refused(candles: Path, tmp_path: Path) -> None:
    mine = rates(tmp_path / "mine.parquet", (T0, 0.2))
    spot = parquet(tmp_path / "binance__BTC-USDT__1h.parquet", flat([0, 1]))
    eth = parquet(tmp_path / "binanceusdm__ETH-USDT__1h.parquet", flat([0, 1]))
    with pytest.raises(BadInput, match="spot markets have no funding"):
        loaded(spot, funding=mine)
    with pytest.raises(BadInput, match="no funding file for BTC/USDT, ETH/USDT"):
        loaded(candles, eth, funding=mine)
    with pytest.raises(BadInput, match="no row holds both"):
        read_funding(rates(tmp_path / "empty.parquet", (None, 0.2), (T0, None)))


def test_rates_of_another_symbol_are_not_taken_for_the_only_ones(
    candles: Path, tmp_path: Path
) -> None:
    foreign = rates(tmp_path / "binanceusdm__ETH-USDT__funding.parquet", (T0, 0.2))
    with pytest.raises(BadInput, match="no funding file for BTC/USDT"):
        loaded(candles, funding=foreign)
