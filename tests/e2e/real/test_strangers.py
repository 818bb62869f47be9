"""The bot on servers that speak the same protocols and are not ours: they offer less, they wrap
answers in other ways, they are late."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import BINANCE, COINS, FUTURES, SITES, SPOT, UPBIT, Site
from tests.exchanges.core.server import Server
from tests.exchanges.core.wire import Asked
from tests.exchanges.door import Door, opened
from tests.exchanges.manners import extended, lacking, late, retold, wrapped_oddly

ONE, TWO = COINS[:2]
OPTIONAL = {
    UPBIT.venue: r"(GET|POST) /v1/(api_keys|orders/(chance|closed|test)|withdraws/chance"
    r"|ticker/all|orderbook/instruments)",
    SPOT.venue: r"GET /sapi/.*|GET /api/v3/(time|ticker/24hr|allOrders|orderList)"
    r"|DELETE /api/v3/orderList",
    FUTURES.venue: r"GET /sapi/.*|POST /fapi/v1/listenKey|GET /fapi/v1/(time|ticker/24hr"
    r"|allOrders|algoOrder|symbolConfig|accountConfig|leverageBracket|positionSide/dual|income)"
    r"|GET /fapi/v3/(balance|positionRisk)",
}  # fmt: skip
ACCOUNTS = {UPBIT.venue: "GET /v1/accounts", SPOT.venue: "GET /api/v3/account"}


def trade(there: Floor, coin: str = ONE) -> None:
    """Buy, be protected, sell, on all venues; then books and truth are equal."""
    for site in SITES:
        there.hold(site, coin)
    for site in BINANCE:
        there.naked_at_most(site, coin)
    for site in SITES:
        there.close(site, coin)
    for site in SITES:
        there.flat(site, coin)
    there.compare()


def test_what_is_not_essential_may_be_missing(tmp_path: Path) -> None:
    """No streams at all, no question that another one can replace."""
    asked: list[list[Asked]] = []

    def change(site: Site, server: Server) -> None:
        asked.append(lacking(server, OPTIONAL[site.venue]))
        server.hub.refuses = 404

    with floor(tmp_path, SITES, COINS[:2], change=change) as there:
        trade(there.up())
        assert all(len({of.path for of in missed}) > 3 for missed in asked), "nobody missed it"
        for site in SITES:
            assert there.told(f"{site.venue}: the exchange does not offer") > 0, "nobody said so"


def test_answers_may_be_wrapped_in_other_ways(tmp_path: Path) -> None:
    """Compressed, in chunks, a new connection for each; binary frames; fields nobody knows; and
    no short tickers."""
    told: list[list[Asked]] = []

    def change(_: Site, server: Server) -> None:
        wrapped_oddly(server)
        lacking(server, "GET /f?api/v[13]/ticker/price")
        told.append(retold(server, ".*", lambda asked, body: extended(body)))

    with floor(tmp_path, SITES, COINS[:2], change=change) as there:
        trade(there.up())
        assert all(len(of) > 10 for of in told)
        assert all(server.hub.opened >= 2 for server in there.servers.values())
        assert there.told("stream lost") == 0, there.bot.output()


def test_what_happened_may_be_seen_late(tmp_path: Path) -> None:
    """Orders are not found and balances not moved until 1.5 s after."""
    told: list[list[Asked]] = []

    def change(site: Site, server: Server) -> None:
        told.append(late(server, ACCOUNTS.get(site.venue, "none"), 1_500))

    with floor(tmp_path, SITES, COINS[:2], change=change) as there:
        trade(there.up())
        assert all(told[:2])


def test_all_exchanges_may_be_behind_one_address_or_streams_behind_another(tmp_path: Path) -> None:
    """First everything behind one port; after a restart requests and streams at two."""
    names = [site.venue.upper() for site in SITES]
    with floor(tmp_path, SITES, COINS[:2]) as there, ExitStack() as doors:
        both = doors.enter_context(opened(Door(there.servers)))
        there.write_settings(*(f"{name}_API_URL={both.url}/" for name in names))
        trade(there.up())
        assert len({path for path in both.passed if "/ws" in path or "/websocket" in path}) >= 5
        assert there.bot.stop() == 0
        asked = doors.enter_context(opened(Door(there.servers, streams=False)))
        heard = doors.enter_context(opened(Door(there.servers, rest=False, heartbeat=1.0)))
        stream = heard.url.replace("http", "ws")
        there.write_settings(
            *(f"{name}_API_URL={asked.url}" for name in names),
            *(f"{name}_WS_URL={stream}" for name in names),
        )
        before = len(both.passed)
        trade(there.up(), TWO)
        assert there.bot.output().count(stream) == len(names), "the banner shows them"
        assert len(both.passed) == before
        assert (asked.turned, heard.turned) == ([], [])
        assert there.told("stream lost") == 0, "pings of other intervals are answered"
        assert len(set(heard.passed)) >= 5
        assert len(set(asked.passed)) > 20
