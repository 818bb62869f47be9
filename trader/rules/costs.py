"""What trading costs: slippage, and a round trip of fees."""


def slipped(price: float, buying: bool, slippage: float) -> float:
    """The fill price: moved against the trader by a fraction."""
    return price * (1.0 + slippage) if buying else price * (1.0 - slippage)


def round_trip(fee: float, slippage: float) -> float:
    """Cost of getting in and out, as a fraction of the value."""
    return 2.0 * (fee + slippage)
