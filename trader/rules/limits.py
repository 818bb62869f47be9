"""Portfolio limits as arithmetic (specification 3.7)."""


def lost(start: float, equity: float) -> float:
    """Loss since a period's start as a fraction of the equity then (negative: gain)."""
    return (start - equity) / start if start > 0.0 else 0.0
