"""Cuts a span into parts to choose on and parts to be judged on, the one before the other."""

from __future__ import annotations

from typing import NamedTuple

from trader.domain.errors import BadInput
from trader.domain.time import Millis

ROLLING, ANCHORED = "rolling", "anchored"
KINDS = (ROLLING, ANCHORED)
TRAIN_PARTS = 3  # a rolling training span is this many times as long as a test span


class Span(NamedTuple):
    """Milliseconds UTC; `end` is exclusive."""

    start: Millis
    end: Millis


class Fold(NamedTuple):
    """Parameters are chosen on `train` and judged on `test`, which begins where `train` ends."""

    number: int  # from 1
    train: Span
    test: Span


def folds(
    span: Span,
    count: int,
    kind: str = ROLLING,
    *,
    train_parts: int = TRAIN_PARTS,
    step: Millis = 1,
) -> tuple[Fold, ...]:
    """`count` folds whose test spans are equally long, follow one another and end with the span.

    Rolling: each is trained on the `train_parts` lengths before it. Anchored: on all before it, at
    least as much. Borders are whole `step`s (ms, a candle) before the end. What indicators need
    before a span is not part of it. Raises `BadInput` when the span is too short.
    """
    if kind not in KINDS:
        raise BadInput(f"'{kind}' is no kind of walk-forward; use {' or '.join(KINDS)}")
    if count < 1 or train_parts < 1:
        raise BadInput("a walk-forward needs at least one fold; for example --walk-forward 5")
    parts = count + train_parts
    length = (span.end - span.start) // parts // step * step
    if length < 1:
        raise BadInput(
            f"too few candles for {count} folds (they make {parts} parts); "
            "use fewer folds or more candles"
        )
    return tuple(_fold(n, span, count - n, length, kind, train_parts) for n in range(count))


def _fold(n: int, span: Span, left: int, length: Millis, kind: str, train_parts: int) -> Fold:
    start = span.end - left * length
    train = span.start if kind == ANCHORED else start - train_parts * length
    return Fold(n + 1, Span(train, start), Span(start, start + length))


def judged_span(made: tuple[Fold, ...]) -> Span:
    """From the start of the first test span to the end of the last."""
    return Span(made[0].test.start, made[-1].test.end)
