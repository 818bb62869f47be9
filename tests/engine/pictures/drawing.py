"""Candles and wishes drawn as text, played through the real engine and the ideal venue.

A picture has one row a candle: open, high, low, close, and what the strategy says when the candle
closes, to be in force during the next one: `BUY`, `BUY@105` (at a level), `SHORT`, `SHORT@95`,
`SELL`, `COVER`; `other:BUY` is said by the strategy `other` alone. Rows are counted from 0; a line
`gap 3` leaves out three candles.
The story has one line a trade: `long 1@100 -> 2@95 stop_loss` was entered in row 1 at 100 and left
in row 2 at 95. Without other parameters nothing costs anything and no exit is armed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from trader.backtest.plan import BacktestPlan, BacktestResult, Funding, Series, Source
from trader.backtest.rows import candles_of
from trader.backtest.run import run
from trader.domain.candles import Candles
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.position import ClosedTrade
from trader.domain.rows import Rows
from trader.domain.time import Millis, Timeframe
from trader.strategies.base import Raw, Strategy
from trader.strategies.catalogue import Catalogue
from trader.strategies.chart import Chart

MONDAY = 1_704_067_200_000  # 2024-01-01 00:00 UTC
SPOT = "binance_spot:BTC/USDT"
FUTURES = "binance_futures:BTC/USDT"
BARE: dict[str, Any] = {
    "initial_capital": 10_000.0,
    "sizing": "fixed_fraction",
    "position_fraction": 0.1,
    "max_position_size": 0.0,
    "max_turnover_share": 0.0,
    "min_order": 0.0,
    "max_positions": 0,
    "cooldown_candles": 0,
    "take_profit_percent": 0.0,
    "emergency_stop_percent": 0.0,
    "liquidation_min_distance": 0.0,
    "max_daily_loss_pct": 0.0,
    "max_weekly_loss_pct": 0.0,
    "max_monthly_loss_pct": 0.0,
    "max_consecutive_losses": 0,
    "min_balance_pct": 0.0,
    "min_atr_pct": 0.0,
    "slippage_bps": 0.0,
    "fee": 0.0,
    "warmup": 1,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Candles of one symbol and, for each of them, what the strategy says at its close."""

    candles: Candles
    words: tuple[frozenset[str], ...]
    past: int


class Scripted(Strategy):
    """Says what the picture says, whatever the candles."""

    name = "scripted"
    warmup = 1

    def __init__(self, pictures: Sequence[Drawn], who: str) -> None:
        self._pictures = pictures
        self._who = who

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """The words of the picture to which these candles belong."""
        drawn = next(p for p in self._pictures if p.candles is chart.candles)
        words = tuple(_own(said, self._who) for said in drawn.words)
        levels = any("@" in word for said in words for word in said)
        return Raw(
            buy=_said(words, "BUY"),
            sell=_said(words, "SELL"),
            short=_said(words, "SHORT"),
            cover=_said(words, "COVER"),
            long_level=_levels(words, "BUY") if levels else None,
            short_level=_levels(words, "SHORT") if levels else None,
        )


def _own(said: frozenset[str], who: str) -> frozenset[str]:
    """What this strategy says of it: words without a name are everybody's."""
    named = [word.rpartition(":") for word in said]
    return frozenset(word for name, _, word in named if name in ("", who))


def _said(words: tuple[frozenset[str], ...], what: str) -> Any:
    return np.array([any(w.partition("@")[0] == what for w in said) for said in words])


def _levels(words: tuple[frozenset[str], ...], what: str) -> Any:
    return np.array([_level(said, what) for said in words])


def _level(said: frozenset[str], what: str) -> float:
    at = [float(w.partition("@")[2]) for w in said if w.startswith(f"{what}@")]
    return at[0] if at else float("nan")


def draw(picture: str, timeframe: Timeframe, past: int = 0) -> Drawn:
    """Read a picture. `past`: candles of history before it, from 99 to 101, closing at 100."""
    rows = [(-i, 100.0, 101.0, 99.0, 100.0, frozenset[str]()) for i in range(past, 0, -1)]
    place = 0
    for line in picture.strip().splitlines():
        first, *others = line.split()
        if first == "gap":
            place += int(others[0])
            continue
        o, h, low, c = (float(number) for number in (first, *others[:3]))
        rows.append((place, o, h, low, c, frozenset(others[3:])))
        place += 1
    time = np.array([row[0] for row in rows], dtype=np.int64) * timeframe.ms + MONDAY
    prices = np.array([row[1:5] for row in rows], dtype=np.float64).T
    volume = np.full(len(time), 1_000.0)
    candles = candles_of(Rows(time, prices[0], prices[1], prices[2], prices[3], volume), timeframe)
    return Drawn(candles, tuple(row[5] for row in rows), past)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of pictures: the result of the run and how to tell it."""

    result: BacktestResult
    timeframe: Timeframe
    several: bool

    @property
    def trades(self) -> list[ClosedTrade]:
        """In the order of their exits."""
        return self.result.in_exit_order()

    @property
    def story(self) -> list[str]:
        """One line a trade, in the order of exits."""
        return [self._line(trade) for trade in self.trades]

    def _line(self, t: ClosedTrade) -> str:
        begun, ended = self._row(t.entry_time), self._row(t.exit_time)
        name = f"{t.key.partition(':')[2].partition('/')[0]} " if self.several else ""
        prices = price(t.entry_price), price(t.exit_price)
        word = t.direction.word
        return f"{name}{word} {begun}@{prices[0]} -> {ended}@{prices[1]} {t.exit_reason}"

    def _row(self, at: Millis) -> int:
        return (at - MONDAY) // self.timeframe.ms

    @property
    def reasons(self) -> dict[str, int]:
        """Why nothing was entered, counted."""
        return dict(self.result.no_entry_reasons)


def price(number: Decimal) -> str:
    """A price for people: ten digits."""
    return f"{float(number):.10g}"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where pictures are played. `funding`: (row, rate) pairs of the first symbol."""

    venue: str = "binance_spot"
    timeframe: str = "1h"
    past: int = 0
    funding: Sequence[tuple[float, float]] = ()
    strategy: str = "scripted"
    shares: tuple[StrategyShare, ...] = ()


def play(
    picture: str | Mapping[str, str], stage: Stage | None = None, /, **settings: Any
) -> Played:
    """Play one picture, or several by base currency on one capital, under these parameters."""
    stage = stage or Stage()
    timeframe = Timeframe.parse(stage.timeframe)
    pictures = {"BTC": picture} if isinstance(picture, str) else picture
    drawn = {base: draw(text, timeframe, stage.past) for base, text in pictures.items()}
    strategies = stage.shares or (StrategyShare(stage.strategy),)
    parameters = Parameters(
        strategies=strategies, timeframe=timeframe, **(BARE | {"allow_shorts": True} | settings)
    )
    series = tuple(
        _series(f"{stage.venue}:{base}/USDT", one, stage, timeframe, first=not place)
        for place, (base, one) in enumerate(drawn.items())
    )
    scripts = {share.name: Scripted(list(drawn.values()), share.name) for share in strategies}
    catalogue = Catalogue(scripts)
    result = run(BacktestPlan(series, parameters, stage.venue, "picture"), catalogue=catalogue)
    return Played(result, timeframe, len(series) > 1)


def on_futures(picture: str | Mapping[str, str], **settings: Any) -> Played:
    """Play on perpetual futures, where shorts live."""
    return play(picture, Stage(venue="binance_futures"), **settings)


def _series(key: str, drawn: Drawn, stage: Stage, timeframe: Timeframe, *, first: bool) -> Series:
    time = drawn.candles.time
    source = Source("drawn", timeframe.name, len(time), len(time), 0, int(time[0]), int(time[-1]))
    funding = None
    if stage.funding and first:
        at = [MONDAY + round(row * timeframe.ms) for row, _ in stage.funding]
        rates = np.array([rate for _, rate in stage.funding])
        funding = Funding(np.array(at, dtype=np.int64), rates, "drawn")
    return Series(key, drawn.candles, source, drawn.past, funding)


def upside_down(picture: str) -> str:
    """The same picture mirrored at 100: highs are lows, BUY is SHORT, SELL is COVER."""
    return "\n".join(_mirrored(line) for line in picture.strip().splitlines())


_OTHER = {"BUY": "SHORT", "SHORT": "BUY", "SELL": "COVER", "COVER": "SELL"}


def _mirrored(line: str) -> str:
    if line.strip().startswith("gap"):
        return line
    o, h, low, c, *words = line.split()
    numbers = " ".join(f"{200.0 - float(n):g}" for n in (o, low, h, c))
    said = []
    for word in words:
        name, at, level = word.partition("@")
        said.append(_OTHER[name] + at + (f"{200.0 - float(level):g}" if at else ""))
    return f"{numbers} {' '.join(said)}"


ONE = "100 101 99 100 BUY\n100 101 99 100"


NUMBERS = ("quantity", "entry_price", "exit_price", "fees", "funding", "pnl", "pnl_percent")


def books(played: Played) -> dict[str, Decimal]:
    """The numbers of the only trade."""
    (trade,) = played.trades
    return {name: getattr(trade, name) for name in NUMBERS}


def close_to(played: Played, expected: Mapping[str, float]) -> None:
    """Every number named is the expected one within 1e-12."""
    found = books(played)
    for name, number in expected.items():
        assert float(found[name]) == pytest.approx(number, rel=1e-12, abs=1e-12), name
