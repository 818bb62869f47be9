"""Dust becomes BNB by one request, and nobody asks twice: the adapter on a server that may fail."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.venues.real.bench import NOW, Bench, trading
from tests.venues.real.stub import Asked, Said
from trader.domain.dust import Conversion, DustConverted
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.time import DAY, MINUTE
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import Keys, connected
from trader.venues.real.desks.ports import Own
from trader.venues.real.line import Ears
from trader.venues.real.venue import RealVenue

D = Decimal
BTC, ETH, BNB = "binance_spot:BTC/USDT", "binance_spot:ETH/USDT", "binance_spot:BNB/USDT"
WANTED = Conversion(BINANCE_SPOT, ((BTC, D("0.0004")), (ETH, D("0.001"))), NOW)
PRICE = "GET /api/v3/ticker/price"
PREVIEW, CONVERT = "POST /sapi/v1/asset/dust-btc", "POST /sapi/v1/asset/dust"
LOG, ACCOUNT = "GET /sapi/v1/asset/dribblet", "GET /api/v3/account"


def free(**coins: str) -> Said:
    """The preview: so much of each may be converted."""
    return Said({"details": [{"asset": c, "amountFree": free} for c, free in coins.items()]})


def converted(**coins: str) -> Said:
    """The answer to a conversion."""
    rows = [
        {"amount": amount, "fromAsset": coin, "operateTime": NOW, "serviceChargeAmount": "0.0001",
         "tranId": number, "transferedAmount": "0.0049"}
        for number, (coin, amount) in enumerate(coins.items(), 1)
    ]  # fmt: skip
    return Said({"totalServiceCharge": "0", "totalTransfered": "0", "transferResult": rows})


def logged(coin: str = "", at: int = NOW) -> Said:
    """The log of conversions, with one of a coin or none."""
    detail = {
        "transId": 7, "serviceChargeAmount": "0.0001", "amount": "0.0004", "operateTime": at,
        "transferedAmount": "0.0049", "fromAsset": coin,
    }  # fmt: skip
    rows = [{"operateTime": at, "transId": 8, "userAssetDribbletDetails": [detail]}]
    return Said({"total": len(rows), "userAssetDribblets": rows if coin else []})


def holding(**coins: str) -> Said:
    """The account."""
    rows = [{"asset": c, "free": free, "locked": "0"} for c, free in coins.items()]
    return Said({"balances": rows})


def answers(**more: Said) -> dict[str, Any]:
    """All goes well, unless something else is said."""
    told = {
        PRICE: Said({"symbol": "BNBUSDT", "price": "600"}),
        PREVIEW: free(BTC="0.0004", ETH="0.001", XRP="5"), CONVERT: converted(BTC="0.0004"),
        LOG: logged(), ACCOUNT: holding(BTC="0.0004", ETH="0.001"),
    }  # fmt: skip
    names = {"price": PRICE, "preview": PREVIEW, "convert": CONVERT, "log": LOG, "account": ACCOUNT}
    return told | {names[name]: said for name, said in more.items()}


async def asked(bench: Bench, conversion: Conversion = WANTED) -> list[Any]:
    """Convert; all that follows."""
    bench.venue.convert(conversion)
    return await bench.heard()


async def told(now: int = NOW, again: bool = False, **more: Said) -> tuple[list[Any], Bench]:
    """One conversion on such a server."""
    async with trading(BINANCE_SPOT, answers(**more), (BTC, ETH), now=lambda: now) as bench:
        return await asked(bench, replace(WANTED, again=again)), bench


async def test_what_may_be_converted_is_asked_for_in_one_request() -> None:
    found: list[Asked] = []

    def remembered(seen: Asked) -> Said:
        found.append(seen)
        return converted(BTC="0.0004", ETH="0.001")

    async with trading(BINANCE_SPOT, answers() | {CONVERT: remembered}, (BTC, ETH)) as bench:
        (over,) = await asked(bench)
    assert isinstance(over, DustConverted)
    first, second = over.parts
    assert first == (
        "1-BTC", BTC, D("0.0004"), BNB, D("0.0049"), D("0.0001"), D(600)
    )  # fmt: skip
    assert (second.id, second.key) == ("2-ETH", ETH)
    assert (over.asked_at, over.reason, len(found)) == (NOW, "", 1)


@pytest.mark.parametrize(
    ("preview", "coins"),
    [
        (free(BTC="0.0005", ETH="0.001"), "ETH"),  # bought by the user a moment ago
        (free(ETH="0.001"), "ETH"),  # not on the exchange's list
        (free(BTC="0.0003"), "BTC"),
    ],
)
async def test_only_what_is_ours_goes_along(preview: Said, coins: str) -> None:
    events, bench = await told(preview=preview)
    assert len(events) == 1
    assert bench.stub.last(CONVERT)["asset"] == coins


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"preview": free(XRP="1", BTC="9")}, "the exchange converts none of it now"),
        ({"preview": Said("no such path", 404)}, "does not offer POST assetDustBtc"),
        ({"preview": Said("busy", 503)}, "tried again later"),
        ({"preview": Said([])}, "tried again later"),
        ({"price": Said("busy", 503)}, "tried again later"),
    ],
)
async def test_what_fails_before_is_over_and_nothing_was_sent(
    more: dict[str, Said], reason: str
) -> None:
    async with trading(BINANCE_SPOT, answers(**more), (BTC, ETH)) as bench:
        (over,) = await asked(bench)
    assert reason in over.reason
    assert over.parts == ()
    assert bench.stub.times(CONVERT) == 0


async def test_a_refusal_in_the_exchanges_own_words_is_over() -> None:
    refusal = Said({"code": -1102, "msg": "Mandatory parameter 'asset' was not sent"}, 400)
    (over,), bench = await told(convert=refusal)
    assert "-1102" in over.reason
    assert bench.stub.times(CONVERT) == 1


@pytest.mark.parametrize(
    "said",
    [
        Said(fault="cut"), Said("busy", 503), Said({"code": 32110, "msg": "six hours"}, 400),
        Said({}), Said("<html>"), converted(XRP="1"), converted(BTC="nonsense"),
    ],
)  # fmt: skip
async def test_what_proves_nothing_is_told_to_nobody_and_sent_once(said: Said) -> None:
    events, bench = await told(convert=said)
    assert events == []
    assert bench.stub.times(CONVERT) == 1


async def test_twice_at_a_time_is_once() -> None:
    async with trading(BINANCE_SPOT, answers(), (BTC, ETH)) as bench:
        bench.venue.convert(WANTED)
        bench.venue.convert(replace(WANTED, again=True))
        assert len(await bench.heard()) == 1
        assert bench.stub.times(LOG) == 0


# ---------------------------------------------------------------- what became of it


async def test_the_log_tells_what_became_of_it() -> None:
    (over,), bench = await told(again=True, log=logged("BTC"))
    (part,) = over.parts
    assert (part.id, part.quantity, part.received) == ("7-BTC", D("0.0004"), D("0.0049"))
    assert bench.stub.times(CONVERT) == bench.stub.times(PREVIEW) == 0


@pytest.mark.parametrize("log", [logged(), logged("XRP"), logged("BTC", NOW - 6 * MINUTE)])
@pytest.mark.parametrize(
    ("after", "account", "sure"),
    [
        (MINUTE, holding(BTC="0.0004", ETH="0.001"), False),  # it may still come
        (3 * MINUTE, holding(BTC="0.0004", ETH="0.001"), True),
        (3 * MINUTE, holding(ETH="0.001"), False),  # it is gone: the log will tell
        (DAY, holding(ETH="0.001"), True),
    ],
)
async def test_without_a_row_the_coins_must_be_there(
    log: Said, after: int, account: Said, sure: bool
) -> None:
    events, bench = await told(now=NOW + after, again=True, log=log, account=account)
    assert [event.parts for event in events] == ([()] if sure else [])
    assert bench.stub.times(CONVERT) == 0


@pytest.mark.parametrize("log", [Said("busy", 503), Said({}), Said("<html>")])
async def test_a_log_that_cannot_be_read_proves_nothing(log: Said) -> None:
    events, bench = await told(now=NOW + DAY, again=True, log=log)
    assert events == []
    assert [code for code, _ in bench.notices] == ["unanswered"]


# ---------------------------------------------------------------- where there is none


@pytest.mark.parametrize("venue", [UPBIT, BINANCE_FUTURES])
async def test_elsewhere_dust_is_kept(venue: str) -> None:
    async with trading(venue, {}, ()) as bench:
        (over,) = await asked(bench, Conversion(venue, (), NOW))
        assert (over.parts, bench.stub.asked) == ((), [])


async def test_a_test_network_without_it_is_told_and_the_link_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[Any] = []
    exchange = connected(BINANCE_SPOT, Addresses(sandbox=True), Keys("key", "secret"))
    ears = Ears(events.append, lambda: NOW, _no_sleep, lambda *_: None)
    venue = RealVenue(exchange, Own(BINANCE_SPOT, "k7", (BTC,)), ears)

    async def price(key: str) -> Decimal:
        del key
        return D(600)

    monkeypatch.setattr(venue._dust, "_price", price)
    for _ in range(3):
        venue.convert(WANTED)
        await venue.rest()
    await exchange.close()
    assert [type(event) for event in events] == [DustConverted] * 3
    assert "does not offer POST assetDustBtc" in events[0].reason


async def _no_sleep(seconds: float) -> None:
    del seconds
