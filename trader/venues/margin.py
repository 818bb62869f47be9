"""Futures: contracts on isolated margin, what they earn, and where the exchange closes them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from trader.domain.events import Holding
from trader.domain.instrument import MarketRules
from trader.domain.money import ZERO, exact
from trader.domain.order import Fill, Order, Side
from trader.domain.time import Millis
from trader.rules.exits import liquidation_price
from trader.venues.account import EXACT
from trader.venues.orders import Orders, VenueOrder, margin_locked

_CENTS = Decimal("1e-12")  # shares of an entry value are rounded here; the rest stays in the rest


@dataclass(frozen=True, slots=True)
class Contract:
    """A position of one market. `quantity` is signed; `value` is what it cost to open (> 0)."""

    quantity: Decimal
    value: Decimal
    leverage: int
    funded_at: Millis = 0

    @property
    def entry(self) -> float:
        """Average entry price."""
        return float(self.value / abs(self.quantity))

    @property
    def margin(self) -> Decimal:
        """What is set aside for it, quote currency."""
        return self.value / self.leverage

    @property
    def direction(self) -> int:
        """+1 long, -1 short."""
        return 1 if self.quantity > 0 else -1

    def liquidation(self, maintenance: float) -> float:
        """Price at which the exchange closes it; 0 or less: nowhere."""
        return liquidation_price(self.direction, self.entry, float(self.leverage), maintenance)


def opened(held: Contract | None, quantity: Decimal, value: Decimal, leverage: int) -> Contract:
    """After buying (signed quantity) more in the position's own direction."""
    if held is None:
        return Contract(quantity, value, leverage)
    return replace(held, quantity=held.quantity + quantity, value=EXACT.add(held.value, value))


def closed(held: Contract, quantity: Decimal, price: Decimal) -> tuple[Contract | None, Decimal]:
    """After giving back `quantity` (positive, at most what is held); and the profit made."""
    size = abs(held.quantity)
    share = held.value
    if quantity < size:
        share = (held.value * quantity / size).quantize(_CENTS, ROUND_HALF_EVEN, EXACT)
    profit = held.direction * EXACT.subtract(EXACT.multiply(quantity, price), share)
    if quantity == size:
        return None, profit
    left = held.quantity - held.direction * quantity
    return replace(held, quantity=left, value=EXACT.subtract(held.value, share)), profit


class MarginAccount:
    """A wallet and isolated, one-way positions. `cash` is the wallet balance."""

    def __init__(self, cash: Decimal, rules: Callable[[str], MarketRules]) -> None:
        self.cash = cash
        self.contracts: dict[str, Contract] = {}
        self._rules = rules

    def settle(self, fill: Fill, leverage: int) -> None:
        """Close first what lies the other way, open with the rest; the wallet takes profit, fee."""
        self.cash = EXACT.subtract(self.cash, fill.fee)
        signed = fill.quantity if fill.side is Side.BUY else -fill.quantity
        held = self.contracts.get(fill.key)
        if held is not None and held.quantity * signed < 0:
            back = min(fill.quantity, abs(held.quantity))
            held, profit = closed(held, back, fill.price)
            self.cash = EXACT.add(self.cash, profit)
            signed += back if signed < 0 else -back
        if signed:
            held = opened(held, signed, EXACT.multiply(abs(signed), fill.price), leverage)
        self.keep(fill.key, held)

    def keep(self, key: str, contract: Contract | None) -> None:
        """Write a position down, or strike it off."""
        if contract is None:
            self.contracts.pop(key, None)
        else:
            self.contracts[key] = contract

    def charge(self, key: str, rate: float, price: float, at: Millis) -> Decimal:
        """Funding, once a moment: what was paid (negative: received); 0 when nothing is due."""
        held = self.contracts.get(key)
        if held is None or held.funded_at == at:
            return ZERO
        amount = EXACT.multiply(EXACT.multiply(exact(rate), held.quantity), exact(price))
        self.cash = EXACT.subtract(self.cash, amount)
        self.contracts[key] = replace(held, funded_at=at)
        return amount

    def margin_for(self, value: Decimal, request: Order, fee: Decimal) -> Decimal:
        """Margin at the order's leverage, and the fee; what only reduces needs neither."""
        return ZERO if request.reduce_only else value / request.leverage + value * fee

    def cash_free(self, orders: Orders) -> Decimal:
        """Wallet less the margin of positions and of live orders."""
        used = sum((c.margin for c in self.contracts.values()), ZERO)
        return self.cash - used - margin_locked(orders.all_live())

    def sellable(self, key: str, side: Side, orders: Iterable[VenueOrder]) -> Decimal:
        """Contracts that an order on this side would close."""
        held = self.holding(key)
        return max(ZERO, held if side is Side.SELL else -held)

    def held_keys(self) -> set[str]:
        """Markets with a position."""
        return set(self.contracts)

    def holding(self, key: str) -> Decimal:
        """Signed contracts."""
        held = self.contracts.get(key)
        return ZERO if held is None else held.quantity

    def liquidation(self, key: str) -> float:
        """Where the exchange closes the position; 0 when there is none, or nowhere."""
        held = self.contracts.get(key)
        return 0.0 if held is None else held.liquidation(self._rules(key).maintenance_rate)

    def ruin(self, key: str) -> float:
        """Price at which the loss equals the margin; 0 without a position."""
        held = self.contracts.get(key)
        return 0.0 if held is None else held.liquidation(0.0)

    def holdings(self, orders: Orders) -> tuple[Holding, ...]:
        """All positions."""
        return tuple(
            Holding(key, c.quantity, c.quantity, c.entry, self.liquidation(key), c.leverage)
            for key, c in self.contracts.items()
        )
