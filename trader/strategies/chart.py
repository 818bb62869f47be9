"""One symbol's closed candles with their indicators, each computed once and only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar

from trader.domain.time import HOUR, Millis
from trader.indicators import averages, oscillators, volatility, windows
from trader.indicators.longer import last_closed, longer
from trader.indicators.regime import regime

if TYPE_CHECKING:
    from trader.domain.candles import Candles, Floats, Ints

T = TypeVar("T")


class Chart:
    """Candles and memory of what was computed on them. All arrays: one row a candle.

    Callers must not write into what they get: strategies and filters share it.
    """

    __slots__ = ("_known", "candles", "close", "high", "low", "open", "time", "volume")

    def __init__(self, candles: Candles) -> None:
        self.candles = candles
        self.time, self.open, self.high = candles.time, candles.open, candles.high
        self.low, self.close, self.volume = candles.low, candles.close, candles.volume
        self._known: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self.time)

    @property
    def timeframe(self) -> Millis:
        """Length of a candle in ms."""
        return self.candles.timeframe

    def ema(self, period: int) -> Floats:
        """EMA of the close."""
        return self._once(("ema", period), lambda: averages.ema(self.close, period))

    def sma(self, period: int) -> Floats:
        """SMA of the close."""
        return self._once(("sma", period), lambda: averages.sma(self.close, period))

    def volume_sma(self, period: int = 20) -> Floats:
        """SMA of the volume, the candle's own included."""
        return self._once(("volume", period), lambda: averages.sma(self.volume, period))

    def rsi(self) -> Floats:
        """RSI 14."""
        return self._once("rsi", lambda: oscillators.rsi(self.close))

    def roc(self, period: int = 12) -> Floats:
        """C / C[-period] - 1."""
        return self._once(("roc", period), lambda: oscillators.roc(self.close, period))

    def atr(self) -> Floats:
        """ATR 14 in units of price."""
        return self._once("atr", lambda: volatility.atr(self.high, self.low, self.close))

    def atr_share(self) -> Floats:
        """ATR 14 / close."""
        return self._once("atr_share", lambda: self.atr() / self.close)

    def adx(self) -> Floats:
        """ADX 14."""
        return self._once("adx", lambda: oscillators.adx(self.high, self.low, self.close))

    def macd(self) -> averages.Macd:
        """MACD (12, 26, 9)."""
        return self._once("macd", lambda: averages.macd(self.close))

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and population deviation of 20 closes."""
        return self._once("moments", lambda: windows.moments(self.close, 20))

    def bands(self, deviations: float = 2.0) -> averages.Bands:
        """Bollinger bands over 20 closes; only the width asked for last is kept."""
        if self._known.get("deviations") != deviations:
            self._known.pop("bands", None)
            self._known["deviations"] = deviations
        return self._once("bands", lambda: averages.Bands(*self.moments(), deviations))

    def zscore(self) -> Floats:
        """(C - SMA20) / deviation of 20; 0 when the deviation is 0."""
        return self._once("zscore", lambda: averages.scored(self.close, *self.moments()))

    def regime(self) -> Ints:
        """1 bull, 0 sideways, -1 bear."""
        return self._once("regime", lambda: regime(self.close))

    def volatility(self, since: int = 0) -> Ints:
        """1 high, 0 normal, -1 low, for rows from `since` on."""
        return self._once(
            ("volatility", since),
            lambda: volatility.volatility_state(self.time, self.atr_share(), since=since),
        )

    def turnover(self, since: int = 0) -> Floats:
        """Median turnover of the last 20 candles, for rows from `since` on."""
        return self._once(
            ("turnover", since),
            lambda: windows.median_of_last(self.candles.turnover, 20, since),
        )

    @property
    def asked(self) -> tuple[Hashable, ...]:
        """What was computed so far: the names of the methods above, with their arguments."""
        return tuple(self._known)

    @property
    def width(self) -> float | None:
        """Deviations of the bands that were asked for last; None: nobody asked for bands."""
        width: float | None = self._known.get("deviations")
        return width

    def _once(self, what: Hashable, compute: Callable[[], T]) -> T:
        if what not in self._known:
            self._known[what] = compute()
        result: T = self._known[what]
        return result


class Frames:
    """A symbol's chart in its own timeframe and in every longer one that is asked for.

    Longer candles are made of the hours that come with the candles (live), else of the candles
    themselves. `longer` passes in charts that are known already.
    """

    __slots__ = ("_longer", "_rows", "own")

    def __init__(self, own: Chart, known: dict[Millis, Chart] | None = None) -> None:
        self.own = own
        self._longer = {} if known is None else dict(known)
        self._rows: dict[tuple[Millis, int], Ints] = {}

    def at_least(self, timeframe: Millis) -> Chart:
        """The chart of `timeframe`, or the own one when that is as long or longer.

        Raises `BadInput` when such candles cannot be made of the own ones.
        """
        if timeframe <= self.own.timeframe:
            return self.own
        if timeframe not in self._longer:
            self._longer[timeframe] = self._made(timeframe)
        return self._longer[timeframe]

    def rows(self, chart: Chart, since: int) -> Ints:
        """For own rows from `since` on: the last row of `chart` closed by then, or -1."""
        asked = (chart.timeframe, since)
        if asked not in self._rows:
            self._rows[asked] = last_closed(self.own.candles, chart.candles, since)
        return self._rows[asked]

    def _made(self, timeframe: Millis) -> Chart:
        hours = self.own.candles.hours
        if hours is None or timeframe % HOUR:
            return Chart(longer(self.own.candles, timeframe))
        return Chart(hours if timeframe == HOUR else longer(hours, timeframe))
