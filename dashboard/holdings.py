"""Positions of all venues as rows: what is held, where it stands between stop and target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trader.bridge.schemas import Details, Portfolio


@dataclass(frozen=True, slots=True)
class Holding:
    """One position; `quantity` negative for a short. Prices in the quote currency, None: unknown.

    `details` is None when the bot published a position without telling more.
    """

    venue: str
    symbol: str
    quantity: float
    entry: float | None
    details: Details | None

    @property
    def unrealised(self) -> float | None:
        """Open profit in the quote currency, before exit costs."""
        return self.details.unrealised_pnl if self.details else None

    @property
    def gain(self) -> float | None:
        """The same as a fraction of the entry value, not leveraged."""
        if self.unrealised is None or not self.entry or not self.quantity:
            return None
        return self.unrealised / (self.entry * abs(self.quantity))

    @property
    def now(self) -> float | None:
        """The price at which the open profit was measured."""
        if self.unrealised is None or self.entry is None or not self.quantity:
            return None
        return self.entry + self.unrealised / self.quantity

    @property
    def stop(self) -> float | None:
        """The nearest of stop and trailing stop."""
        levels = [x for x in self._level("stop", "trailing") if x is not None]
        if not levels:
            return None
        return max(levels) if self.quantity > 0 else min(levels)

    @property
    def target(self) -> float | None:
        """Where profit is taken."""
        return self._level("take_profit")[0]

    def away(self, level: float | None) -> float | None:
        """How far the price is from a level, as a fraction of the price."""
        if level is None or not self.now:
            return None
        return level / self.now - 1.0

    @property
    def progress(self) -> float | None:
        """Place of the price between stop (0) and target (1)."""
        now, stop, target = self.now, self.stop, self.target
        if now is None or stop is None or target is None or stop == target:
            return None
        return min(1.0, max(0.0, (now - stop) / (target - stop)))

    @property
    def protection(self) -> str:
        """Who watches the stop: `engine`, `oco`, `conditional`; empty: not told."""
        return self.details.protection if self.details else ""

    @property
    def at_venue(self) -> bool:
        """Whether the stop lies at the exchange and so outlives the bot."""
        return self.protection in ("oco", "conditional")

    def _level(self, *names: str) -> list[float | None]:
        return [getattr(self.details, name) if self.details else None for name in names]


def holdings(portfolios: Mapping[str, Portfolio]) -> list[Holding]:
    """All positions, venue by venue, in the order in which the bot publishes them."""
    return [
        Holding(
            venue,
            symbol,
            quantity,
            portfolio.entry_prices.get(symbol),
            portfolio.details.get(symbol),
        )
        for venue, portfolio in portfolios.items()
        for symbol, quantity in portfolio.positions.items()
    ]


def unguarded(portfolios: Mapping[str, Portfolio]) -> list[Holding]:
    """Positions whose stop only the bot watches."""
    return [holding for holding in holdings(portfolios) if not holding.at_venue]


def unrealised(held: list[Holding]) -> float | None:
    """Open profit of several positions of one currency; None while one of them is unknown."""
    known = [h.unrealised for h in held if h.unrealised is not None]
    return sum(known) if len(known) == len(held) else None
