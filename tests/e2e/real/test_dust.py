"""Coins worth less than the least order are kept as dust; contracts can be closed all the same."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, FUTURES, SITES, UPBIT

FALLEN = COINS[0]
LITTLE = {"upbit": 6_600, "binance_spot": 8, "binance_futures": 8}  # just above the least entry


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("dust"), SITES, COINS[:1],
        "STOP_LOSS_PERCENT=0", "ATR_MULTIPLIER=20", "EMERGENCY_STOP_PERCENT=0.3",
        "TAKE_PROFIT_PERCENT=0.9", "LEVERAGE=1",
    ) as made:  # fmt: skip
        yield made.up()


def test_what_fell_below_the_least_order_is_dust_or_closed(there: Floor) -> None:
    """Half of its worth is gone at once: coins cannot be sold any more, contracts can be closed."""
    for site in SITES:
        there.buy(site, FALLEN, LITTLE[site.venue])
        there.until(partial(there.position, site, FALLEN), "it is not held")
        if site.protections is not None:
            there.until(partial(there.exits, site, FALLEN), "it is not protected")
    for site in SITES:
        there.go(site, FALLEN, "0.5")
    for site in SITES:
        there.flat(site, FALLEN)
    assert there.told(f"{UPBIT.key(FALLEN)}: ") > 0
    assert there.told("is too little to be sold, kept as dust") > 0
    assert there.account(UPBIT).held()[UPBIT.key(FALLEN)] > 0
    assert FUTURES.key(FALLEN) not in there.account(FUTURES).held()
