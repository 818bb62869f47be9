"""A position with the price levels that end it, kept ready for the next price."""

import math
from dataclasses import dataclass, field
from decimal import Decimal

from trader.domain.parameters import Parameters, seconds
from trader.domain.position import Position
from trader.domain.time import Millis
from trader.rules import exits

STOP, TARGET, BOTH = "stop", "target", "both"  # what a protective order is there for


@dataclass(slots=True)
class Protection:
    """Orders of ours on the exchange that guard a position: client id -> stop, target or both.

    `covers` and `target` are the prices at which they act. `lost` counts how often they vanished
    without a fill, `tries` how often they were placed in vain; not before `retry_at` again, nor
    moved by a trail before `move_at`.
    `moving`: we cancelled them ourselves, to place them anew. `refused`: the exchange refused one
    of them; another try has its time.
    """

    orders: dict[str, str] = field(default_factory=dict)
    covers: float = math.nan
    target: float = math.nan
    lost: int = 0
    tries: int = 0
    retry_at: Millis = 0
    move_at: Millis = 0
    moving: bool = False
    refused: bool = False

    def has(self, role: str) -> bool:
        """Whether an order of that role (or one for both) is there."""
        return any(found in (role, BOTH) for found in self.orders.values())


@dataclass(slots=True)
class Held:
    """What is watched for one position.

    `adverse` and `limit` are the nearest levels on the losing and the winning side, multiplied by
    the direction: a price x with `adverse < d * x < limit` changes nothing. `must_go` is the exit
    that was decided: one driver cancels what is in its way, sells, and repeats until it is done.
    `part`: only so much of it is to be sold. `exit_order` is the exit in flight; after a refusal
    none before `exit_retry_at`. `forced` is a code to go with at the next first price; `breach_at`
    when an emergency was first seen and must be confirmed; `expected_since` when the exchange's
    own order should have acted; `asked_at` when a fresh price was last asked for.
    """

    position: Position
    d: int
    entry: float
    quantity: float
    best: float
    guard: float = math.nan
    emergency: float = math.nan
    stop: float = math.nan
    trail: float = math.nan
    target: float = math.nan
    trail_percent: float = 0.0
    trail_activation: float = 0.0
    max_holding: Millis = 0
    adverse: float = -math.inf
    limit: float = math.inf
    forced: int = 0
    must_go: int = 0
    part: Decimal | None = None
    exit_order: str = ""
    exit_tries: int = 0
    exit_retry_at: Millis = 0
    breach_at: Millis = -1
    expected_since: Millis = -1
    asked_at: Millis = 0
    protection: Protection = field(default_factory=Protection)

    @classmethod
    def of(cls, position: Position, p: Parameters) -> "Held":
        """Watch a position under the parameters in force."""
        entry = float(position.entry_price)
        best = entry if math.isnan(position.highest) else position.highest
        held = cls(position, int(position.direction), entry, float(position.quantity), best)
        held.must_go = exits.REASONS.index(position.must_go)
        held.tune(p)
        return held

    def grown(self, position: Position, p: Parameters) -> None:
        """Another entry fill moved the average: the levels follow."""
        self.position = position
        self.entry = float(position.entry_price)
        self.quantity = float(position.quantity)
        self.best = self.entry if self.d * self.entry > self.d * self.best else self.best
        self.tune(p)

    def tune(self, p: Parameters) -> None:
        """Levels from the parameters in force; the ATR stop stays what it was at entry."""
        d, entry = self.d, self.entry
        liquidation = self.position.liquidation
        self.guard = exits.guard_level(d, liquidation, p.liquidation_min_distance)
        self.emergency = exits.emergency_level(d, entry, p.emergency_stop_percent)
        self.stop = exits.stop_level(d, entry, p.stop_loss_percent, self.position.atr_stop)
        self.target = exits.target_level(d, entry, p.take_profit_percent)
        self.trail_percent = p.trailing_stop_percent
        self.trail_activation = p.trailing_activation
        self.max_holding = seconds(p.max_holding)
        self.raise_trail()

    def raise_trail(self) -> None:
        """Trail and nearest levels after a new best price."""
        d = self.d
        trail = exits.trail_level(
            d, self.entry, self.best, self.trail_percent, self.trail_activation
        )
        self.trail = trail
        adverse = exits.nearest_adverse(d, self.guard, self.emergency, self.stop, trail)
        self.adverse = d * adverse
        limit = math.inf if math.isnan(self.target) else d * self.target
        self.limit = min(limit, d * self.best) if self.trail_percent > 0.0 else limit

    def better(self, price: float) -> None:
        """A new best price raises the trail; the first price at the old best changes nothing."""
        if self.d * price > self.d * self.best:
            self.best = price
            if self.trail_percent > 0.0:
                self.raise_trail()

    @property
    def alarmed(self) -> bool:
        """Whether an exit waits to be confirmed, or for the exchange to act."""
        return self.breach_at >= 0 or self.expected_since >= 0

    def risk_exit(self, price: float, fair: float = math.nan) -> int:
        """The first exit of the list that holds at this price, or 0. The exchange liquidates by
        its mark price: where that is known (`fair`), the guard is judged by it alone.
        """
        guard = self.guard
        if not math.isnan(fair):
            if exits.met(self.d, fair, guard):
                return exits.GUARD
            guard = math.nan
        return exits.risk_exit(
            self.d, price, guard, self.emergency, self.stop, self.trail, self.target
        )

    def stop_reason(self) -> str:
        """Which of the losing-side exits (guard aside) a price meets first."""
        nearest = exits.nearest_adverse(self.d, math.nan, self.emergency, self.stop, self.trail)
        code = exits.risk_exit(
            self.d, nearest, math.nan, self.emergency, self.stop, self.trail, math.nan
        )
        return exits.REASONS[code or exits.STOP]

    def levels(self) -> tuple[float, ...]:
        """Prices at which something would happen, for a feed that meets them exactly."""
        return tuple(level * self.d for level in (self.adverse, self.limit) if math.isfinite(level))
