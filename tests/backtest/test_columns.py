"""What a file may look like, and what is said of one that cannot be used."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backtest.drawing import NAMES, T0, flat, parquet
from trader.backtest.columns import read_table
from trader.backtest.rows import REQUIRED, rows_of
from trader.domain.errors import BadInput
from trader.domain.rows import MISSING
from trader.domain.time import HOUR

HEAD = "timestamp,open,high,low,close,volume\n"
TAIL = ",100,101,99,100,5\n"


def csv(folder: Path, text: str) -> Path:
    path = folder / "upbit__BTC-KRW__1h.csv"
    path.write_text(text, encoding="utf-8")
    return path


def times_in(path: Path) -> list[int]:
    return [int(at) for at in rows_of(read_table(path, REQUIRED)).time]


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        rows_of(read_table(path, REQUIRED))
    text = str(caught.value)
    assert "\n" not in text
    return text


WRITTEN_TIMES = [
    "1704067200000",
    "1704067200000.0",
    "2024-01-01",
    "2024-01-01 00:00:00",
    "2024-01-01T00:00:00Z",
    "2024-01-01T09:00:00+09:00",
    "2024-01-01T00:00:00.000000",
]


@pytest.mark.parametrize("written", WRITTEN_TIMES)
def test_times_may_be_ms_or_iso_8601_and_without_zone_are_utc(tmp_path: Path, written: str) -> None:
    assert times_in(csv(tmp_path, HEAD + written + TAIL)) == [T0]


def test_times_written_in_several_ways_are_read_one_by_one(tmp_path: Path) -> None:
    text = HEAD + "".join(written + TAIL for written in WRITTEN_TIMES if "." not in written)
    assert set(times_in(csv(tmp_path, text))) == {T0}


def test_a_missing_time_is_marked_and_later_dropped(tmp_path: Path) -> None:
    assert times_in(csv(tmp_path, HEAD + "1704067200000" + TAIL + TAIL)) == [T0, MISSING]


@pytest.mark.parametrize("kind", [pa.timestamp("ms"), pa.timestamp("ns", "UTC"), pa.date32()])
def test_parquet_may_hold_real_times(tmp_path: Path, kind: pa.DataType) -> None:
    table = pa.table(dict(zip(NAMES, ([v] for v in flat([0])[0]), strict=True)))
    moments = pa.array([T0]).cast(pa.timestamp("ms")).cast(kind)
    path = tmp_path / "a.parquet"
    pq.write_table(table.set_column(0, "timestamp", moments), path)
    assert times_in(path) == [T0]


def test_feather_is_read_too_and_names_may_be_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    names = ("Timestamp", "OPEN", "High", "Low", "Close", " Volume")
    pyarrow.feather.write_feather(
        pa.table(dict(zip(names, ([v] for v in flat([0])[0]), strict=True))), str(path)
    )
    assert times_in(path) == [T0]


def test_whole_numbers_are_prices_too(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", [(T0, 100, 101, 99, 100, 5)])
    assert rows_of(read_table(path, REQUIRED)).high.tolist() == [101.0]


REFUSALS = [
    (HEAD + "1704067200" + TAIL, "row 1, column 'timestamp': 1704067200 looks like seconds"),
    (HEAD + "1704067200000" + TAIL + "1704070800" + TAIL, "row 2, column 'timestamp'"),
    (HEAD + "1704067200000000" + TAIL, "looks like microseconds"),
    (HEAD + "yesterday" + TAIL, "row 1, column 'timestamp': 'yesterday' is no time"),
    (HEAD + "1704067200000,100,101,99,many,5\n", "row 1, column 'close': 'many' is no number"),
    (HEAD + "1704067200000" + TAIL + "1704070800000,1_0x,1,1,1,1\n", "row 2, column 'open'"),
    (
        "timestamp,open,high,low,close\n1704067200000,1,1,1,1\n",
        "the column is missing: volume (found: timestamp, open",
    ),
    ("a;b\n1;2\n", "timestamp, open, high, low, close, volume (found: a;b)"),
    (HEAD, "the file holds no rows"),
    ("", "the file is empty"),
    (HEAD + "1704067200000,1,2\n", "cannot be read"),
    ("close," + HEAD + "1,1704067200000" + TAIL, "'close' stands there twice"),
]


@pytest.mark.parametrize(("text", "said"), REFUSALS)
def test_a_file_that_cannot_be_used_is_refused_naming_file_row_and_column(
    tmp_path: Path, text: str, said: str
) -> None:
    reason = refusal(csv(tmp_path, text))
    assert reason.startswith("upbit__BTC-KRW__1h.csv: ")
    assert said in reason


def test_a_wrong_cell_far_down_a_large_file_is_found(tmp_path: Path) -> None:
    good = "".join(f"{T0 + n * HOUR}{TAIL}" for n in range(60_000))
    text = HEAD + good + f"{T0 + 60_000 * HOUR},100,101,99,oops,5\n"
    assert "row 60001, column 'close': 'oops'" in refusal(csv(tmp_path, text))


def test_bytes_that_are_no_parquet_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 but not really")
    assert refusal(path).startswith("a.parquet: cannot be read: ")


def test_words_instead_of_prices_in_parquet_are_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", [(T0, True, 1.0, 1.0, 1.0, 1.0)])
    assert "column 'open' holds bool" in refusal(path)


def test_other_kinds_of_files_and_missing_ones_are_refused(tmp_path: Path) -> None:
    assert "'.txt' is not read" in refusal(tmp_path / "a.txt")
    assert "no such file" in refusal(tmp_path / "a.parquet")


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), max_size=8))
def test_numbers_come_out_of_a_csv_exactly_as_they_were(tmp_path_factory: Any, values: Any) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    rows = "".join(f"{T0},{value!r},1,1,1,1\n" for value in [1.5, *values])
    path.write_text(HEAD + rows, encoding="utf-8")
    read = rows_of(read_table(path, REQUIRED)).open
    assert np.array_equal(read, np.array([1.5, *values]), equal_nan=True)


@pytest.mark.parametrize("encoding", ["cp949", "utf-16", "utf-16-le"])
def test_letters_of_an_old_excel_are_named_with_the_remedy(tmp_path: Path, encoding: str) -> None:
    path = csv(tmp_path, "")
    path.write_bytes("시간,시가,고가,저가,종가,거래량\n1704067200000,1,1,1,1,1\n".encode(encoding))
    text = refusal(path)
    assert "not UTF-8" in text
    assert "CSV UTF-8 (comma delimited)" in text


def test_a_workbook_with_another_name_is_called_one(tmp_path: Path) -> None:
    path = csv(tmp_path, "")
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 4)
    assert "is an Excel workbook; save it in Excel as" in refusal(path)


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_are_named(tmp_path: Path, mark: str, word: str) -> None:
    path = csv(tmp_path, (HEAD + str(T0) + TAIL).replace(",", mark))
    assert f"it is separated by {word}: put commas there" in refusal(path)


def test_thousands_with_commas_are_told_from_words(tmp_path: Path) -> None:
    quoted = HEAD + f'{T0},"152,123,000",1,1,1,1\n'
    assert "is no number; write it without commas" in refusal(csv(tmp_path, quoted))
    assert "without commas" not in refusal(csv(tmp_path, HEAD + f'{T0},"a,b",1,1,1,1\n'))


def test_nanoseconds_are_not_called_microseconds(tmp_path: Path) -> None:
    text = refusal(csv(tmp_path, HEAD + str(T0 * 1_000_000) + TAIL))
    assert "looks like nanoseconds" in text
    assert text.endswith("divide by 1000000")


def test_half_a_parquet_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = parquet(tmp_path / "upbit__BTC-KRW__1h.parquet", flat(range(50)))
    path.write_bytes(path.read_bytes()[:200])
    assert "damaged or not complete; copy or download it again" in refusal(path)
