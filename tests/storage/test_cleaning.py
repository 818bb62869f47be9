"""What the written report says: gaps and where, spikes by the stated rule, silent candles."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.storage.test_store import T0, columns
from trader.domain.time import MINUTE
from trader.storage.cleaning import cleaning_of, gaps_of
from trader.storage.kinds import TIME


def test_whole_candles_have_nothing_to_say() -> None:
    clean = cleaning_of(columns(range(50)), MINUTE, None, {})
    assert (clean.rows, clean.first, clean.last) == (50, T0, T0 + 49 * MINUTE)
    assert (clean.gaps.count, clean.spikes, clean.zero_volume, clean.repaired) == (0, (), 0, 0)


def test_one_candle_is_a_report_too() -> None:
    assert cleaning_of(columns([3]), MINUTE, (), {}).gaps.count == 0


def test_gaps_that_were_asked_for_are_told_from_those_that_were_not() -> None:
    time = columns([0, 1, 4, 5, 9])[TIME]
    gaps = gaps_of(time, MINUTE, ((T0, T0 + 3 * MINUTE),))
    assert (gaps.count, gaps.missing, gaps.unasked) == (2, 5, 4)
    assert (gaps.longest, gaps.longest_at) == (3, T0 + 6 * MINUTE)


@pytest.mark.parametrize(
    ("name", "factor", "spike"),
    [("high", 1.5, True), ("low", 0.5, True), ("high", 1.2, False), ("low", 0.85, False)],
)
def test_a_spike_lies_far_outside_of_both_neighbours(name: str, factor: float, spike: bool) -> None:
    """The median range of these candles is 2 %, 20 times that is 40 %."""
    drawn = columns(range(50))
    drawn[name][20] *= factor
    found = cleaning_of(drawn, MINUTE, (), {}).spikes
    assert found == ((T0 + 20 * MINUTE,) if spike else ())


def test_a_step_is_no_spike() -> None:
    drawn = columns(range(50))
    for name in ("open", "high", "low", "close"):
        drawn[name][25:] *= 3
    assert cleaning_of(drawn, MINUTE, (), {}).spikes == ()


def test_the_report_is_json_and_names_the_rule() -> None:
    drawn = columns(range(200))
    drawn["high"][10:190:4] *= 9
    drawn["volume"][5] = 0.0
    content = json.loads(json.dumps(cleaning_of(drawn, MINUTE, (), {"duplicates": 2}).as_json()))
    assert content["spikes"]["count"] == 45
    assert len(content["spikes"]["at"]) == 20
    assert "neighbours" in content["spikes"]["rule"]
    assert content["zero_volume"] == 1
    assert content["repairs"] == {"duplicates": 2}
    assert np.isfinite(content["gaps"]["missing"])
