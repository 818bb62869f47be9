"""What a strategy is: a name, filters, a warm-up, and an opinion on every candle."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.strategies.chart import Chart
from trader.strategies.filters import Filter

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats

NO_THRESHOLDS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Raw:
    """What a strategy sees on each closed candle, before filters. All arrays: one row a candle.

    Row i holds during candle i+1. `short` and `cover` are always computed; whether shorts are
    allowed is decided later. A strategy that waits for prices gives both levels (NaN: undefined);
    then `buy` and `short` say whether they are armed. `leave`: exits that depend on the position's
    own age and therefore never contradict an entry. `no_yesterday`: rows without a day before.
    `confidence` in [0, 1], information only.
    """

    buy: Bools
    sell: Bools
    short: Bools
    cover: Bools
    long_level: Floats | None = None
    short_level: Floats | None = None
    leave: Bools | None = None
    no_yesterday: Bools | None = None
    confidence: Floats | None = None

    def since(self, row: int) -> Raw:
        """The same wishes without the rows before `row`."""

        def kept(values: Floats | None) -> Floats | None:
            return None if values is None else values[row:]

        return Raw(
            buy=self.buy[row:],
            sell=self.sell[row:],
            short=self.short[row:],
            cover=self.cover[row:],
            long_level=kept(self.long_level),
            short_level=kept(self.short_level),
            leave=None if self.leave is None else self.leave[row:],
            no_yesterday=None if self.no_yesterday is None else self.no_yesterday[row:],
            confidence=kept(self.confidence),
        )


class Strategy(ABC):
    """What it would like, never how much. One file, one class; found by its name.

    `warmup`: closed candles it needs before its first entry. `looks_back`: ms of history it needs
    besides. `thresholds`: its own parameters with their defaults, settable as STRATEGY_NAME.
    """

    name: ClassVar[str]
    filters: ClassVar[tuple[Filter, ...]] = ()
    warmup: ClassVar[int] = 200
    looks_back: ClassVar[Millis] = 0
    thresholds: ClassVar[Mapping[str, float]] = NO_THRESHOLDS

    @abstractmethod
    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """Its wishes on every candle of the chart; row i must not use anything after row i
        except `chart.candles.next_time[i]` and `next_open[i]`."""

    def threshold(self, parameters: Parameters, name: str) -> float:
        """A declared threshold as set by the user, or its default."""
        return parameters.threshold(self.name, name, self.thresholds[name])
