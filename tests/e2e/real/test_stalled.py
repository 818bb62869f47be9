"""Exits that stall half way, cancellations that get lost, accounts that cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, SITES, UPBIT, Site
from tests.exchanges.core.faults import Fault, Trouble
from tests.exchanges.core.orders import Order, State

LOST = {Trouble.LOST_BEFORE: COINS[0], Trouble.LOST_AFTER: COINS[1]}
EXIT, READ = COINS[2:4]
UNREADABLE = (Trouble.BROKEN_JSON, Trouble.EMPTY)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("stalled"), SITES, COINS[:4],
        "STOP_LOSS_PERCENT=0.02", "ENTRY_TIMEOUT=2", "EXIT_TIMEOUT=2",
    ) as made:  # fmt: skip
        yield made.up()


@contextmanager
def _paused(there: Floor, site: Site) -> Iterator[None]:
    """Orders are taken, and nobody trades."""
    truth = there.server(site).truth
    truth.paused = True
    try:
        yield
    finally:
        truth.resume()


def _fill_a_third(there: Floor, site: Site, order: Order) -> Decimal:
    truth = there.server(site).truth
    market = truth.markets[order.symbol]
    third = (Decimal(site.amount) / site.price / 3).quantize(Decimal("0.001"))
    truth.fill(order, market.against(order.side)[0][0], third, maker=False)
    return third


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.venue)
def test_the_rest_of_an_exit_that_stalls_is_sold_anew(there: Floor, site: Site) -> None:
    there.hold(site, EXIT)
    with _paused(there, site):
        there.close(site, EXIT)
        there.until(lambda: there.orders(site, EXIT, "X"), "nobody sells", 20)
        first = there.orders(site, EXIT, "X")[0]
        third = _fill_a_third(there, site, first)
        there.until(lambda: not first.is_open, "the rest was not cancelled")
        assert (first.state, first.filled) == (State.CANCELED, third)
    there.flat(site, EXIT)
    assert sum(bool(order.trades) for order in there.orders(site, EXIT, "X")) == 2


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.venue)
@pytest.mark.parametrize("trouble", LOST, ids=lambda trouble: trouble.name.lower())
def test_the_rest_of_an_entry_ends_though_its_cancellation_is_lost(
    there: Floor, site: Site, trouble: Trouble
) -> None:
    """aiohttp repeats a DELETE once by itself: two are lost."""
    coin = LOST[trouble]
    path = site.cancels[1] if site is UPBIT else site.entries[1]
    with _paused(there, site):
        entry = there.buy(site, coin)
        truth = there.server(site).truth
        there.until(lambda: truth.by_client(entry), "the order did not arrive")
        order = truth.by_client(entry)[0]
        third = _fill_a_third(there, site, order)
        fault = there.server(site).fault(trouble, "DELETE", path, times=2)
        there.until(lambda: not order.is_open, "the rest was not cancelled")
    assert fault.fired > 0
    assert order.filled == third
    there.until(partial(there.position, site, coin), "what was filled is not held")
    there.close(site, coin)
    there.flat(site, coin)


def _have_fired(faults: list[Fault]) -> bool:
    return all(fault.fired for fault in faults)


def test_an_account_that_cannot_be_read_is_no_empty_one(there: Floor) -> None:
    """What is held stays held and protected, whatever the answers look like."""
    for site in SITES:
        there.hold(site, READ)
    faults = {
        site: [there.server(site).fault(t, "GET", site.account) for t in UNREADABLE]
        for site in SITES
    }
    for site in SITES:
        there.until(partial(_have_fired, faults[site]), "nobody asked", 90)
        assert there.position(site, READ)
    assert there.told("left the account") == 0
    assert there.bot.rows("SELECT id FROM fills WHERE id LIKE 'external-%'") == []
    for site in SITES:
        there.close(site, READ)
        there.flat(site, READ)
