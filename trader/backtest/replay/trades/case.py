"""One thing on which a recording and its backtest do not agree, and the names of its causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trader.backtest.replay.trades.evidence import Evidence, Facts, Stretch
from trader.backtest.replay.trades.trips import ENTRY, EXIT, EXIT_PRICE, NEAR, Trip, Unlike
from trader.domain.time import Millis

HALTED, AWAY, CHANGED, WARM_UP, AGE, MINIMUM, CONTROL, UNFILLED, BY_HAND = (
    "halted", "not running", "settings changed", "warm-up", "price age", "exchange minimum",
    "live control", "order not filled", "by hand",
)  # fmt: skip
STREAM, MISSED, BEYOND, INSIDE, REAL, SIZE, FOLLOWS, LAST, NONE = (
    "stream's price", "missed by the stream", "in no candle", "order inside the candle",
    "real fill", "another size", "follows", "last candle", "unexplained",
)  # fmt: skip
CAUSES = (
    STREAM, REAL, MISSED, BEYOND, INSIDE, HALTED, AWAY, CHANGED, WARM_UP, AGE, MINIMUM, CONTROL,
    UNFILLED, BY_HAND, SIZE, FOLLOWS, LAST, NONE,
)  # fmt: skip
RISK = ("stop_loss", "take_profit", "trailing_stop", "emergency_stop", "liquidation_guard")
SLIPS = 0.005  # of the price: what a market order may slip before it is no longer plausible


@dataclass(frozen=True, slots=True)
class Case:
    """One thing not agreed on, with everything that may explain it. `before`: what was not agreed
    on earlier on this venue. `tested`: the backtest's trips of the venue."""

    one: Unlike
    evidence: Evidence
    stretch: Stretch
    before: Sequence[Unlike]
    tested: Sequence[Trip]

    @property
    def frame(self) -> Millis:
        """Length of a candle, ms."""
        return self.stretch.parameters.timeframe.ms

    @property
    def parted(self) -> list[Unlike]:
        """Trades before this one that only one side made, or left at another time."""
        ways = (u for u in self.before if u.what in (ENTRY, EXIT))
        return [u for u in ways if u.at <= self.one.at]

    @property
    def prices(self) -> tuple[float, float]:
        """Recorded and the backtest's: of the exit when it is about that, else of the entry."""
        name = "exit_price" if self.one.what == EXIT_PRICE else "entry_price"
        return getattr(self.one.recorded, name), getattr(self.one.tested, name)

    def facts(self, at: Millis) -> Facts | None:
        """What is known of a candle of this symbol."""
        return self.evidence.facts.get((self.one.trip.key, at))


def near(a: float, b: float, within: float = 0.0) -> bool:
    """Whether two prices are equal, or at most a fraction apart."""
    return abs(a - b) <= (within + NEAR) * abs(b) * 1.01
