"""The user's own hand on the same account: what is his stays his, and the books follow."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.hurried import HURRIED
from tests.e2e.real.sites import BINANCE, COINS, OWNED, SITES, SPOT, Site
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.core.orders import State

# Seconds: nothing of ours must have moved for five, then two reports must miss the coins.
FOLLOWED = 12.0
PART, ALL, ONCE, TWICE, STALLED, OWN = COINS[:6]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("hands"), SITES, COINS[:6],
        "STOP_LOSS_PERCENT=0.02", "ENTRY_TIMEOUT=2", "EXIT_TIMEOUT=2",
    ) as made:  # fmt: skip
        made.bot.program = HURRIED
        yield made.up()


def _cancel_outside(there: Floor, site: Site, coin: str) -> int:
    """The user cancels our protection by hand; how many orders it were."""
    server, words = there.server(site), there.server(site).words
    done = 0
    with server.truth.lock:
        if isinstance(words, FuturesWords):
            waiting = [a for a in words.desk.algos if a.is_open]
            for algo in [a for a in waiting if a.symbol == site.market(coin)]:
                words.watch.tell(algo, "CANCELED")
                done += 1
        for order in [o for o in server.truth.open_orders() if o.symbol == site.market(coin)]:
            if order.is_open:
                server.truth.end(order, State.CANCELED)
                done += 1
    return done


def _users(site: Site) -> Decimal:
    """What of a coin is the user's own."""
    return Decimal(0) if site.margined else OWNED


def _sell_outside(there: Floor, site: Site, coin: str, share: str) -> None:
    """The user sells so much of what the bot holds (and all of his own before)."""
    _cancel_outside(there, site, coin)
    quantity = (Decimal(there.position(site, coin)[0]) * Decimal(share)).quantize(Decimal("0.001"))
    order = there.user_sells(site, coin, quantity + _users(site))
    assert order.filled == quantity + _users(site)


def test_a_part_sold_by_the_user_leaves_the_books(there: Floor) -> None:
    for site in SITES:
        there.hold(site, PART)
    before = {site.venue: Decimal(there.position(site, PART)[0]) for site in SITES}
    for site in SITES:
        _sell_outside(there, site, PART, "0.5")
        # no list for coins that are gone: until the books follow, the engine's watch is all
        there.engine_watches.add((site.venue, PART))
    there.until(
        lambda: all(Decimal(there.position(s, PART)[0]) < before[s.venue] for s in SITES),
        "the books did not follow", FOLLOWED,
    )  # fmt: skip
    there.compare()
    assert there.told("left the account by another hand") >= len(SITES)
    for site in SITES:
        there.close(site, PART)
        there.flat(site, PART)
    there.compare()


def test_all_sold_by_the_user_ends_the_position(there: Floor) -> None:
    for site in SITES:
        there.hold(site, ALL)
        _cancel_outside(there, site, ALL)
        held = there.account(site).held()[site.key(ALL)]
        there.user_sells(site, ALL, held + _users(site))
    for site in SITES:
        assert there.flat(site, ALL, FOLLOWED) == "external_reduce"
    there.until(lambda: not _halted(there), "the sale was there to be found", 5.0)
    there.compare()


def _halted(there: Floor) -> bool:
    status = there.bot.status()
    return status is None or bool(status.halts)


def test_coins_of_the_user_are_never_sold(there: Floor) -> None:
    """He sells his own: that is no business of the bot's."""
    for site in SITES:
        if not site.margined:
            there.hold(site, OWN)
            there.user_sells(site, OWN, OWNED)
            there.close(site, OWN)
            there.flat(site, OWN)
    there.compare()


def _watched_twice(there: Floor, key: str) -> bool:
    return there.told(f"{key}: the engine watches") >= 2


def test_protection_cancelled_outside_is_armed_again_once(there: Floor) -> None:
    for site in BINANCE:
        there.hold(site, ONCE)
        first = there.exits(site, ONCE)
        assert _cancel_outside(there, site, ONCE)
        there.until(partial(there.exits, site, ONCE), f"{site.venue}: not armed again")
        assert there.exits(site, ONCE) != first
    there.compare(*BINANCE)
    for site in BINANCE:
        there.naked_at_most(site, ONCE, 5.0 + 1.0)  # what was armed just now waits for 5 s
        there.engine_watches.add((site.venue, ONCE))
        assert _cancel_outside(there, site, ONCE)
        there.until(partial(_watched_twice, there, site.key(ONCE)), "not told")
        assert there.exits(site, ONCE) == [], "cancelled twice: we obey"
        there.go(site, ONCE, "0.97")
    for site in BINANCE:
        assert there.flat(site, ONCE) == "stop_loss"
    there.compare(*BINANCE)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.venue)
def test_the_rest_of_an_entry_that_stalls_is_cancelled(there: Floor, site: Site) -> None:
    truth = there.server(site).truth
    truth.paused = True
    try:
        entry = there.buy(site, STALLED)
        there.until(lambda: truth.by_client(entry), "the order did not arrive")
        order = truth.by_client(entry)[0]
        third = (Decimal(site.amount) / site.price / 3).quantize(Decimal("0.001"))
        truth.fill(order, truth.markets[site.market(STALLED)].asks[0][0], third, maker=False)
        there.until(lambda: not order.is_open, "the rest was not cancelled")
        assert order.state is State.CANCELED
        assert order.filled == third
    finally:
        truth.resume()
    there.until(lambda: there.position(site, STALLED), "what was filled is not held")
    there.compare(site)
    if site is not SPOT and site.margined:
        there.until(lambda: there.exits(site, STALLED), "what was filled is not protected")
    there.close(site, STALLED)
    there.flat(site, STALLED)
    there.compare(site)
