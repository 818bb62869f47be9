"""Which files are meant, what their names tell, which rows are traded."""

from pathlib import Path
from typing import Any

import pytest

from tests.backtest.drawing import H1, T0, flat, loaded, parquet
from trader.backtest.data import Loaded, find
from trader.backtest.names import candle_file, symbol_named
from trader.domain.errors import BadInput
from trader.domain.time import HOUR, MINUTE, Timeframe

NAMED = [
    ("upbit__BTC-KRW__1h.parquet", ("upbit", "BTC/KRW", "1h")),
    ("binance__BTC-USDT__15m.csv", ("binance_spot", "BTC/USDT", "15m")),
    ("binanceusdm__ETH-USDT__1m__2024-08.feather", ("binance_futures", "ETH/USDT", "1m")),
    ("binance_futures__ETH-USDT__1d.parquet", ("binance_futures", "ETH/USDT", "1d")),
    ("binanceusdm__ADA-USDT__1h_mark.parquet", ("binance_futures", "ADA/USDT", None)),
    ("binanceusdm__ADA-USDT__funding.parquet", ("binance_futures", "ADA/USDT", None)),
    ("fx__USD-KRW__1d.parquet", (None, "USD/KRW", "1d")),
    ("bitcoin.csv", (None, None, None)),
]


@pytest.mark.parametrize(("name", "told"), NAMED)
def test_a_name_tells_venue_symbol_and_timeframe(name: Any, told: Any) -> None:
    file = candle_file(Path(name))
    length = file.timeframe.name if file.timeframe else None
    assert (file.venue, file.symbol, length) == told


def hourly(folder: Path, name: str, hours: range = range(4)) -> Path:
    return parquet(folder / name, flat(list(hours)))


def keys(made: Loaded) -> list[str]:
    return [series.key for series in made.series]


def test_flags_beat_the_name(tmp_path: Path) -> None:
    file = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet")
    made = loaded(file, venue="binance_spot", symbols=("SOL/USDT",))
    assert keys(made) == ["binance_spot:SOL/USDT"]


def test_flags_do_when_the_name_does_not_tell(tmp_path: Path) -> None:
    file = hourly(tmp_path, "mine.parquet")
    made = loaded(file, venue="upbit", symbols=("BTC-KRW",), timeframe=H1)
    assert keys(made) == ["upbit:BTC/KRW"]


@pytest.mark.parametrize(
    ("venue", "wanted", "remedy"),
    [
        (None, {}, "give --venue"),
        ("upbit", {}, "give --symbols"),
        ("upbit", {"symbols": ("BTC/KRW",)}, "give --timeframe"),
        ("upbit", {"symbols": ("BTCKRW",)}, "'BTCKRW' is no symbol"),
    ],
)
def test_what_neither_name_nor_flags_tell_is_asked_for(
    tmp_path: Path, venue: Any, wanted: Any, remedy: Any
) -> None:
    file = hourly(tmp_path, "mine.parquet")
    with pytest.raises(BadInput, match=remedy):
        loaded(file, venue=venue, **wanted)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "upbit__XRP-KRW__1h.parquet",
        "upbit__BTC-KRW__1h.parquet",
        "upbit__BTC-KRW__1h__2024-08.parquet",
        "upbit__BTC-KRW__1d.parquet",
        "upbit__BTC-KRW__1h_mark.parquet",
        "binance__BTC-USDT__1h.parquet",
        "binanceusdm__BTC-USDT__trades__20240808.parquet",
        "notes.csv",
    ):
        hourly(tmp_path, name)
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    return tmp_path


def test_a_folder_is_walked_by_name_and_what_is_not_meant_is_listed(folder: Path) -> None:
    made = loaded(folder, venue="upbit", timeframe=H1)
    assert keys(made) == ["upbit:BTC/KRW", "upbit:XRP/KRW"]
    assert set(made.skipped) == {
        "upbit__BTC-KRW__1h__2024-08.parquet",
        "upbit__BTC-KRW__1d.parquet",
        "upbit__BTC-KRW__1h_mark.parquet",
        "binance__BTC-USDT__1h.parquet",
        "binanceusdm__BTC-USDT__trades__20240808.parquet",
        "notes.csv",
    }


def test_symbols_pick_and_order(folder: Path) -> None:
    made = loaded(folder, venue="upbit", timeframe=H1, symbols=("XRP/KRW", "btc"))
    assert keys(made) == ["upbit:XRP/KRW", "upbit:BTC/KRW"]


def test_several_files_stay_in_the_order_in_which_they_are_given(tmp_path: Path) -> None:
    xrp = hourly(tmp_path, "upbit__XRP-KRW__1h.parquet")
    btc = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet")
    assert keys(loaded(xrp, btc)) == ["upbit:XRP/KRW", "upbit:BTC/KRW"]


FOLDER_REFUSALS = [
    (None, {}, r"several venues \(binance_spot, upbit\).*--venue"),
    ("upbit", {}, r"several timeframes \(1d, 1h\).*--timeframe"),
    ("upbit", {"timeframe": H1, "symbols": ("SOL/KRW",)}, "no candle file holds SOL/KRW"),
    ("binance_futures", {}, "no candle file of binance_futures"),
    ("upbit", {"timeframe": Timeframe("15m", 15 * MINUTE)}, "cannot be made into 15m candles"),
]


@pytest.mark.parametrize(("venue", "wanted", "said"), FOLDER_REFUSALS)
def test_what_a_folder_leaves_open_is_refused_with_the_remedy(
    folder: Path, venue: Any, wanted: Any, said: Any
) -> None:
    (folder / "upbit__BTC-KRW__1h__2024-08.parquet").unlink()
    with pytest.raises(BadInput, match=said):
        loaded(folder, venue=venue, **wanted)


def test_in_a_folder_the_longest_fitting_candles_of_each_symbol_are_taken(folder: Path) -> None:
    day = Timeframe("1d", 24 * HOUR)
    with pytest.raises(
        BadInput, match=r"XRP-KRW__1h.parquet: its 1h candles cannot be made into 1m"
    ):
        loaded(folder, venue="upbit", symbols=("XRP/KRW",), timeframe=Timeframe("1m", MINUTE))
    hourly(folder, "upbit__SOL-KRW__1d.parquet")
    assert keys(loaded(folder, venue="upbit", timeframe=H1)) == ["upbit:BTC/KRW", "upbit:XRP/KRW"]
    made = loaded(folder, venue="upbit", timeframe=day, symbols=("BTC/KRW", "SOL/KRW"))
    assert [one.source.timeframe for one in made.series] == ["1d", "1d"]


def test_two_files_of_one_symbol_are_refused(tmp_path: Path) -> None:
    one = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet")
    two = hourly(tmp_path, "upbit__BTC-KRW__1h__2024-08.parquet")
    with pytest.raises(BadInput, match="both hold BTC/KRW"):
        loaded(one, two)


def test_two_currencies_cannot_share_one_capital(tmp_path: Path) -> None:
    won = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet")
    dollar = hourly(tmp_path, "upbit__ETH-USDT__1h.parquet")
    with pytest.raises(BadInput, match="different currencies"):
        loaded(won, dollar)


def test_a_symbol_is_written_base_and_quote() -> None:
    with pytest.raises(BadInput, match="'BTC/KRW/X' is no symbol; write for example BTC/KRW"):
        symbol_named("BTC/KRW/X")


def test_no_candles_at_all_is_said_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no candle file; they are named as upbit__BTC-KRW__1h"):
        loaded(tmp_path)
    with pytest.raises(BadInput, match="no such file or folder"):
        loaded(tmp_path / "nowhere")


def test_start_is_inclusive_end_exclusive_and_what_lies_before_is_history(tmp_path: Path) -> None:
    file = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet", range(10))
    made = loaded(file, start=T0 + 3 * HOUR, end=T0 + 7 * HOUR).series[0]
    assert made.start_index == 3
    assert ((made.candles.time - T0) // HOUR).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert made.traded_rows == 4
    assert made.source.rows == 10


@pytest.mark.parametrize(("start", "end"), [(10, None), (None, 0), (5, 5)])
def test_a_span_without_candles_is_refused(tmp_path: Path, start: Any, end: Any) -> None:
    file = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet", range(10))
    span = {"start": start, "end": end}
    times = {name: T0 + hour * HOUR for name, hour in span.items() if hour is not None}
    with pytest.raises(BadInput, match="the file runs from 2024-01-01 to 2024-01-01"):
        loaded(file, **times)


def test_a_longer_timeframe_resamples_the_file(tmp_path: Path) -> None:
    file = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet", range(1, 10))
    made = loaded(file, timeframe=Timeframe("4h", 4 * HOUR))
    assert made.timeframe.name == "4h"
    assert ((made.series[0].candles.time - T0) // HOUR).tolist() == [4, 8]
    assert made.series[0].source.timeframe == "1h"


def test_too_few_rows_for_one_longer_candle_are_refused(tmp_path: Path) -> None:
    file = hourly(tmp_path, "upbit__BTC-KRW__1h.parquet", range(1, 3))
    with pytest.raises(BadInput, match="too short for one whole candle of 4h"):
        loaded(file, timeframe=Timeframe("4h", 4 * HOUR))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("binanceusdm__BTC-USDT__1h_mark.parquet", "holds mark prices, no candles.*leave it away"),
        ("binanceusdm__BTC-USDT__funding.parquet", "holds funding rates.*give it to --funding"),
    ],
)
def test_a_file_of_another_kind_is_not_traded(tmp_path: Path, name: str, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(BadInput, match=told):
        find([path], None)
