"""What a line, a list of many pages and a venue do when something inside them breaks."""

from decimal import Decimal
from typing import Any

import pytest

from tests.venues.real.bench import NOW, Bench, order, trading
from tests.venues.real.stub import Asked, Said
from trader.domain.errors import VenueRefused, VenueUnavailable
from trader.domain.events import CancelFailed, OrderFilled, OrderNotFound, OrderUnknown
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Kind, Status
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call
from trader.venues.real.desks.oddities import Oddities
from trader.venues.real.desks.pages import read_pages
from trader.venues.real.desks.ports import Own
from trader.venues.real.reading.fields import Strange
from trader.venues.real.told import Told

KEY = "binance_spot:BTC/USDT"
TRADES = Call("privateGetMyTrades", {"symbol": "BTCUSDT", "startTime": 10})


def odd(bench: Bench) -> Oddities:
    """Where rows that cannot be read go."""
    return bench.venue._desk.oddities


async def test_a_list_of_many_pages_is_read_to_its_end() -> None:
    def page(asked: Asked) -> Said:
        start = int(asked.params["startTime"])
        return Said([{"id": at, "time": at} for at in range(start, min(start + 3, 16))])

    async with trading(BINANCE_SPOT, {"GET /api/v3/myTrades": page}, (KEY,)) as bench:
        found = await read_pages(bench.venue.line, odd(bench), TRADES, "time", most=3)
        assert sorted({of["time"] for of in found}) == list(range(10, 16))
        assert len(bench.stub.asked) == 3


async def test_a_list_without_an_end_is_an_error() -> None:
    rows = Said([{"id": 1, "time": 10}, {"id": 2, "time": 10}])
    async with trading(BINANCE_SPOT, {"GET /api/v3/myTrades": rows}, (KEY,)) as bench:
        with pytest.raises(Strange, match="no end"):
            await read_pages(bench.venue.line, odd(bench), TRADES, "time", most=2)


async def test_a_bug_of_ours_is_an_unknown_order_and_not_silence() -> None:
    async with trading(UPBIT, {}, ("upbit:BTC/KRW",)) as bench:
        bench.venue._desk.ready = None  # type: ignore[assignment, method-assign]
        (unknown,) = await bench.send(order("upbit:BTC/KRW", cost=Decimal(9_000)))
        assert isinstance(unknown, OrderUnknown)
        assert "TypeError" in unknown.reason
        bench.venue._requests = None  # type: ignore[assignment]
        (failed,) = await bench.cancel("k7XE-1")
        assert isinstance(failed, CancelFailed)


async def test_a_request_that_is_stopped_is_unknown() -> None:
    silent = {"POST /v1/orders": Said(fault="silent")}
    async with trading(UPBIT, silent, ("upbit:BTC/KRW",)) as bench:
        bench.venue.submit(order("upbit:BTC/KRW", cost=Decimal(9_000)))
        await bench.stub.arrived.wait()
        (task,) = bench.venue._tasks
        task.cancel()
        assert await bench.heard() == [
            OrderUnknown("k7XE-1", "stopped while it was under way", NOW)
        ]


async def test_nothing_is_told_of_an_order_that_nobody_may_ask_about_any_more() -> None:
    refused = Said({"error": {"name": "out_of_scope", "message": "no"}}, 401)
    waiting = {"uuid": "u", "state": "wait", "identifier": "k7XE-1", "executed_volume": "0",
               "created_at": "2026-09-21T23:13:20+09:00"}  # fmt: skip
    answers = {"POST /v1/orders": Said(waiting, 201), "GET /v1/order": refused}
    async with trading(UPBIT, answers, ("upbit:BTC/KRW",)) as bench:
        heard = await bench.send(order("upbit:BTC/KRW", cost=Decimal(9_000)))
        assert [type(e).__name__ for e in heard] == ["OrderOpened", "LinkChanged"]
        assert bench.stub.times("GET /v1/order") == 1


async def test_a_clock_that_is_told_badly_changes_nothing() -> None:
    async with trading(BINANCE_SPOT, {}, ()) as bench:
        unreadable: list[Any] = [{"serverTime": 0}, {"serverTime": "now"}, {}, [], "soon"]
        for odd in unreadable:
            bench.stub.answers["GET /api/v3/time"] = Said(odd)
            await bench.venue.open()
        bench.stub.answers["GET /api/v3/time"] = Said("", 500)
        await bench.venue.open()
        assert bench.stub.times("GET /api/v3/time") == 6
        assert bench.exchange.options["timeDifference"] == 0
        ahead = bench.exchange.milliseconds() + 60_000
        bench.stub.answers["GET /api/v3/time"] = Said({"serverTime": ahead})
        await bench.venue.open()
        assert -60_100 < bench.exchange.options["timeDifference"] < -59_000
        asked = len(bench.stub.asked)
        await bench.venue.open()
        assert len(bench.stub.asked) == asked  # once a minute is enough


async def test_a_setting_that_cannot_be_made_says_why() -> None:
    path = "POST /fapi/v1/leverage"
    call = Call("fapiPrivatePostLeverage", {"symbol": "BTCUSDT", "leverage": 3})
    answers = {path: Said({"code": -4028, "msg": "Leverage 3 is not valid"}, 400)}
    async with trading(BINANCE_FUTURES, answers, ()) as bench:
        with pytest.raises(VenueRefused, match="-4028"):
            await bench.venue.line.change(call, Urgency.TRADE)
        bench.stub.answers[path] = Said("", 502)
        with pytest.raises(VenueUnavailable):
            await bench.venue.line.change(call, Urgency.TRADE)
        bench.stub.answers[path] = Said({"code": -4046, "msg": "No need to change."}, 400)
        await bench.venue.line.change(call, Urgency.TRADE)


async def test_an_account_stuck_in_hedge_mode_takes_no_entries() -> None:
    hedged = Said({"dualSidePosition": True})
    answers = {
        "GET /fapi/v1/positionSide/dual": hedged,
        "POST /fapi/v1/positionSide/dual": Said({"code": 200, "msg": "success"}),
    }
    key = "binance_futures:BTC/USDT"
    async with trading(BINANCE_FUTURES, answers, (key,)) as bench:
        (refused,) = await bench.send(order(key))
        assert "hedge mode" in refused.reason
        bench.stub.answers["GET /fapi/v1/positionSide/dual"] = Said({"dualSidePosition": False})
        bench.stub.answers["GET /fapi/v1/symbolConfig"] = Said([])
        (refused,) = await bench.send(order(key, "k7XE-2"))
        assert "no leverage" in refused.reason


async def test_an_order_of_others_that_is_too_old_to_be_told_is_a_foreign_sale() -> None:
    sale = {
        "symbol": "BTCUSDT", "id": 5, "orderId": 9, "price": "100", "qty": "2", "commission": "0",
        "commissionAsset": "USDT", "time": NOW, "isBuyer": False,
    }  # fmt: skip
    gone = Said({"code": -2013, "msg": "Order does not exist."}, 400)
    answers = {"GET /api/v3/myTrades": Said([sale]), "GET /api/v3/order": gone}
    async with trading(BINANCE_SPOT, answers, (KEY,)) as bench:
        ledger = bench.venue._desk._ledger  # type: ignore[attr-defined]
        for _ in range(2):
            found = await ledger.others(KEY, 1, both=False)
            assert found.sales == [(KEY, Decimal(2), Decimal(100))]
        assert bench.stub.times("GET /api/v3/order") == 1  # asked once


async def test_only_trades_of_the_order_that_was_asked_for_are_its_fills() -> None:
    of = {
        "symbol": "BTCUSDT", "orderId": 7, "clientOrderId": "k7BE-1", "status": "FILLED",
        "executedQty": "2", "origQty": "2", "side": "BUY", "updateTime": NOW,
    }  # fmt: skip
    ours = {
        "symbol": "BTCUSDT", "id": 5, "orderId": 7, "price": "100", "qty": "2", "commission": "0",
        "commissionAsset": "USDT", "time": NOW, "isBuyer": True,
    }  # fmt: skip
    both = Said([ours, ours | {"id": 6, "orderId": 8, "qty": "9"}])
    answers = {"GET /api/v3/order": Said(of), "GET /api/v3/myTrades": both}
    async with trading(BINANCE_SPOT, answers, (KEY,)) as bench:
        bench.own.remember(order(KEY, "k7BE-1"))
        fills = [e.fill for e in await bench.ask("order", "k7BE-1") if isinstance(e, OrderFilled)]
        assert [(fill.id, fill.quantity) for fill in fills] == [("BTCUSDT:5", Decimal(2))]
        bench.stub.answers["GET /api/v3/order"] = Said(
            of | {"clientOrderId": "cancels", "status": "CANCELED"}
        )
        ended = (await bench.ask("order", "k7BE-1"))[-1]
        assert (ended.order_id, ended.status) == ("k7BE-1", Status.CANCELED)


def test_the_oldest_ended_orders_are_forgotten_and_live_ones_never() -> None:
    own = Own(UPBIT, "k7", ("upbit:BTC/KRW",), most=3)
    orders = [order("upbit:BTC/KRW", f"k7UE-{number}") for number in range(6)]
    own.heard(Told("k7UE-0", "u", Status.OPEN, Decimal(0), 1))
    for one in orders:
        own.remember(one)
    assert set(own.orders) == {"k7UE-0", "k7UE-4", "k7UE-5"}
    own.live.update(own.orders)
    own.remember(orders[1])
    assert len(own.orders) == 4  # rather too many than one that lives
    assert own.candidates("k7UE-0") == [orders[0]]
    kinds = [one.kind for one in own.candidates("k7US-77")]
    assert kinds == [Kind.STOP_MARKET, Kind.MARKET]


async def test_no_such_order_in_any_market_is_not_found() -> None:
    gone = Said({"code": -2013, "msg": "Order does not exist."}, 400)
    keys = (KEY, "binance_spot:ETH/USDT")
    async with trading(BINANCE_SPOT, {"GET /api/v3/order": gone}, keys) as bench:
        assert await bench.ask("order", "k7BX-1") == [OrderNotFound("k7BX-1", NOW)]
        assert bench.stub.times("GET /api/v3/order") == 2
        unreadable: Any = [gone, Said("", 500)]
        bench.stub.answers["GET /api/v3/order"] = unreadable
        assert await bench.ask("order", "k7BX-1") == []  # one market did not answer
