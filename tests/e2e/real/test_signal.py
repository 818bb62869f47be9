"""A strategy buys when the price crosses its level, and the emergency stop sells."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.prices import CALM
from tests.e2e.real.sites import COINS, SITES

COIN = COINS[0]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("signal"), SITES, COINS[:1],
        "STRATEGIES=breakout", "K_VALUE=1.5", "SIZING=fixed_fraction", "POSITION_FRACTION=0.05",
        "ADX_MIN=0", "EMA_FILTER=no", "MTF_FILTER=no", "ADX_FALLING_FILTER=no", "MIN_ATR_PCT=0",
        "MIN_EDGE_ROUND_TRIPS=0", "STOP_LOSS_PERCENT=0", "ATR_MULTIPLIER=20",
        "EMERGENCY_STOP_PERCENT=0.04", "TAKE_PROFIT_PERCENT=0.5",
        past=CALM,
    ) as made:  # fmt: skip
        yield made.up()


def test_a_breakout_is_bought_and_the_emergency_stop_sells_it(there: Floor) -> None:
    for _ in range(20):
        for site in SITES:
            if not there.position(site, COIN):
                there.go(site, COIN, "1.003")
        there.mover.pause()
    for site in SITES:
        there.until(partial(there.position, site, COIN), f"{site.venue}: not bought")
    strategies = there.bot.rows("SELECT DISTINCT strategy FROM positions")
    assert strategies == [("breakout",)]
    there.compare()
    for site in SITES:
        there.go(site, COIN, "0.93")
    for site in SITES:
        assert there.flat(site, COIN) == "emergency_stop"
    there.compare()
