"""Averages are compared with a tolerance, and crossings need both sides to be known."""

from __future__ import annotations

import numpy as np
import pytest

from trader.indicators.comparison import (
    above,
    before,
    below,
    crossed_above,
    crossed_below,
    within_last,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("a", "b", "is_above", "is_below"),
    [
        (101.0, 100.0, True, False),
        (100.0, 101.0, False, True),
        (100.0 * (1 + 5e-11), 100.0, False, False),  # equal within 1e-10
        (100.0 * (1 + 3e-10), 100.0, True, False),
        (-1e-12, -2e-12, True, False),  # relative, whatever the size
        (NAN, 100.0, False, False),
        (0.0, 0.0, False, False),
    ],
)
def test_above_and_below(a: float, b: float, is_above: bool, is_below: bool) -> None:
    assert bool(above(np.array([a]), np.array([b]))[0]) is is_above
    assert bool(below(np.array([a]), np.array([b]))[0]) is is_below


@pytest.mark.parametrize(
    ("line", "crossed"),
    [
        #  against 10
        ([9.0, 11.0, 12.0], [False, True, False]),
        ([9.0, 10.0, 11.0], [False, False, True]),  # touching is not above, leaving it is
        ([11.0, 10.0, 11.0], [False, False, True]),
        ([9.0, 10.0 * (1 + 5e-11), 9.0], [False, False, False]),
        ([NAN, 11.0, 12.0], [False, False, False]),
        ([11.0], [False]),
    ],
)
def test_crossing_above(line: list[float], crossed: list[bool]) -> None:
    level = np.full(len(line), 10.0)
    assert crossed_above(np.array(line), level).tolist() == crossed
    assert crossed_below(-np.array(line), -level).tolist() == crossed


def test_the_value_before_and_any_of_the_last() -> None:
    assert before(np.array([1.0, 2.0, 3.0]), 2)[2] == 1.0
    assert np.isnan(before(np.array([1.0]), 2)).all()
    sign = np.array([True, False, False, False])
    assert within_last(sign, 3).tolist() == [True, True, True, False]
