"""Portfolio limits as arithmetic (specification 3.7)."""

EDGE = 1.0 + 1e-9  # what is at its limit is not over it for the last digit of a product's sake


def lost(start: float, equity: float) -> float:
    """Loss since a period's start as a fraction of the equity then (negative: gain)."""
    return (start - equity) / start if start > 0.0 else 0.0


def exceeded(measured: float, limit: float) -> bool:
    """Whether a limit (above 0) denies; what could not be measured (NaN) is denied."""
    return not measured <= limit * EDGE
