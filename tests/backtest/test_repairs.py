"""Every repair as a picture: the rows of the file, the rows that are left, the count."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backtest.drawing import NAMES, T0, flat, loaded, parquet
from trader.backtest.rows import REQUIRED, candles_of, resampled
from trader.domain.errors import BadInput
from trader.domain.rows import Rows
from trader.domain.time import HOUR, MINUTE, Timeframe
from trader.storage.repairs import missing_candles, repaired

NAN, INF = math.nan, math.inf

#        what was wrong     rows as (hour, open, high, low, close, volume)                  left
REPAIRS = [
    ("nan_or_infinite", [(0, 9, 9, 9, 9, 1), (1, NAN, 9, 9, 9, 1)], [(0, 9, 9, 9, 9, 1)]),
    ("nan_or_infinite", [(0, 9, 9, 9, 9, 1), (1, 9, INF, 9, 9, 1)], [(0, 9, 9, 9, 9, 1)]),
    ("nan_or_infinite", [(0, 9, 9, 9, 9, 1), (1, 9, 9, 9, 9, NAN)], [(0, 9, 9, 9, 9, 1)]),
    ("non_positive", [(0, 9, 9, 9, 9, 1), (1, 9, 9, 0, 9, 1)], [(0, 9, 9, 9, 9, 1)]),
    ("non_positive", [(0, 9, 9, 9, 9, 1), (1, 9, 9, 9, 9, -1)], [(0, 9, 9, 9, 9, 1)]),
    ("off_grid", [(0, *4 * [9], 1), (1.4, 8, 8, 8, 8, 1)], [(0, *4 * [9], 1), (1, *4 * [8], 1)]),
    ("unsorted", [(1, 8, 8, 8, 8, 1), (0, 9, 9, 9, 9, 1)], [(0, 9, 9, 9, 9, 1), (1, *4 * [8], 1)]),
    ("duplicates", [(0, 9, 9, 9, 9, 1), (0, 8, 8, 8, 8, 1)], [(0, 8, 8, 8, 8, 1)]),
    ("high_low", [(0, 9, 9, 9, 10, 1)], [(0, 9, 10, 9, 10, 1)]),
    ("high_low", [(0, 9, 9, 8.5, 8, 1)], [(0, 9, 9, 8, 8, 1)]),
]  # fmt: skip


def rows(*drawn: tuple[float, ...]) -> Rows:
    time, *prices = (np.array(column, dtype=np.float64) for column in zip(*drawn, strict=True))
    return Rows(T0 + np.rint(time * HOUR).astype(np.int64), *prices)


def drawn(of: Rows) -> list[tuple[float, ...]]:
    columns = ((of.time - T0) / HOUR, of.open, of.high, of.low, of.close, of.volume)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize(("what", "before", "after"), REPAIRS)
def test_each_repair_leaves_these_rows_and_is_counted(what: Any, before: Any, after: Any) -> None:
    left, counts = repaired(rows(*before), HOUR)
    assert drawn(left) == after
    assert {name: n for name, n in counts.items() if n} == {what: 1}


def test_repairs_are_made_in_the_order_of_the_contract() -> None:
    """The row moved to 01:00 stands behind the other one, so it is the later and stays."""
    left, counts = repaired(
        rows((1, 9, 9, 9, 9, 1), (0, 7, 7, 7, 7, 1), (1.5, 8, 8, 8, 8.5, 1)), HOUR
    )
    assert drawn(left) == [(0, 7, 7, 7, 7, 1), (1, 8, 8.5, 8, 8.5, 1)]
    assert counts == {
        "nan_or_infinite": 0, "non_positive": 0, "off_grid": 1, "unsorted": 1, "duplicates": 1,
        "high_low": 1, "turnover": 0,
    }  # fmt: skip


def test_clean_rows_are_handed_on_as_they_are() -> None:
    clean = rows((0, 9, 9, 9, 9, 1), (1, 9, 9, 9, 9, 1))
    left, counts = repaired(clean, HOUR)
    assert left is clean
    assert not any(counts.values())


def test_gaps_are_counted_not_filled(tmp_path: Path) -> None:
    file = parquet(tmp_path / "upbit__BTC-KRW__1h.parquet", flat([0, 1, 4, 5, 9]))
    made = loaded(file).series[0]
    assert made.source.gaps == 5
    assert len(made.candles) == 5


def test_a_file_of_which_nothing_is_left_is_refused_with_the_reasons(tmp_path: Path) -> None:
    file = parquet(tmp_path / "upbit__BTC-KRW__1h.parquet", flat([0, 1], price=-3.0))
    with pytest.raises(
        BadInput, match=r"upbit__BTC-KRW__1h.parquet: no usable row .*non_positive: 2"
    ):
        loaded(file)


def test_an_unusable_quote_volume_is_replaced_and_counted(tmp_path: Path) -> None:
    drawn_rows = [
        (*row, turnover) for row, turnover in zip(flat([0, 1]), [777.0, NAN], strict=True)
    ]
    file = parquet(tmp_path / "upbit__BTC-KRW__1h.parquet", drawn_rows, (*NAMES, "quote_volume"))
    made = loaded(file).series[0]
    assert made.candles.turnover.tolist() == [777.0, 500.0]
    assert made.source.repairs["turnover"] == 1


def test_longer_candles_begin_at_whole_multiples_and_the_broken_first_is_left_out() -> None:
    minutes = rows(*((1 + minute / 60, 10, 10 + minute, 9, 10, 1) for minute in range(30, 150)))
    made = resampled(minutes, HOUR)
    assert (
        drawn(made) == [(2, 10, 129, 9, 10, 60), (3, 10, 159, 9, 10, 30)] or drawn(made)[0][0] == 2
    )
    assert made.volume.tolist() == [60, 30]


def test_the_hours_of_candles_are_made_of_their_own_rows() -> None:
    minutes = rows(*((minute / 60, 10, 10, 9, 10, 1) for minute in range(150)))
    made = candles_of(minutes, Timeframe("1m", MINUTE))
    assert made.hours is not None
    assert ((made.hours.time - T0) / HOUR).tolist() == [0, 1]
    assert made.next_time[0] == made.time[1]
    assert made.next_time[-1] == -1


def test_candles_above_an_hour_have_no_hours() -> None:
    assert candles_of(rows((0, 9, 9, 9, 9, 1)), Timeframe("4h", 4 * HOUR)).hours is None


def test_a_timeframe_that_does_not_divide_an_hour_is_refused() -> None:
    with pytest.raises(BadInput, match="60 minutes cannot be made"):
        candles_of(rows((0, 9, 9, 9, 9, 1)), Timeframe("7m", 7 * MINUTE))


PRICE = st.sampled_from([9.0, 10.0, 11.0, 0.0, -1.0, NAN, INF])
ROW = st.tuples(
    st.sampled_from([0, 0.5, 1, 2, 3.25]), *[PRICE] * 4, st.sampled_from([0.0, 1.0, NAN])
)


@given(st.lists(ROW, min_size=1, max_size=12))
def test_whatever_a_file_holds_repaired_rows_are_candles(file: Any) -> None:
    left, counts = repaired(rows(*file), HOUR)
    assert np.all(np.diff(left.time) > 0)
    assert not np.any(left.time % HOUR)
    assert np.all(left.low <= np.minimum(left.open, left.close))
    assert np.all(left.high >= np.maximum(left.open, left.close))
    dropped = counts["nan_or_infinite"] + counts["non_positive"] + counts["duplicates"]
    assert len(left) + dropped == len(file)
    if len(left):
        assert missing_candles(left, HOUR) >= 0


@given(st.lists(ROW, min_size=1, max_size=12))
def test_repairing_twice_changes_nothing_more(file: Any) -> None:
    once, _ = repaired(rows(*file), HOUR)
    if len(once):
        twice, counts = repaired(once, HOUR)
        assert drawn(twice) == drawn(once)
        assert not any(counts.values())


def test_the_required_columns_are_those_of_the_contract() -> None:
    assert REQUIRED == NAMES
