"""Folds: test spans tile the end of the span, and training never sees what comes after it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trader.backtest.honesty.folds import KINDS, Span, folds, judged_span
from trader.domain.errors import BadInput
from trader.domain.time import DAY, HOUR

spans = st.tuples(st.integers(0, 2**42), st.integers(1, 2**40)).map(
    lambda pair: Span(pair[0], pair[0] + pair[1])
)


@given(
    span=spans,
    count=st.integers(1, 40),
    kind=st.sampled_from(KINDS),
    train_parts=st.integers(1, 9),
    step=st.sampled_from([1, 60_000, HOUR, DAY]),
)
def test_tests_tile_the_end_and_training_lies_before(
    span: Span, count: int, kind: str, train_parts: int, step: int
) -> None:
    assume((span.end - span.start) // (count + train_parts) >= step)
    made = folds(span, count, kind, train_parts=train_parts, step=step)
    length = made[0].test.end - made[0].test.start
    assert [fold.number for fold in made] == list(range(1, count + 1))
    assert {fold.test.end - fold.test.start for fold in made} == {length}
    assert all(a.test.end == b.test.start for a, b in pairwise(made))
    assert judged_span(made) == Span(made[0].test.start, span.end)
    for fold in made:
        assert span.start <= fold.train.start < fold.train.end == fold.test.start
        assert fold.train.end - fold.train.start >= train_parts * length
        assert (span.end - fold.test.start) % step == 0
    starts = {fold.train.start for fold in made}
    assert starts == {span.start} if kind == "anchored" else len(starts) == count


def test_eight_months_rolling_and_anchored() -> None:
    year = Span(0, 8 * 30 * DAY)
    rolling, anchored = folds(year, 5), folds(year, 5, "anchored")
    assert [fold.test for fold in rolling] == [fold.test for fold in anchored]
    assert rolling[0] == anchored[0] == (1, Span(0, 90 * DAY), Span(90 * DAY, 120 * DAY))
    assert rolling[4].train == Span(120 * DAY, 210 * DAY)
    assert anchored[4].train == Span(0, 210 * DAY)


@pytest.mark.parametrize(
    ("span", "count", "kind", "text"),
    [
        (Span(0, 7 * HOUR), 5, "rolling", "too few candles for 5 folds"),
        (Span(9, 9), 1, "rolling", "too few candles"),
        (Span(0, DAY), 0, "rolling", "at least one fold"),
        (Span(0, DAY), 2, "sliding", "'sliding' is no kind of walk-forward; use rolling or"),
    ],
)
def test_what_cannot_be_cut_says_so(span: Span, count: int, kind: str, text: str) -> None:
    with pytest.raises(BadInput, match=text):
        folds(span, count, kind, step=HOUR)
