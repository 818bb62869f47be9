"""Money is counted in Decimal; a float from the market crosses here and nowhere else."""

from decimal import ROUND_DOWN, Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
_QUANTUM = Decimal("1e-12")


def exact(number: float) -> Decimal:
    """The Decimal that prints like the float (`Decimal(repr(x))`), never its binary expansion."""
    return Decimal(repr(float(number)))


def amount(price: Decimal, quantity: Decimal) -> Decimal:
    """Price x quantity as money, rounded once to 1e-12: sums of such amounts are exact."""
    return (price * quantity).quantize(_QUANTUM)


def lots_of(quantity: Decimal, step: Decimal) -> int:
    """Whole lots in a quantity, rounded down."""
    return int((quantity / step).to_integral_value(ROUND_DOWN))


def plain(number: Decimal) -> str:
    """Text without exponent and without trailing zeros: `0.00015`, `1200`."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
