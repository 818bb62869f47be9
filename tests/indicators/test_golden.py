"""Every indicator equals TA-Lib and, after warm-up, `ta`, on recorded candles where they exist."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from ta.momentum import ROCIndicator, RSIIndicator
from ta.trend import MACD, ADXIndicator, EMAIndicator, SMAIndicator
from ta.volatility import AverageTrueRange, BollingerBands

from tests.strategies.drawing import first_rows, real_or_walk
from trader.domain.candles import Candles
from trader.indicators import averages, oscillators, volatility, windows

ROWS = 3_000
SETTLED = slice(2_500, None)  # `ta` begins its averages elsewhere; by then that is forgotten


@pytest.fixture(scope="module")
def candles() -> Candles:
    return real_or_walk("binance__BTC-USDT__1h", ROWS)


def ours(c: Candles) -> dict[str, np.ndarray]:
    bands, macd = averages.bollinger(c.close), averages.macd(c.close)
    return {
        "rsi": oscillators.rsi(c.close),
        "adx": oscillators.adx(c.high, c.low, c.close),
        "atr": volatility.atr(c.high, c.low, c.close),
        "ema50": averages.ema(c.close, 50),
        "ema100": averages.ema(c.close, 100),
        "sma30": averages.sma(c.close, 30),
        "macd": macd.line,
        "signal": macd.signal,
        "upper": bands.upper,
        "middle": bands.middle,
        "lower": bands.lower,
        "deviation": windows.deviation(c.close, 20),
        "roc": oscillators.roc(c.close),
    }


def of_talib(c: Candles) -> dict[str, np.ndarray]:
    upper, middle, lower = talib.BBANDS(c.close, 20, 2.0, 2.0)
    line, signal, _ = talib.MACD(c.close)
    return {
        "rsi": talib.RSI(c.close),
        "adx": talib.ADX(c.high, c.low, c.close),
        "atr": talib.ATR(c.high, c.low, c.close),
        "ema50": talib.EMA(c.close, 50),
        "ema100": talib.EMA(c.close, 100),
        "sma30": talib.SMA(c.close, 30),
        "macd": line,
        "signal": signal,
        "upper": upper,
        "middle": middle,
        "lower": lower,
        "deviation": talib.STDDEV(c.close, 20),
        "roc": talib.ROCP(c.close, 12),
    }


def of_ta(c: Candles) -> dict[str, pd.Series]:
    high, low, close = pd.Series(c.high), pd.Series(c.low), pd.Series(c.close)
    bands, macd = BollingerBands(close), MACD(close)
    return {
        "rsi": RSIIndicator(close).rsi(),
        "adx": ADXIndicator(high, low, close).adx(),
        "atr": AverageTrueRange(high, low, close).average_true_range(),
        "ema50": EMAIndicator(close, 50).ema_indicator(),
        "ema100": EMAIndicator(close, 100).ema_indicator(),
        "sma30": SMAIndicator(close, 30).sma_indicator(),
        "macd": macd.macd(),
        "signal": macd.macd_signal(),
        "upper": bands.bollinger_hband(),
        "middle": bands.bollinger_mavg(),
        "lower": bands.bollinger_lband(),
        "roc": ROCIndicator(close).roc() / 100,
    }


def test_equal_to_talib_with_the_same_warm_up(candles: Candles) -> None:
    theirs = of_talib(candles)
    for name, values in ours(candles).items():
        scale = np.nanmax(np.abs(theirs[name])) if name in ("macd", "signal", "roc") else 0.0
        np.testing.assert_array_equal(np.isnan(values), np.isnan(theirs[name]), err_msg=name)
        np.testing.assert_allclose(values, theirs[name], rtol=1e-8, atol=1e-8 * scale, err_msg=name)


def test_equal_to_ta_once_the_beginning_is_forgotten(candles: Candles) -> None:
    measured = ours(candles)
    for name, values in of_ta(candles).items():
        scale = np.nanmax(np.abs(values)) if name in ("macd", "signal", "roc") else 0.0
        np.testing.assert_allclose(
            measured[name][SETTLED],
            values.to_numpy()[SETTLED],
            rtol=1e-8,
            atol=1e-8 * scale,
            err_msg=name,
        )


@pytest.mark.parametrize("rows", [0, 1, 5, 14])
def test_too_few_candles_are_undefined_everywhere(candles: Candles, rows: int) -> None:
    few = first_rows(candles, rows)
    for name, values in ours(few).items():
        if name != "roc":
            assert np.isnan(values).all(), name
        assert len(values) == rows
