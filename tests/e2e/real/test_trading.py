"""What a trader does on each loopback exchange while nothing goes wrong."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import BINANCE, COINS, SITES, SPOT, UPBIT

A, B, C, E, DUST, KEPT = COINS[:6]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("trading"), SITES, COINS[:6],
        "STOP_LOSS_PERCENT=0.01", "TAKE_PROFIT_PERCENT=0.03",
        "TRAILING_STOP_PERCENT=0.008", "TRAILING_ACTIVATION=0.012",
    ) as made:  # fmt: skip
        yield made.up()


def test_bought_by_hand_protected_and_closed_in_every_way(there: Floor) -> None:
    for site in SITES:
        for coin in (A, B, C, E):
            there.hold(site, coin)
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
    for site in BINANCE:
        for coin in (A, B, C, E):
            there.naked_at_most(site, coin)


def test_what_is_too_little_to_sell_is_kept_as_dust(there: Floor) -> None:
    """The fee was taken from the coins: less than a step of the market is left."""
    there.hold(SPOT, DUST, 290)
    there.close(SPOT, DUST)
    there.flat(SPOT, DUST)
    there.compare(SPOT)
    assert 0 < there.account(SPOT).held()[SPOT.key(DUST)] < Decimal("0.001")
    assert there.told("is too little to be sold, kept as dust") > 0


def test_a_position_outlives_a_restart_with_its_protection(there: Floor) -> None:
    for site in SITES:
        there.hold(site, KEPT)
    before = {site.venue: there.exits(site, KEPT) for site in BINANCE}
    there.again()
    there.compare()
    for site in BINANCE:
        assert there.exits(site, KEPT) == before[site.venue] != [], "adopted, not doubled"
    there.go(UPBIT, KEPT, "0.985")
    for site in BINANCE:
        there.close(site, KEPT)
    for site in SITES:
        there.flat(site, KEPT)
    there.compare()
