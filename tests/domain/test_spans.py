"""Spans of time behave as the sets of moments that they are."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trader.domain.spans import Span, joined, length, within, without

MOMENTS = st.integers(0, 30)
SPANS = st.lists(st.tuples(MOMENTS, MOMENTS), max_size=6)


def moments(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


@given(SPANS)
def test_joined_is_the_same_time_in_as_few_spans_as_possible(spans: list[Span]) -> None:
    found = joined(spans)
    assert moments(found) == moments(spans)
    assert all(start < end for start, end in found)
    assert all(a[1] < b[0] for a, b in pairwise(found))
    assert length(found) == len(moments(spans))


@given(SPANS, SPANS)
def test_without_leaves_what_is_in_none_of_the_others(spans: list[Span], known: list[Span]) -> None:
    assert moments(without(spans, known)) == moments(spans) - moments(known)


@given(SPANS, st.tuples(MOMENTS, MOMENTS))
def test_within_keeps_what_is_inside(spans: list[Span], limits: Span) -> None:
    assert moments(within(spans, limits)) == moments(spans) & moments([limits])
