"""Candlestick patterns as TA-Lib knows them, by the names traders use."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.errors import BadInput
from trader.indicators.talib_alone import talib

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trader.domain.candles import Candles

FUNCTIONS = MappingProxyType(
    {
        "doji": "CDLDOJI",
        "hammer": "CDLHAMMER",
        "inverted_hammer": "CDLINVERTEDHAMMER",
        "hanging_man": "CDLHANGINGMAN",
        "shooting_star": "CDLSHOOTINGSTAR",
        "engulfing": "CDLENGULFING",
        "harami": "CDLHARAMI",
        "piercing_line": "CDLPIERCING",
        "dark_cloud_cover": "CDLDARKCLOUDCOVER",
        "morning_star": "CDLMORNINGSTAR",
        "evening_star": "CDLEVENINGSTAR",
        "three_white_soldiers": "CDL3WHITESOLDIERS",
        "three_black_crows": "CDL3BLACKCROWS",
        "marubozu": "CDLMARUBOZU",
        "spinning_top": "CDLSPINNINGTOP",
    }
)


def pattern(name: str, candles: Candles) -> NDArray[np.int8]:
    """1 where the pattern speaks for rising prices, -1 for falling, 0 where there is none.

    Raises `BadInput` for a name that is not in `FUNCTIONS`.
    """
    if name not in FUNCTIONS:
        raise BadInput(f"'{name}' is no candlestick pattern; known are {', '.join(FUNCTIONS)}")
    function = getattr(talib, FUNCTIONS[name])
    found = function(candles.open, candles.high, candles.low, candles.close)
    signs: NDArray[np.int8] = np.sign(found).astype(np.int8)
    return signs


def patterns(candles: Candles) -> dict[str, NDArray[np.int8]]:
    """Every pattern of `FUNCTIONS`, one array each, one row a candle."""
    return {name: pattern(name, candles) for name in FUNCTIONS}
