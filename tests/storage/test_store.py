"""The store as its readers use it: spans, the newest rows, other programs; and many writers."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from trader.domain.errors import BadInput
from trader.domain.time import Timeframe
from trader.storage import parquet, whole
from trader.storage.candles import CandleStore
from trader.storage.kinds import CANDLE, TIME, Columns, Kind, kind_of, runs
from trader.storage.merging import merged

KEY = "upbit:BTC/KRW"
MINUTE = Timeframe.parse("1m")
T0 = 1_717_200_000_000


def columns(minutes: list[int] | range, price: float = 100.0) -> Columns:
    """Flat candles at these minutes after T0."""
    time = T0 + np.array(list(minutes), np.int64) * MINUTE.ms
    flat = np.full(len(time), price)
    numbers = (flat, flat + 1, flat - 1, flat, flat / 50, flat * 2)
    return dict(zip(CANDLE, (time, *numbers), strict=True))


def minutes(found: Columns) -> list[int]:
    return [int(at - T0) // MINUTE.ms for at in found[TIME]]


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    return CandleStore(tmp_path / "candles")


def test_a_span_and_the_newest_are_read_in_part(
    store: CandleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_GROUP", 10)
    store.merge(KEY, MINUTE, columns(range(100)))
    read: list[list[int]] = []
    inner = parquet._columns

    def noted(file: Any, groups: list[int], kind: Kind) -> Columns:
        read.append(groups)
        return inner(file, groups, kind)

    monkeypatch.setattr(parquet, "_columns", noted)
    at = [T0 + n * MINUTE.ms for n in range(101)]
    assert minutes(store.columns(KEY, MINUTE, at[15], at[34])) == list(range(15, 34))
    assert minutes(store.newest(KEY, MINUTE, 12)) == list(range(88, 100))
    assert minutes(store.columns(KEY, MINUTE, at[95])) == list(range(95, 100))
    assert minutes(store.columns(KEY, MINUTE, None, at[2])) == [0, 1]
    assert minutes(store.columns(KEY, MINUTE, at[100])) == []
    assert read == [[1, 2, 3], [8, 9], [9], [0], []]
    assert store.span(KEY, MINUTE) == (at[0], at[99])
    assert minutes(store.newest(KEY, MINUTE, 0)) == []


def test_nothing_is_there_before_something_is(store: CandleStore) -> None:
    assert store.span(KEY, MINUTE) is None
    assert store.asked(KEY, MINUTE) is None
    assert store.held(KEY, "funding") == ()
    assert minutes(store.columns(KEY, MINUTE)) == minutes(store.newest(KEY, MINUTE, 5)) == []
    assert store.columns(KEY, "trades")["id"].dtype == np.int64


def test_pandas_and_duckdb_read_what_is_stored(store: CandleStore) -> None:
    store.merge(KEY, MINUTE, columns(range(1_000)), [(T0, T0 + 1)])
    path = store.path(KEY, MINUTE)
    frame = pd.read_parquet(path)
    assert list(frame.columns) == list(CANDLE)
    question = f"SELECT count(*), min(timestamp), max(high), sum(volume) FROM '{path}'"  # noqa: S608
    assert duckdb.execute(question).fetchall() == [(1_000, T0, 101.0, 2_000.0)]
    assert frame.volume.sum() == 2_000.0


def test_what_was_asked_stays_with_the_rows(store: CandleStore) -> None:
    store.merge(KEY, MINUTE, columns([1, 2]), [(T0, T0 + 10)])
    store.merge(KEY, MINUTE, {}, [(T0 + 10, T0 + 20), (T0 + 30, T0 + 40)])
    assert store.asked(KEY, MINUTE) == ((T0, T0 + 20), (T0 + 30, T0 + 40))
    assert minutes(store.columns(KEY, MINUTE)) == [1, 2]


def test_another_programs_rows_are_not_taken_for_asked(store: CandleStore) -> None:
    store.merge(KEY, MINUTE, columns([1, 2, 3]), [(T0, T0 + 10 * MINUTE.ms)])
    path = store.path(KEY, MINUTE)
    pd.read_parquet(path).drop(index=1).to_parquet(path)
    assert store.asked(KEY, MINUTE) is None
    store.merge(KEY, MINUTE, columns([9]), [(T0 + 8 * MINUTE.ms, T0 + 10 * MINUTE.ms)])
    at = [T0 + n * MINUTE.ms for n in range(11)]
    assert store.asked(KEY, MINUTE) == ((at[1], at[2]), (at[3], at[4]), (at[8], at[10]))


def test_new_and_revised_rows_are_counted(store: CandleStore) -> None:
    first = store.merge(KEY, MINUTE, columns([1, 2, 3]))
    again = store.merge(KEY, MINUTE, columns([2, 3]))
    later = store.merge(KEY, MINUTE, columns([3, 4], 200.0))
    assert (first.rows, first.new, first.revised) == (3, 3, 0)
    assert (again.rows, again.new, again.revised) == (3, 0, 0)
    assert (later.rows, later.new, later.revised) == (4, 1, 1)


def test_the_same_again_does_not_write(store: CandleStore) -> None:
    store.merge(KEY, MINUTE, columns([1, 2]), [(T0, T0 + 10)])
    before = store.path(KEY, MINUTE).stat().st_mtime_ns
    store.merge(KEY, MINUTE, columns([2]), [(T0, T0 + 5)])
    assert store.path(KEY, MINUTE).stat().st_mtime_ns == before


def test_repairs_are_counted_over_all_downloads(store: CandleStore) -> None:
    odd = columns([1, 2])
    odd["high"] = odd["high"] * 0 + 1.0
    store.merge(KEY, MINUTE, odd)
    store.merge(KEY, MINUTE, columns([5, 5]))
    assert store.repairs(KEY, MINUTE)["high_low"] == 2
    assert store.repairs(KEY, MINUTE)["duplicates"] == 1


def test_many_writers_lose_nothing(store: CandleStore) -> None:
    def write(first: int) -> None:
        for n in range(5):
            store.merge(KEY, MINUTE, columns([first + 10 * n]), [(T0 + first, T0 + first + 1)])

    threads = [threading.Thread(target=write, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert minutes(store.columns(KEY, MINUTE)) == sorted(
        n * 10 + k for n in range(5) for k in range(8)
    )


def test_a_writer_that_never_ends_is_not_waited_for_ever(store: CandleStore) -> None:
    store.folder.mkdir()
    with (
        FileLock(store.folder / ".lock"),
        pytest.raises(BadInput, match="keeps writing"),
        whole.only_writer(store.folder, 0.05),
    ):
        pytest.fail("there are two writers")


def test_a_write_that_fails_leaves_the_old_file(
    store: CandleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.merge(KEY, MINUTE, columns([1, 2]))
    fired: list[Path] = []

    def full(path: Path) -> None:
        fired.append(path)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole, "_flushed", full)
    with pytest.raises(OSError, match="No space left"):
        store.merge(KEY, MINUTE, columns([3]))
    assert len(fired) == 1
    assert minutes(store.columns(KEY, MINUTE)) == [1, 2]
    assert sorted(path.name for path in store.folder.iterdir()) == [
        ".lock", "upbit__BTC-KRW__1m.parquet",
    ]  # fmt: skip


def test_windows_refuses_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, refused = Path.replace, [1, 1]

    def replace(self: Path, target: Path) -> Path:
        if refused:
            refused.pop()
            raise PermissionError("somebody reads it")
        return inner(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with whole.replacing(tmp_path / "file") as draft:
        draft.write_text("new", "utf-8")
    assert refused == []
    assert (tmp_path / "file").read_text("utf-8") == "new"


@pytest.mark.parametrize("what", ["1x", "fundings", "_mark", ""])
def test_a_kind_that_is_none_is_refused(what: str) -> None:
    with pytest.raises(BadInput, match="is no timeframe"):
        kind_of(what)


MOMENTS = st.lists(st.integers(0, 12), max_size=10)


@given(MOMENTS, MOMENTS)
def test_merging_is_what_a_dictionary_does(stored: list[int], fresh: list[int]) -> None:
    old = {TIME: np.array(sorted(set(stored)), np.int64), "rate": np.zeros(len(set(stored)))}
    new = {TIME: np.array(fresh, np.int64), "rate": np.arange(len(fresh)) % 2 * 1.0}
    wanted = dict.fromkeys(sorted(set(stored)), 0.0)
    after = wanted | dict(zip(fresh, new["rate"].tolist(), strict=True))
    result, added, revised = merged(old, new, (TIME,))
    assert dict(zip(result[TIME].tolist(), result["rate"].tolist(), strict=True)) == after
    assert result[TIME].tolist() == sorted(after)
    assert added == len(after) - len(wanted)
    assert revised >= sum(after[at] != 0.0 for at in wanted)


@given(st.lists(st.integers(0, 40), max_size=15))
def test_runs_cover_the_rows_and_nothing_else(places: list[int]) -> None:
    time = np.array(sorted(set(places)), np.int64) * 10
    covered = {at for start, end in runs(time, 10) for at in range(start, end, 10)}
    assert covered == set(time.tolist())
