"""Candlestick patterns: a picture of each side, and names that are unknown."""

from __future__ import annotations

import numpy as np
import pytest

from tests.strategies.drawing import candles_of, walk
from trader.domain.errors import BadInput
from trader.indicators.patterns import FUNCTIONS, pattern, patterns


def drawn(*last: tuple[float, float, float, float]) -> object:
    """Twenty quiet falling or rising candles come first, so that there is a trend and a size."""
    o, h, l, c = (np.array(column) for column in zip(*last, strict=True))
    return candles_of(c, open=o, high=h, low=l)


def test_a_bullish_engulfing_says_one_and_a_bearish_minus_one() -> None:
    quiet = [(100.0, 101.0, 99.0, 100.5)] * 20
    up = drawn(*quiet, (100.0, 100.2, 97.9, 98.0), (97.5, 103.0, 97.0, 102.0))
    down = drawn(*quiet, (100.0, 102.1, 99.8, 102.0), (102.5, 103.0, 97.0, 98.0))
    assert pattern("engulfing", up)[-1] == 1  # type: ignore[arg-type]
    assert pattern("engulfing", down)[-1] == -1  # type: ignore[arg-type]


def test_every_pattern_is_one_of_three_on_every_candle() -> None:
    candles = walk(2_000)
    found = patterns(candles)
    assert set(found) == set(FUNCTIONS)
    for name, signs in found.items():
        assert signs.dtype == np.int8
        assert set(np.unique(signs)) <= {-1, 0, 1}, name
        assert len(signs) == len(candles)


def test_an_unknown_pattern_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="hammer"):
        pattern("hamster", walk(50))
