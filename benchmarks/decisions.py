"""A closed candle's decision for one symbol, each strategy on a window of 1,000 rows."""

from __future__ import annotations

from time import perf_counter

from benchmarks.bars import invented
from benchmarks.figure import Figure, milliseconds, percentile
from trader.domain.candles import Candle, Candles
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import MINUTE
from trader.indicators.longer import rows_of
from trader.strategies.catalogue import discover
from trader.strategies.live import RollingSignals, Terms

KEY = "binance_spot:BTC/USDT"
KNOWN, CLOSED = 1_000, 300
OTHERS = "freqtrade 1.3 to 1.5 ms a pair (specification 7.1)"


def figures() -> list[Figure]:
    """Median and p99 of every strategy, all filters of the strategy included."""
    candles = invented(KNOWN + CLOSED, 15 * MINUTE)
    return [_figure(name, candles) for name in discover().names]


def _figure(name: str, candles: Candles) -> Figure:
    spent = _spent(name, candles)
    middle, slow = percentile(spent, 0.5), percentile(spent, 0.99)
    result = f"{milliseconds(middle)} (p99 {milliseconds(slow)})"
    return Figure(f"decision on a closed candle, {name}", result, "<= 0.5 ms", OTHERS)


def _spent(name: str, candles: Candles) -> list[float]:
    """Seconds of each decision: a candle closes, the strategy is asked at the next first price."""
    parameters = {"binance_spot": Parameters(strategies=(StrategyShare(name),))}
    signals = RollingSignals(Terms(parameters, {"binance_spot": 0.001}, discover()))
    signals.seed(KEY, rows_of(candles, slice(KNOWN)))
    spent = []
    for row in range(KNOWN, len(candles) - 1):
        candle = _candle(candles, row)
        following = int(candles.time[row + 1]), float(candles.open[row + 1])
        begin = perf_counter()
        signals.close(candle)
        signals.opinion(KEY, name, *following)
        spent.append(perf_counter() - begin)
    return spent


def _candle(candles: Candles, row: int) -> Candle:
    columns = (candles.open, candles.high, candles.low, candles.close)
    numbers = [float(column[row]) for column in (*columns, candles.volume, candles.turnover)]
    return Candle(KEY, int(candles.time[row]), *numbers)
