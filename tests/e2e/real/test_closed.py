"""One market is halted or taken off the list while something of it is held; the others go on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, SITES, UPBIT, Site
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.binance.spot import SpotWords
from tests.exchanges.core.wire import Asked

HALTED, GONE, OTHER, SECOND = COINS[:4]
CLOSED = {"binance_spot": "BREAK", "binance_futures": "SETTLING"}
OVER = 45.0  # seconds: Upbit's words are no proof, the refused exit is doubted for a while


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
    words = server.words
    if site is UPBIT:
        server.truth.markets[market].extra["offline"] = True
        yield
        server.truth.markets[market].extra["offline"] = False
        return
    assert isinstance(words, SpotWords | FuturesWords)
    known = words.desk.listings[market]
    words.desk.listings[market] = replace(known, status=CLOSED[site.venue])
    yield
    words.desk.listings[market] = known


@contextmanager
def _gone(there: Floor, site: Site, coin: str) -> Iterator[None]:
    """Nobody knows the market any more; what is in the account stays there."""
    server, market = there.server(site), site.market(coin)
    words = server.words
    there.mover.quiet.add(market)
    with server.truth.lock:
        if site is UPBIT:
            kept = server.truth.markets.pop(market)
        else:
            assert isinstance(words, SpotWords | FuturesWords)
            listing = words.desk.listings.pop(market)
    yield
    with server.truth.lock:
        if site is UPBIT:
            server.truth.markets[market] = kept
        else:
            assert isinstance(words, SpotWords | FuturesWords)
            words.desk.listings[market] = listing
    there.mover.quiet.discard(market)


def _refused(there: Floor, site: Site, coin: str) -> list[Asked]:
    """Orders in a market that the exchange did not take."""
    market = site.market(coin)
    asked = there.server(site).asked(*site.exits)
    return [a for a in asked if a.status >= 400 and market in a.fields.values()]


def _close_during(
    there: Floor, coin: str, other: str, how: Callable[[Floor, Site, str], object]
) -> None:
    """Close what cannot be closed now; trade another coin meanwhile; then it is over."""
    for site in SITES:
        there.hold(site, coin)
    with ExitStack() as stack:
        for site in SITES:
            stack.enter_context(how(there, site, coin))  # type: ignore[arg-type]
            there.close(site, coin)
        for site in SITES:
            there.until(lambda s=site: _refused(there, s, coin), "nobody tried to sell", 20)
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
