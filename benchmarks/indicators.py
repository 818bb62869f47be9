"""RSI, MACD, bands, ATR, ADX, EMA50 and EMA100: ours beside the library `ta`."""

from __future__ import annotations

from benchmarks.bars import YEAR, invented
from benchmarks.figure import Figure, best_of, milliseconds
from trader.domain.candles import Candles
from trader.indicators import averages, oscillators, volatility

SHORT = 500
WORK = "seven indicators on {rows:,} candles"


def figures() -> list[Figure]:
    """On a live window, and on a year of minutes (there `ta` is measured on a tenth of it)."""
    short, year = invented(SHORT), invented(YEAR)
    tenth = invented(YEAR // 10)
    ours, theirs = best_of(50, lambda: _ours(short)), best_of(5, lambda: _theirs(short))
    whole, part = best_of(3, lambda: _ours(year)), best_of(1, lambda: _theirs(tenth))
    return [
        Figure(WORK.format(rows=SHORT), milliseconds(ours), "", _beside(theirs, ours)),
        Figure(WORK.format(rows=YEAR), milliseconds(whole), "", _beside(10.0 * part, whole)),
    ]


def _beside(theirs: float, ours: float) -> str:
    return f"ta {milliseconds(theirs)}, here and now: {theirs / ours:,.0f} times as long"


def _ours(c: Candles) -> None:
    oscillators.rsi(c.close)
    averages.macd(c.close)
    averages.bollinger(c.close)
    volatility.atr(c.high, c.low, c.close)
    oscillators.adx(c.high, c.low, c.close)
    averages.ema(c.close, 50)
    averages.ema(c.close, 100)


def _theirs(c: Candles) -> None:
    import pandas as pd
    from ta.momentum import RSIIndicator
    from ta.trend import MACD, ADXIndicator, EMAIndicator
    from ta.volatility import AverageTrueRange, BollingerBands

    high, low, close = pd.Series(c.high), pd.Series(c.low), pd.Series(c.close)
    RSIIndicator(close).rsi()
    macd = MACD(close)
    macd.macd(), macd.macd_signal()
    bands = BollingerBands(close)
    bands.bollinger_hband(), bands.bollinger_lband()
    AverageTrueRange(high, low, close).average_true_range()
    ADXIndicator(high, low, close).adx()
    for period in (50, 100):
        EMAIndicator(close, period).ema_indicator()
