"""What each strategy wishes, drawn: indicator lines on the left, its wish on the last candle."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from tests.strategies.drawing import Drawn
from trader.domain.parameters import Parameters
from trader.strategies.catalogue import discover

PARAMETERS = Parameters()
CATALOGUE = discover()
Lines = dict[str, list[float]]


def wishes(name: str, lines: Lines, parameters: Parameters = PARAMETERS) -> str:
    """The wishes on the last candle, in the order buy sell short cover."""
    raw = CATALOGUE.get(name).signals(Drawn(**lines), parameters)
    return " ".join(
        wish for wish in ("buy", "sell", "short", "cover") if bool(getattr(raw, wish)[-1])
    )


RSI_REVERSION = [
    ([29.9], "buy cover"),
    ([30.0], ""),
    ([50.0], ""),
    ([70.0], ""),
    ([70.1], "sell short"),
    ([np.nan], ""),
]


@pytest.mark.parametrize(("rsi", "wish"), RSI_REVERSION)
def test_rsi_reversion(rsi: list[float], wish: str) -> None:
    assert wishes("rsi_reversion", {"rsi": rsi}) == wish


@pytest.mark.parametrize(
    ("rsi", "close", "wish"),
    [  # band 90 to 110
        (29.0, 89.9, "buy cover"),
        (29.0, 90.0, "cover"),  # at the band is not below it
        (31.0, 89.9, "cover"),
        (71.0, 100.0, "sell"),
        (50.0, 110.1, "sell"),
        (71.0, 110.1, "sell short"),
        (50.0, 100.0, ""),
        (29.0, 110.1, "sell cover"),
    ],
)
def test_rsi_bollinger(rsi: float, close: float, wish: str) -> None:
    lines = {"rsi": [rsi], "close": [close], "lower": [90.0], "upper": [110.0]}
    assert wishes("rsi_bollinger", lines) == wish


@pytest.mark.parametrize(
    ("close", "volume", "usual", "width", "wish"),
    [  # band 90, 100, 110; the usual volume is that of the candle before
        (110.1, 12.0, [10.0, 99.0], [0.1, 0.2], "buy cover"),  # 1.2 x usual is enough
        (110.1, 11.9, [10.0, 1.0], [0.1, 0.2], "cover"),
        (110.1, 12.0, [10.0, 1.0], [0.2, 0.2], "cover"),  # not widening
        (110.0, 12.0, [10.0, 1.0], [0.1, 0.2], "cover"),
        (100.0, 12.0, [10.0, 1.0], [0.1, 0.2], ""),  # on the middle
        (99.9, 12.0, [10.0, 1.0], [0.1, 0.2], "sell"),
        (89.9, 12.0, [10.0, 1.0], [0.1, 0.2], "sell short"),
        (89.9, 12.0, [np.nan, 1.0], [0.1, 0.2], "sell"),
    ],
)
def test_bb_breakout(
    close: float, volume: float, usual: list[float], width: list[float], wish: str
) -> None:
    lines = {
        "close": [100.0, close],
        "volume": [1.0, volume],
        "usual": usual,
        "width": width,
        "upper": [110.0] * 2,
        "middle": [100.0] * 2,
        "lower": [90.0] * 2,
    }
    assert wishes("bb_breakout", lines) == wish


@pytest.mark.parametrize(
    ("close", "volume", "wish"),
    [  # usual volume 10
        (110.1, 15.1, "buy cover"),
        (110.1, 15.0, "cover"),
        (110.0, 15.1, "cover"),
        (99.0, 15.1, "sell"),
        (89.9, 15.1, "sell short"),
    ],
)
def test_bb_volume_breakout(close: float, volume: float, wish: str) -> None:
    band: Lines = {"upper": [110.0], "middle": [100.0], "lower": [90.0], "usual": [10.0]}
    assert wishes("bb_volume_breakout", {"close": [close], "volume": [volume], **band}) == wish


@pytest.mark.parametrize(
    ("close", "adx", "wish"),
    [  # EMA50 100, band 95 to 105
        (105.1, 20.1, "buy cover"),
        (105.1, 20.0, "cover"),
        (105.0, 30.0, "cover"),
        (100.0, 30.0, ""),
        (99.0, 30.0, "sell"),
        (94.9, 30.0, "sell short"),
        (94.9, np.nan, "sell"),
    ],
)
def test_dynamic_breakout(close: float, adx: float, wish: str) -> None:
    lines = {"close": [close], "adx": [adx], "ema50": [100.0], "upper": [105.0], "lower": [95.0]}
    assert wishes("dynamic_breakout", lines) == wish


@pytest.mark.parametrize(
    ("fast", "wish"),
    [  # SMA30 stands at 100
        ([99.0, 101.0], "buy cover"),
        ([100.0, 101.0], "buy cover"),
        ([101.0, 102.0], ""),
        ([101.0, 99.0], "sell short"),
        ([100.0, 99.0], "sell short"),
        ([99.0, 100.0 + 1e-9], ""),  # equal within 1e-10 relative
        ([np.nan, 101.0], ""),
    ],
)
def test_ma_cross(fast: list[float], wish: str) -> None:
    assert wishes("ma_cross", {"sma10": fast, "sma30": [100.0, 100.0]}) == wish


@pytest.mark.parametrize(
    ("close", "rsi", "wish"),
    [  # EMA100 stands at 100
        (101.0, [45.0, 40.0, 42.0], "buy cover"),  # turned up below 50
        (101.0, [40.0, 40.0, 42.0], "buy cover"),  # stood still, then up
        (101.0, [38.0, 40.0, 42.0], "cover"),  # rose before already
        (101.0, [45.0, 49.0, 50.0], "cover"),
        (99.0, [45.0, 40.0, 42.0], "sell"),
        (99.0, [55.0, 60.0, 58.0], "sell short"),
        (100.0, [45.0, 40.0, 42.0], ""),
    ],
)
def test_pullback(close: float, rsi: list[float], wish: str) -> None:
    assert (
        wishes("pullback", {"close": [100.0, 100.0, close], "rsi": rsi, "ema100": [100.0] * 3})
        == wish
    )


@pytest.mark.parametrize(
    ("roc", "close", "fast", "volume", "wish"),
    [  # EMA50 100, usual volume 10
        (0.021, 103.0, 102.0, 15.1, "buy cover"),
        (0.020, 103.0, 102.0, 15.1, "cover"),
        (0.021, 102.0, 102.0, 15.1, "cover"),
        (0.021, 103.0, 102.0, 15.0, "cover"),
        (-0.001, 103.0, 102.0, 15.1, "sell cover"),  # out of a long: the move is over
        (0.0, 100.0, 100.0, 15.1, ""),
        (-0.021, 97.0, 98.0, 15.1, "sell short"),
    ],
)
def test_momentum(roc: float, close: float, fast: float, volume: float, wish: str) -> None:
    lines = {"roc": [roc], "close": [close], "ema20": [fast], "ema50": [100.0]}
    assert wishes("momentum", {**lines, "volume": [volume], "usual": [10.0]}) == wish


@pytest.mark.parametrize(
    ("z", "close", "wish"),
    [  # mean 100
        (-2.1, 95.0, "buy cover"),
        (-2.0, 95.0, "cover"),
        (0.0, 100.0, "sell cover"),  # at the mean both sides leave
        (0.5, 101.0, "sell"),
        (2.1, 105.0, "sell short"),
    ],
)
def test_mean_reversion(z: float, close: float, wish: str) -> None:
    assert wishes("mean_reversion", {"z": [z], "close": [close], "middle": [100.0]}) == wish


@pytest.mark.parametrize(
    ("fast", "adx", "macd", "wish"),
    [  # EMA50 100, MACD's signal 1
        (101.0, 25.1, 1.1, "buy cover"),
        (101.0, 25.0, 1.1, "cover"),
        (101.0, 26.0, 1.0, "cover"),
        (100.0, 26.0, 1.1, ""),
        (99.0, 26.0, 0.9, "sell short"),
        (99.0, 26.0, 1.1, "sell"),
    ],
)
def test_trend_following(fast: float, adx: float, macd: float, wish: str) -> None:
    lines = {"ema20": [fast], "ema50": [100.0], "adx": [adx], "macd": [macd], "signal": [1.0]}
    assert wishes("trend_following", lines) == wish


QUIET: Lines = {
    "rsi": [50.0] * 4,
    "low": [100.0] * 4,
    "high": [100.0] * 4,
    "lower": [90.0] * 4,
    "upper": [110.0] * 4,
    "macd": [0.0] * 4,
    "signal": [0.0] * 4,
    "volume": [1.0] * 4,
    "usual": [1.0] * 4,
}


@pytest.mark.parametrize(
    ("signs", "wish"),
    [
        ({}, ""),
        # 0.30 + 0.25; the RSI was low two candles ago, the low touched the band one ago
        ({"rsi": [50.0, 34.9, 50.0, 50.0], "low": [100.0, 100.0, 90.0, 100.0]}, "buy cover"),
        # three candles ago is too long
        ({"rsi": [34.9, 50.0, 50.0, 50.0], "low": [100.0, 100.0, 90.0, 100.0]}, ""),
        # 0.30 + 0.15 is not enough, 0.30 + 0.30 is
        ({"rsi": [50.0] * 3 + [34.9], "volume": [1.0, 1.0, 1.3, 1.0]}, ""),
        ({"rsi": [50.0] * 3 + [34.9], "macd": [-1.0, -1.0, 1.0, 1.0]}, "buy cover"),
        # mirrored
        ({"rsi": [50.0] * 3 + [65.1], "high": [100.0] * 3 + [110.0]}, "sell short"),
        ({"rsi": [50.0] * 3 + [65.1], "macd": [1.0, 1.0, -1.0, -1.0]}, "sell short"),
        # both within three candles
        (
            {
                "rsi": [50.0, 34.9, 65.1, 50.0],
                "low": [100.0, 90.0, 100.0, 100.0],
                "high": [100.0, 100.0, 110.0, 100.0],
            },
            "buy sell short cover",
        ),
    ],
)
def test_combined(signs: Lines, wish: str) -> None:
    assert wishes("combined", {**QUIET, **signs}) == wish


def test_a_declared_threshold_can_be_set() -> None:
    own = {"rsi_reversion": MappingProxyType({"rsi_low": 40.0})}
    parameters = Parameters(thresholds=MappingProxyType(own))
    assert wishes("rsi_reversion", {"rsi": [35.0]}) == ""
    assert wishes("rsi_reversion", {"rsi": [35.0]}, parameters) == "buy cover"
