"""One whole day of a trader on each loopback exchange, with nothing going wrong."""

from collections.abc import Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, SITES, Site

A, B, C, E = COINS[:4]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("trading"), SITES, COINS[:4],
        "STOP_LOSS_PERCENT=0.01", "TAKE_PROFIT_PERCENT=0.03",
        "TRAILING_STOP_PERCENT=0.008", "TRAILING_ACTIVATION=0.012",
    ) as made:  # fmt: skip
        yield made.up()


def _entered(there: Floor, site: Site) -> None:
    for coin in (A, B, C, E):
        there.hold(site, coin)


def test_bought_by_hand_protected_and_closed_in_every_way(there: Floor) -> None:
    for site in SITES:
        _entered(there, site)
    there.compare()
    for site in SITES:
        there.go(site, A, "0.985")
        there.go(site, B, "1.035")
        there.go(site, C, "1.018")
        there.close(site, E)
    for site in SITES:
        assert there.flat(site, E) == "manual"
        there.go(site, C, "0.988")
        assert there.flat(site, A) == "stop_loss"
        assert there.flat(site, B) == "take_profit"
        assert there.flat(site, C) == "trailing_stop"
    there.compare()
    for site in SITES:
        for coin in (A, B, C, E):
            print(site.venue, coin, there.account(site).naked(site.market(coin)))
