"""One market is halted or taken off the list while something of it is held; the others go on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.real.ending import lasting
from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, SITES, Site
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.binance.spot import SpotWords
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import State
from tests.exchanges.core.wire import Asked

HALTED, GONE, OTHER, SECOND = COINS[:4]
CLOSED = {"binance_spot": "BREAK", "binance_futures": "SETTLING"}
OVER = 35.0  # seconds: a refused exit is tried again after half a minute at the latest


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("closed"), SITES, COINS[:4], "STOP_LOSS_PERCENT=0.02"
    ) as made:
        made.bot.program = Path(__file__).parent / "hurried.py"
        yield made.up()


@contextmanager
def _halted(there: Floor, site: Site, coin: str) -> Iterator[None]:
    """No orders are taken in this market; it is quoted all the same."""
    server, market = there.server(site), site.market(coin)
    with lasting(there, site), ExitStack() as stack:
        if isinstance(server.words, SpotWords | FuturesWords):
            listings = server.words.desk.listings
            known = listings[market]
            listings[market] = replace(known, status=CLOSED[site.venue])
            stack.callback(listings.__setitem__, market, known)
        else:
            stack.enter_context(_said(server.truth.markets[market], "offline"))
        yield


@contextmanager
def _gone(there: Floor, site: Site, coin: str) -> Iterator[None]:
    """Nobody knows the market any more: orders end, what is in the account stays there."""
    server, market = there.server(site), site.market(coin)
    there.mover.quiet.add(market)
    with lasting(there, site), ExitStack() as stack:
        stack.callback(there.mover.quiet.discard, market)
        there.until(partial(_ended, there, site, coin), "nobody noticed that orders ended")
        if isinstance(server.words, SpotWords | FuturesWords):
            listings = server.words.desk.listings
            stack.callback(listings.__setitem__, market, listings.pop(market))
        else:
            stack.enter_context(_said(server.truth.markets[market], "gone"))
        yield


def _guards(there: Floor, site: Site, coin: str) -> list[tuple[str]]:
    """Orders for protection that the journal believes to live."""
    query = "SELECT id FROM orders WHERE key = ? AND status IN ('open', 'partial', 'canceling')"
    return there.bot.rows(query, site.key(coin))


def _ended(there: Floor, site: Site, coin: str) -> bool:
    """Whether no order is left; what was armed anew meanwhile ends too."""
    _end_orders(there, site, coin)
    return not _guards(there, site, coin)


def _end_orders(there: Floor, site: Site, coin: str) -> None:
    server, market = there.server(site), site.market(coin)
    with server.truth.lock:
        if isinstance(server.words, FuturesWords):
            for algo in [a for a in server.words.desk.algos if a.symbol == market and a.is_open]:
                server.words.watch.tell(algo, "CANCELED")
        for order in [o for o in server.truth.open_orders() if o.symbol == market]:
            if order.is_open:
                server.truth.end(order, State.CANCELED)


@contextmanager
def _said(market: Market, word: str) -> Iterator[None]:
    market.extra[word] = True
    try:
        yield
    finally:
        market.extra[word] = False


def _refused(there: Floor, site: Site, coin: str) -> list[Asked]:
    """Orders in a market that the exchange did not take."""
    market = site.market(coin)
    asked = there.server(site).asked(*site.exits)
    return [a for a in asked if a.status >= 400 and market in a.fields.values()]


def _close_during(
    there: Floor,
    coin: str,
    other: str,
    how: Callable[[Floor, Site, str], AbstractContextManager[None]],
) -> None:
    """Close what cannot be closed now; trade another coin meanwhile; then it is over."""
    for site in SITES:
        there.hold(site, coin)
    with ExitStack() as stack:
        for site in SITES:
            stack.enter_context(how(there, site, coin))
            there.close(site, coin)
        for site in SITES:
            there.until(partial(_refused, there, site, coin), "nobody tried to sell", 20)
            there.hold(site, other)
            there.close(site, other)
            there.flat(site, other)
            assert there.position(site, coin), "it cannot have been sold"
            assert len(_refused(there, site, coin)) < 8, "it does not hammer"
    for site in SITES:
        there.flat(site, coin, OVER)
        sold = [order for order in there.orders(site, coin) if order.side == "sell"]
        assert sum(bool(order.trades) for order in sold) == 1


def test_a_market_that_is_halted_while_it_is_held(there: Floor) -> None:
    _close_during(there, HALTED, OTHER, _halted)


def test_a_market_that_is_taken_off_the_list_while_it_is_held(there: Floor) -> None:
    _close_during(there, GONE, SECOND, _gone)
