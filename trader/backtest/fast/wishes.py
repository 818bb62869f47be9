"""Signals of all strategies as the kernel wants them, remembered by what a strategy really read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from trader.backtest.fast import layout
from trader.backtest.fast.compiling import compiled
from trader.backtest.fast.kernel import forms, spread
from trader.backtest.plan import Series
from trader.domain.parameters import Parameters
from trader.engine.engine import Habits
from trader.strategies.catalogue import Catalogue
from trader.strategies.chart import Chart, Frames
from trader.strategies.live import Terms
from trader.strategies.rows import SignalRows

if TYPE_CHECKING:
    from trader.domain.candles import Floats

ROOM = 96 << 20  # bytes of signals that are kept: trials that share them stand together
_NO_FLOATS, _NO_INTS = np.empty(0), np.empty(0, dtype=np.int64)


class Watched:
    """Parameters that remember which of them were read."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self.read: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._parameters, name)
        if name in Parameters.__slots__:
            self.read[name] = value
        elif name == "threshold":
            self.read["thresholds"] = self._parameters.thresholds
        else:  # a method that may read anything
            self.read |= {known: getattr(self._parameters, known) for known in Parameters.__slots__}
        return value


class QuickChart(Chart):
    """A chart that computes what takes long in compiled code, to the same last digit."""

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and population deviation of 20 closes."""
        return self._once("moments", lambda: quick_moments(self.close, 20))


def quick_moments(values: Floats, period: int) -> tuple[Floats, Floats]:
    """`trader.indicators.windows.moments`, compiled."""
    mean, deviation = np.empty(len(values)), np.empty(len(values))
    mean[: period - 1] = deviation[: period - 1] = np.nan
    room = np.empty((spread.ROWS, spread.BLOCK + period))
    compiled("spread", "moments")(values, period, room, mean, deviation)
    return mean, deviation


class Wishes:
    """Signals by parameters. Charts are kept: an indicator is computed once for all trials.

    Without `keep` they are dropped when signals and facts were asked for once.
    """

    def __init__(
        self, series: Sequence[Series], catalogue: Catalogue, *, keep: bool = True
    ) -> None:
        self._keep = keep
        self._series = series
        self._catalogue = catalogue
        self._frames = [Frames(QuickChart(one.candles)) for one in series]
        self._known: OrderedDict[tuple[Any, ...], tuple[dict[str, Any], Any, int]] = OrderedDict()
        self.computed = 0

    def signals(self, p: Parameters, fee: float, *, whole: bool) -> forms.Signals:
        """Rows of every strategy. `whole`: with the masks of what blocked."""
        made: forms.Signals = self._once(
            ("signals", fee, whole), p, self._signals(fee, whole=whole)
        )
        return made

    def facts(self, p: Parameters, fee: float) -> dict[str, Any]:
        """ATR, hourly ATR share, regime, volatility of all series, where the rules read them."""
        found: dict[str, Any] = self._once(("facts", fee), p, self._facts(fee))
        if not self._keep:
            self._frames.clear()
        return found

    def read(self) -> frozenset[str]:
        """Names of the parameters that signals depended on so far, in lower case."""
        return frozenset(
            name
            for (kind, *_), (seen, *_) in self._known.items()
            if kind == "signals"
            for name in seen
        )

    def _once(self, kind: tuple[Any, ...], p: Parameters, make: Callable[[Parameters], Any]) -> Any:
        for known, (read, made, _) in self._known.items():
            if known[:-1] == kind and all(getattr(p, n) == value for n, value in read.items()):
                self._known.move_to_end(known)
                return made
        watched = Watched(p)
        made = make(cast(Parameters, watched))
        self.computed += 1
        arrays = made.values() if isinstance(made, dict) else made
        size = sum(array.nbytes for array in arrays)
        self._known[(*kind, self.computed)] = (watched.read, made, size)
        while len(self._known) > 2 and sum(size for *_, size in self._known.values()) > ROOM:
            self._known.popitem(last=False)
        return made

    def _rows(self, p: Parameters, fee: float, name: str) -> list[SignalRows]:
        venue = self._series[0].key.partition(":")[0]
        terms = Terms({venue: p}, {venue: fee}, self._catalogue)
        return [
            terms.judged(one.key, name, frames)
            for one, frames in zip(self._series, self._frames, strict=True)
        ]

    def _signals(self, fee: float, *, whole: bool) -> Callable[[Parameters], forms.Signals]:
        def make(p: Parameters) -> forms.Signals:
            shares = p.strategies
            rows = [one for share in shares for one in self._rows(p, fee, share.name)]
            waits = any(one.has_levels for one in rows)
            shorts = whole and p.allow_shorts

            def column(name: str, wanted: bool, empty: Any) -> Any:  # noqa: FBT001
                return layout.steady([getattr(one, name) for one in rows] if wanted else [empty])

            flags = layout.steady([flags_of(one) for one in rows])
            return forms.Signals(
                flags=flags,
                long_level=column("long_level", waits, _NO_FLOATS),
                short_level=column("short_level", waits, _NO_FLOATS),
                long_blocks=column("long_blocks", whole, _NO_INTS),
                short_blocks=column("short_blocks", shorts, _NO_INTS),
                hold=column("hold", whole, _NO_INTS),
                share=layout.steady([np.array([share.share for share in shares])]),
                once=layout.steady([np.array([share.name in ONCE_A_DAY for share in shares])]),
                block_flags=layout.heard_in_blocks(flags, alone=len(rows) == 1),
            )

        return make

    def _facts(self, fee: float) -> Callable[[Parameters], dict[str, Any]]:
        def make(p: Parameters) -> dict[str, Any]:
            found = {}
            if p.sizing != "fixed_fraction" or p.stop_loss_percent <= 0.0:
                found["atr"] = layout.steady([frames.own.atr() for frames in self._frames])
            if not p.leverage:
                rows = self._rows(p, fee, p.strategies[0].name)
                for name in ("hour_atr", "regime", "volatility"):
                    found[name] = layout.steady([getattr(one, name) for one in rows])
            return found

        return make


ONCE_A_DAY = Habits().once_a_day


def flags_of(rows: SignalRows) -> Any:
    """One byte a row: what is wanted, what is blocked."""
    flags = np.zeros(len(rows.long), dtype=np.uint8)
    for bit, values in (
        (forms.LONG, rows.long),
        (forms.SHORT, rows.short),
        (forms.SELL, rows.sell),
        (forms.COVER, rows.cover),
        (forms.LONG_BLOCKED, rows.long_blocked),
        (forms.SHORT_BLOCKED, rows.short_blocked),
    ):
        if values is not None and values.any():
            flags |= values.view(np.uint8) * np.uint8(bit)
    return flags
