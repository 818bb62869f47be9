"""News of orders that come twice and in the wrong order: books have each fill once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, SITES, Site
from tests.exchanges.core.server import Server

PRIVATE = r"/ws-api/.*|/private/.*|/websocket/v1/private"
EVERY = 0.4  # seconds in which messages are shuffled
STOP, TARGET, HAND, PARTS = COINS[:4]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("messages"), SITES, COINS[:4],
        "STOP_LOSS_PERCENT=0.02", "TAKE_PROFIT_PERCENT=0.04", "ENTRY_TIMEOUT=4",
    ) as made:  # fmt: skip
        yield made.up()


@contextmanager
def _shuffled(servers: list[Server]) -> Iterator[list[int]]:
    """Private messages come twice, and of those within `EVERY` the newest first; how many it
    were each time."""
    over, counts = threading.Event(), list[int]()

    def deal() -> None:
        while not over.wait(EVERY):
            counts.extend(server.hub.unshelve() for server in servers)

    for server in servers:
        server.hub.shelved, server.hub.twice = PRIVATE, True
    thread = threading.Thread(target=deal)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join()
        for server in servers:
            server.hub.shelved, server.hub.twice = None, False
            server.hub.unshelve()


def _in_parts(there: Floor, site: Site, coin: str) -> None:
    """An entry that is filled in three trades, each with messages of its own."""
    truth = there.server(site).truth
    truth.paused = True
    entry = there.buy(site, coin)
    there.until(lambda: truth.by_client(entry), "the order did not arrive")
    order = truth.by_client(entry)[0]
    part = (Decimal(site.amount) / site.price / 4).quantize(Decimal("0.001"))
    price = truth.markets[site.market(coin)].asks[0][0]
    for _ in range(3):
        truth.fill(order, price, part, maker=False)
        there.mover.pause()
    truth.resume()
    there.until(lambda: not order.is_open, "it is not over")
    there.until(partial(there.position, site, coin), "it is not held")


def test_messages_twice_and_in_the_wrong_order(there: Floor) -> None:
    with _shuffled(list(there.servers.values())) as counts:
        for site in SITES:
            for coin in (STOP, TARGET, HAND):
                there.hold(site, coin)
            _in_parts(there, site, PARTS)
        there.compare()
        for site in SITES:
            there.go(site, STOP, "0.97")
            there.go(site, TARGET, "1.05")
            there.close(site, HAND)
            there.close(site, PARTS)
        for site in SITES:
            assert there.flat(site, STOP) == "stop_loss"
            assert there.flat(site, TARGET) == "take_profit"
            assert there.flat(site, HAND) == "manual"
            there.flat(site, PARTS)
        there.compare()
    assert sum(counts) > 50
    assert max(counts) > 2, "there was something to shuffle"
    assert there.told("already closed") == 0
