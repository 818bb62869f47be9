"""Spans of time, and what is left of them: which parts of a history are known, which are not."""

from __future__ import annotations

from collections.abc import Iterable

from trader.domain.time import Millis

Span = tuple[Millis, Millis]  # start inclusive, end exclusive, ms UTC
Spans = tuple[Span, ...]


def joined(spans: Iterable[Span]) -> Spans:
    """The same time in as few spans as possible, ascending; empty ones fall away."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def without(spans: Iterable[Span], known: Iterable[Span]) -> Spans:
    """What of `spans` lies in none of `known`, ascending."""
    known = joined(known)
    return tuple(left for span in joined(spans) for left in _left_of(span, known))


def within(spans: Iterable[Span], limits: Span) -> Spans:
    """What of `spans` lies inside `limits`, ascending."""
    low, high = limits
    return joined((max(start, low), min(end, high)) for start, end in spans)


def length(spans: Iterable[Span]) -> Millis:
    """How long they are together."""
    return sum(end - start for start, end in spans)


def _left_of(span: Span, known: Spans) -> Iterable[Span]:
    start, end = span
    for taken, free in known:
        if free <= start:
            continue
        if taken >= end:
            break
        if taken > start:
            yield start, taken
        start = max(start, free)
    if start < end:
        yield start, end
