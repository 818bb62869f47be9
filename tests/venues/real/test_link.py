"""Keys that were revoked and exchanges out of reach: told once, and told when it is over."""

import pytest

from tests.venues.real.bench import NOW, trading
from tests.venues.real.stub import Asked, Said
from tests.venues.real.test_upbit_report import ACCOUNTS, reporting
from tests.venues.real.test_upbit_venue import (
    BOUGHT,
    BUY,
    KEY,
    LOOK,
    NAME,
    SELL,
    error,
    kinds,
    upbit,
)
from trader.domain.events import LinkChanged, OrderRejected, VenueReported
from trader.domain.instrument import UPBIT
from trader.domain.time import SECOND


async def test_keys_that_were_revoked_are_told_once_with_the_remedy_and_rested() -> None:
    async with upbit(place=error("expired_access_key", 401)) as bench:
        reporting(bench, **{"GET /v1/orders/open": error("expired_access_key", 401)})
        (lost,) = [e for e in await bench.ask("report", UPBIT) if isinstance(e, LinkChanged)]
        assert not lost.connected
        assert ".env" in lost.reason
        asked = len(bench.stub.asked)
        assert await bench.ask("report", UPBIT) == []
        assert len(bench.stub.asked) == asked  # not again with the same keys
        assert [code for code, _ in bench.notices].count("keys_refused") == 1
        assert kinds(await bench.send(SELL)) == [OrderRejected]  # an exit is tried nevertheless


async def test_the_link_is_told_when_it_breaks_and_when_it_is_back() -> None:
    async with upbit(look=[Said("", 502), Said("", 502), Said("", 502), Said(BOUGHT)]) as bench:
        assert await bench.ask("order", NAME) == []
        (lost,) = await bench.ask("order", NAME)
        assert (lost.venue, lost.connected, lost.source) == (UPBIT, False, "rest")
        assert await bench.ask("order", NAME) == []
        assert (await bench.ask("order", NAME))[0].connected


MAINTENANCE = Said({"error": {"name": "server_maintenance", "message": "back at nine"}}, 503)


@pytest.mark.parametrize("silence", [MAINTENANCE, Said("<html>sorry</html>"), Said("", 403)])
async def test_maintenance_is_a_link_lost_in_whatever_words(silence: Said) -> None:
    async with upbit(look=[silence, silence, Said(BOUGHT)]) as bench:
        assert await bench.ask("order", NAME) == []
        (lost,) = await bench.ask("order", NAME)
        assert (lost.connected, lost.source) == (False, "rest")
        assert (await bench.ask("order", NAME))[0].connected
        assert bench.stub.times(LOOK) == 3


async def test_an_account_that_cannot_be_read_for_long_is_a_link_lost() -> None:
    now = [NOW]
    async with trading(UPBIT, {}, (KEY,), 0.5, lambda: now[0]) as bench:
        reporting(bench)
        assert kinds(await bench.ask("report", UPBIT)) == [VenueReported]
        bench.stub.answers["GET /v1/accounts"] = Said({"what": "is this"})
        for later, told in ((44, []), (46, [False]), (90, [])):
            now[0] = NOW + later * SECOND
            heard = await bench.ask("report", UPBIT)
            assert [(e.connected, e.source) for e in heard] == [(on, "account") for on in told]
        reporting(bench)
        report, back = await bench.ask("report", UPBIT)
        assert (type(report), back.connected, back.source) == (VenueReported, True, "account")
        assert kinds(await bench.ask("report", UPBIT)) == [VenueReported]


async def test_a_report_that_took_long_was_read_all_the_same() -> None:
    now = [NOW]

    def slowly(_: Asked) -> Said:
        now[0] += 60 * SECOND
        return Said(ACCOUNTS)

    async with trading(UPBIT, {}, (KEY,), 0.5, lambda: now[0]) as bench:
        for _ in range(2):
            reporting(bench, **{"GET /v1/accounts": slowly})
            assert kinds(await bench.ask("report", UPBIT)) == [VenueReported]


async def test_a_refused_connection_is_told_at_once_and_the_order_never_left() -> None:
    async with upbit() as bench:
        bench.exchange.urls["api"]["private"] = "http://127.0.0.1:1"
        lost, refused = await bench.send(BUY)
        assert (type(lost), type(refused)) == (LinkChanged, OrderRejected)
        assert (lost.connected, refused.code) == (False, "not_connected")
