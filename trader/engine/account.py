"""Cash of one venue, counted exactly. What positions are worth is asked of those who hold them."""

from dataclasses import dataclass, field
from decimal import Decimal

from trader.domain.money import ZERO, amount
from trader.domain.order import Fill, Side


@dataclass(slots=True)
class Account:
    """Free quote currency (spot) or the wallet (margin venues).

    `cash` changes with fills, fees, funding and nothing else; `margin` is what open positions lock
    of the wallet. `wallet` and `spendable` are float twins of `cash` and `free` for the hot path.
    """

    initial: Decimal
    cash: Decimal
    margined: bool
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    margin: Decimal = ZERO
    wallet: float = field(init=False)
    spendable: float = field(init=False)
    start: float = field(init=False)

    def __post_init__(self) -> None:
        self.start = float(self.initial)
        self._twin()

    def _twin(self) -> None:
        self.wallet = float(self.cash)
        self.spendable = float(self.free)

    @property
    def free(self) -> Decimal:
        """What entries can draw on: on margin venues the wallet less margin in use."""
        return self.cash - self.margin

    def traded(self, fill: Fill) -> None:
        """Book a spot fill: coins against cash. Fees taken in coins are not paid again in cash."""
        value = amount(fill.price, fill.quantity)
        self.cash += value if fill.side is Side.SELL else -value
        if not fill.fee_base:
            self.cash -= fill.fee
        self.fees += fill.fee
        self._twin()

    def settled(self, profit: Decimal, fee: Decimal, margin: Decimal) -> None:
        """Book a margin fill: price profit (0 on entry), its fee, change of margin in use."""
        self.cash += profit - fee
        self.fees += fee
        self.margin += margin
        self._twin()

    def charged(self, funding: Decimal) -> None:
        """Book a funding payment (positive: paid)."""
        self.cash -= funding
        self.funding += funding
        self._twin()
