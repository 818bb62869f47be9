"""Which markets are looked at: the most traded ones, no stablecoins, none with a warning."""

import pytest

from trader.feeds.market import Listed
from trader.feeds.universe import universe

LISTED = (
    Listed("upbit:ETH/KRW", 500.0),
    Listed("upbit:BTC/KRW", 900.0),
    Listed("upbit:USDT/KRW", 5_000.0),  # money, not a coin
    Listed("upbit:LUNA/KRW", 800.0, warned=True),
    Listed("upbit:XRP/KRW", 500.0),
    Listed("upbit:DEAD/KRW", 0.0),  # nobody trades it
    Listed("binance_spot:BTC/USDT", 9_000.0),
    Listed("binance_spot:USDC/USDT", 90_000.0),
)


@pytest.mark.parametrize(
    ("venue", "count", "chosen"),
    [
        ("upbit", 10, ("upbit:BTC/KRW", "upbit:ETH/KRW", "upbit:XRP/KRW")),  # equal ones by name
        ("upbit", 1, ("upbit:BTC/KRW",)),
        ("upbit", 0, ()),
        ("binance_spot", 10, ("binance_spot:BTC/USDT",)),
        ("binance_futures", 10, ()),
    ],
)
def test_the_largest_turnover_wins(venue: str, count: int, chosen: tuple[str, ...]) -> None:
    assert universe(LISTED, venue, count) == chosen
