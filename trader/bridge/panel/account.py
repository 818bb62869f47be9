"""`account.json` as a reader gets it: what the portfolios' files have no place for."""

from __future__ import annotations

from trader.bridge.schemas import Published, Stamped


class OrderShown(Published):
    """An order of ours that may still trade. Prices in the quote currency; `at`: when it was made.

    `purpose`: entry, protection or exit; `kind`: market, limit, stop_market, take_profit_market or
    oco (one list: limit at `price`, stop at `trigger`); `reason`: entry, or what an exit is for.
    """

    id: str
    venue: str
    symbol: str
    side: str
    kind: str
    purpose: str
    status: str
    quantity: float
    filled: float
    price: float | None
    trigger: float | None
    reason: str
    at: float


class Entered(Published):
    """A position's past. `decided_price`: when the entry was wished for; null: not remembered.

    `atr_stop`: price of the stop by volatility; `fees` and `funding` (positive: paid) so far, in
    the quote currency; funding is null where there is none.
    """

    venue: str
    symbol: str
    decided_price: float | None = None
    atr_stop: float | None = None
    fees: float | None = None
    funding: float | None = None
    preset: str = ""


class ExternalShown(Published):
    """Coins or contracts in the account that are not the bot's; a short is negative.

    `locked`: how many of the coins orders of other hands hold.
    """

    venue: str
    symbol: str
    quantity: float
    locked: float = 0.0


class AccountFile(Stamped):
    """`account.json`, written when something of it changes. `reported`: when each account was
    looked at when it was written, by venue. `market`: what the market's clock showed at
    `timestamp`, seconds since 1970; it goes `speed` times as fast."""

    orders: tuple[OrderShown, ...]
    positions: tuple[Entered, ...]
    external: tuple[ExternalShown, ...]
    reported: dict[str, float]
    market: float | None = None
    speed: float = 1.0

    def market_at(self, wall: float) -> float:
        """What the market's clock shows when people's show `wall`."""
        return wall if self.market is None else self.market + (wall - self.timestamp) * self.speed

    def wall(self, at: float) -> float:
        """When people's clocks showed what the market's did at `at`; a demo's runs apart."""
        if self.market is None or not self.speed > 0:
            return at
        return self.timestamp + (at - self.market) / self.speed
