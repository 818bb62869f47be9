"""What a backtest is asked and what it answers: the two values between input, run and output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trader.domain.candles import Candles
from trader.domain.instrument import symbol_of
from trader.domain.parameters import Parameters
from trader.domain.position import ClosedTrade
from trader.domain.time import Millis

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

Progress = Callable[[int, int], None]  # candles done, candles in all


@dataclass(frozen=True, slots=True)
class Funding:
    """Funding of one perpetual: `time` ms UTC at full minutes, ascending; `rate` per settlement.

    A positive rate is paid by longs: rate x quantity x price.
    """

    time: Ints
    rate: Floats
    file: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where candles came from and what had to be done to them.

    `repairs` counts rows per repair, in the order in which they were made; `gaps` counts missing
    candles of the file's own timeframe. `rows` is after repairs, `rows_in_file` before. `detail`:
    the file of finer candles that was used; empty: asked for in vain.
    """

    file: str
    timeframe: str
    rows_in_file: int
    rows: int
    gaps: int
    first: Millis
    last: Millis
    repairs: Mapping[str, int] = field(default_factory=dict)
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Candles of one instrument. Rows before `start_index` are history, never traded.

    Nothing at or after the end of the traded span is in `candles`: its last row is the last one
    traded. `funding` is None where the venue has none or no file was found (then it is 0).
    `detail`: finer candles of the traded span, on which a candle that meets something is walked.
    """

    key: str
    candles: Candles
    source: Source
    start_index: int = 0
    funding: Funding | None = None
    detail: Candles | None = None

    @property
    def symbol(self) -> str:
        """`BTC/KRW`."""
        return symbol_of(self.key)

    @property
    def traded_rows(self) -> int:
        """Candles of the traded span."""
        return len(self.candles) - self.start_index


@dataclass(frozen=True, slots=True)
class BacktestPlan:
    """One backtest on one venue. `series` stand in the order in which symbols are walked.

    All series have the timeframe of `parameters.timeframe` and share one capital. Capital, fee
    (None: the venue's taker fee) and slippage stand in `parameters`, the one truth about them.
    `seed` is that of generated data, None for recorded candles.
    """

    series: tuple[Series, ...]
    parameters: Parameters
    venue: str
    name: str
    seed: int | None = None

    @property
    def capital(self) -> float:
        """Start capital in the venue's quote currency."""
        return self.parameters.initial_capital

    @property
    def quote(self) -> str:
        """Quote currency of the whole run, `KRW`."""
        return self.series[0].symbol.partition("/")[2]

    @property
    def traded_rows(self) -> int:
        """Candles of the traded span, all symbols together."""
        return sum(series.traded_rows for series in self.series)


@dataclass(frozen=True, slots=True)
class BacktestResult:
    """What a run leaves behind. Money in the quote currency.

    `time`, `equity`, `cash`: one row a candle start of the traded span (of several symbols: one
    row a distinct start, ascending), values at the candle's close, equity without exit costs,
    cash on futures the wallet less margin in use; the last row is after `end_of_data`.
    `exposed` counts those rows during which a position was open at some moment.
    `no_entry_reasons` counts, per candle and symbol that began flat and did not enter, each code
    once. `trades` in any order. `fee` is the fraction per fill that was in force.
    `refused` counts, of these, those on which a strategy wanted in and only risk was in the way.
    `notices` are sentences a person should read beside the numbers.
    """

    trades: Sequence[ClosedTrade]
    time: Ints
    equity: Floats
    cash: Floats
    exposed: int
    no_entry_reasons: Mapping[str, int]
    stopped_in_entry_candle: int
    fee: float
    engine: str = "live"
    notices: tuple[str, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)

    def in_exit_order(self) -> list[ClosedTrade]:
        """By exit time, then symbol; what is still equal by entry time and id."""
        return sorted(self.trades, key=_exit_order)


def _exit_order(trade: ClosedTrade) -> tuple[Millis, str, Millis, str]:
    return trade.exit_time, symbol_of(trade.key), trade.entry_time, trade.id
