"""What trading costs: slippage, fees, funding, and whether a trade can be worth them."""


def slipped(price: float, buying: bool, slippage: float) -> float:
    """The fill price: moved against the trader by a fraction."""
    return price * (1.0 + slippage) if buying else price * (1.0 - slippage)


def round_trip(fee: float, slippage: float) -> float:
    """Cost of getting in and out, as a fraction of the value."""
    return 2.0 * (fee + slippage)


def funding_paid(d: int, rate: float, quantity: float, price: float) -> float:
    """What a position pays at a funding time (negative: receives); a long pays a positive rate."""
    return d * rate * quantity * price
