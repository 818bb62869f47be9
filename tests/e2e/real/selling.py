"""How a strategy comes to sell contracts short: a calm past, and prices that leave it downwards."""

from __future__ import annotations

from functools import partial

from tests.e2e.real.floor import Floor
from tests.e2e.real.sites import FUTURES

BREAKOUT = (
    "STRATEGIES=breakout", "K_VALUE=1.5", "ALLOW_SHORTS=yes", "SIZING=fixed_fraction",
    "POSITION_FRACTION=0.05", "ADX_MIN=0", "EMA_FILTER=no", "MTF_FILTER=no",
    "ADX_FALLING_FILTER=no", "MIN_ATR_PCT=0", "MIN_EDGE_ROUND_TRIPS=0",
)  # fmt: skip
STEPS = 30


def sell_short(there: Floor, *coins: str) -> None:
    """Prices fall little by little until the strategy has sold each coin short."""
    for _ in range(STEPS):
        waiting = [coin for coin in coins if not there.position(FUTURES, coin)]
        if not waiting:
            break
        for coin in waiting:
            there.go(FUTURES, coin, "0.997")
        there.mover.pause()
    for coin in coins:
        there.until(partial(there.position, FUTURES, coin), f"{coin}: not sold short")
        assert there.account(FUTURES).held()[FUTURES.key(coin)] < 0
        there.until(partial(there.exits, FUTURES, coin), f"{coin}: not protected")
