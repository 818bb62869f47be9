"""Streams that fall silent or break, and exchanges that are closed for a while."""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import BINANCE, COINS, SITES, UPBIT, Site
from tests.exchanges.core.faults import Trouble

SILENT, CUT, CLOSED = COINS[:3]
ANYTHING = r"/.*"
HEARD = 60.0  # seconds until a stream that says nothing is believed to be dead


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("connection"), SITES, COINS[:3],
        "STOP_LOSS_PERCENT=0.02", "EMERGENCY_STOP_PERCENT=0.1",
    ) as made:  # fmt: skip
        yield made.up()


def _sources(there: Floor) -> set[str]:
    status = there.bot.status()
    assert status is not None
    return {link.price_source for link in status.venues.values()}


def _everywhere(there: Floor, do: Callable[[Site], object]) -> None:
    for site in SITES:
        do(site)


def test_a_silent_stream_is_replaced_by_questions(there: Floor) -> None:
    """The connection lives, nothing comes: prices are asked for, and the engine's stop works."""
    _everywhere(there, lambda site: there.hold(site, SILENT))
    for server in there.servers.values():
        server.hub.silent = True
    there.until(lambda: _sources(there) == {"rest"}, "nobody noticed", HEARD)
    there.go(UPBIT, SILENT, "0.97")
    assert there.flat(UPBIT, SILENT) == "stop_loss"
    for server in there.servers.values():
        assert any(connection.dropped for connection in server.hub.connections)
        server.hub.silent = False
    there.until(lambda: _sources(there) == {"websocket"}, "the streams do not come back", HEARD)
    for site in BINANCE:
        there.close(site, SILENT)
        there.flat(site, SILENT)
    there.compare()
    for site in SITES:
        assert there.told(f"{site.venue}: prices come from the stream again") <= 2
        assert there.told(f"{site.venue}: the stream is silent") <= 2, "told, not repeated"


def test_a_stream_that_is_cut_comes_back(there: Floor) -> None:
    opened = {name: server.hub.opened for name, server in there.servers.items()}
    for server in there.servers.values():
        assert server.hub.cut() > 0
    there.until(
        lambda: all(s.hub.opened > opened[name] for name, s in there.servers.items()),
        "nobody connected again",
    )
    _everywhere(there, lambda site: there.hold(site, CUT))
    _everywhere(there, lambda site: there.close(site, CUT))
    _everywhere(there, lambda site: there.flat(site, CUT))
    there.compare()


def test_an_exchange_in_maintenance_is_waited_for(there: Floor) -> None:
    _everywhere(there, lambda site: there.hold(site, CLOSED))
    faults = [
        there.server(site).fault(Trouble.MAINTENANCE, "*", ANYTHING, times=0) for site in SITES
    ]
    there.until(lambda: all(fault.fired > 1 for fault in faults), "nobody asked", 40)
    for site in SITES:
        there.server(site).plan.clear()
    _everywhere(there, lambda site: there.close(site, CLOSED))
    _everywhere(there, lambda site: there.flat(site, CLOSED, 40))
    there.compare()
