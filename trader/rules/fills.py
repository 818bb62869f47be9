"""How a price moves inside a candle, and what it meets on the way (specification 3.8)."""


def crossed(d: int, price: float, level: float) -> bool:
    """Whether an entry level is touched or passed: from below for a long, above for a short."""
    return d * price >= d * level


def nearer_long(start: float, long_level: float, short_level: float) -> bool:
    """Of two entry levels in one candle the nearer to the open is taken, the long one if equal."""
    return abs(long_level - start) <= abs(short_level - start)
