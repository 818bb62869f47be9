"""The recorded files are read as their README describes them: rows, missing candles, no repair."""

from pathlib import Path

import pytest

from tests.backtest.drawing import loaded

MARKET = Path(__file__).parents[2] / ".." / "shared" / "market"
FILES = [
    # file                                      key                        rows    missing
    ("binance__BTC-USDT__1h.parquet", "binance_spot:BTC/USDT", 67_894, 122),
    ("upbit__BTC-KRW__1h.parquet", "upbit:BTC/KRW", 32_780, 52),
    ("binance__SUI-USDT__1m__2023-05_2023-07.parquet", "binance_spot:SUI/USDT", 128_880, 0),
    ("binanceusdm__SOL-USDT__5m.parquet", "binance_futures:SOL/USDT", 52_128, 0),
]


@pytest.mark.parametrize(("name", "key", "rows", "missing"), FILES)
def test_a_recorded_file_is_read_whole(name: str, key: str, rows: int, missing: int) -> None:
    if not (MARKET / name).exists():
        pytest.skip("the recorded market (../shared/market) is not here")
    series = loaded(MARKET / name).series[0]
    assert (series.key, len(series.candles), series.source.gaps) == (key, rows, missing)
    assert not any(series.source.repairs.values())
    assert (series.funding is not None) == (key == "binance_futures:SOL/USDT")


def test_times_of_an_outage_that_open_off_the_minute_are_moved_to_it() -> None:
    """After the outage of February 2018 1,201 candles open at 14.8 s past the minute."""
    path = MARKET / "binance__ETH-USDT__1m__2018-01_2018-02.parquet"
    if not path.exists():
        pytest.skip("the recorded market (../shared/market) is not here")
    source = loaded(path).series[0].source
    assert source.repairs["off_grid"] == 1_201
    assert source.rows == source.rows_in_file == 62_741
