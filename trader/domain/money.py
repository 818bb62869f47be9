"""Money is counted in Decimal; a float from the market crosses here and nowhere else."""

from decimal import Decimal

ZERO = Decimal(0)
_QUANTUM = Decimal("1e-12")


def exact(number: float) -> Decimal:
    """The Decimal that prints like the float (`Decimal(repr(x))`), never its binary expansion."""
    return Decimal(repr(float(number)))


def amount(price: Decimal, quantity: Decimal) -> Decimal:
    """Price x quantity as money, rounded once to 1e-12: sums of such amounts are exact."""
    return (price * quantity).quantize(_QUANTUM)


def plain(number: Decimal) -> str:
    """Text without exponent and without trailing zeros: `0.00015`, `1200`."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
