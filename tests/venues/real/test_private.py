"""Private streams: what happens to our orders is heard at once, and told alike by every way."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.exchanges.binance import spot_events
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.hub import Connection
from tests.exchanges.core.orders import State
from tests.exchanges.core.server import Server
from tests.exchanges.upbit.streams import PRIVATE
from tests.venues.real.listening import VENUES, Listener, listening
from trader.domain.events import OrderEnded, OrderFilled, OrderUnknown
from trader.domain.order import Kind, Order, Purpose, Side, Status
from trader.domain.outcome import Question

LOOK_UPS = {"upbit": "/v1/order", "binance_spot": "/api/v3/order", "binance_futures": "/v1/order"}


async def told_alike(heard: Listener, order: Order) -> None:
    """Question and report tell the same fills, and the stream mentioned just these."""
    streamed = dict(heard.fills)
    heard.venue.ask(Question("order", order.id))
    await heard.venue.rest()
    await heard.report()
    assert dict(heard.fills) == streamed  # ids, prices, fees, times: `fills` compares them all
    assert set(streamed) == heard.mentioned


@pytest.mark.parametrize("name", VENUES)
async def test_a_resting_order_that_is_filled_is_heard_of_at_once(name: str) -> None:
    async with listening(name) as heard:
        order = await heard.rest()
        heard.move(0.8)
        await heard.until(lambda: order.id in heard.ended)
        assert heard.reports == 0
        assert heard.quantity == order.quantity
        await told_alike(heard, order)


@pytest.mark.parametrize("answer", [None, {"error": {"name": "WRONG_FORMAT", "message": "PING"}}])
async def test_a_server_that_takes_no_pings_is_listened_to_without(answer: Any) -> None:
    pings: list[str] = []

    def change(server: Server) -> None:
        streams: Any = server.words.streams
        hear = streams[PRIVATE]

        def hears(connection: Connection, text: str) -> None:
            if text != "PING":
                hear(connection, text)
                return
            pings.append(text)
            if answer is None:
                connection.queue(None)
            else:
                server.hub.reply(connection, answer)

        streams[PRIVATE] = hears

    async with listening("upbit", change=change) as heard:
        order = await heard.rest()
        heard.move(0.8)
        await heard.until(lambda: order.id in heard.ended)
        assert heard.reports == 0
        assert pings == ["PING"]


@pytest.mark.parametrize("name", VENUES)
async def test_fills_in_part_are_told_as_they_come(name: str) -> None:
    async with listening(name) as heard:
        order = await heard.rest()
        symbol = next(iter(heard.server.truth.open_orders())).symbol
        part = (order.quantity / 2).quantize(Decimal("0.001"))
        heard.server.truth.liquidity(symbol, part)
        heard.move(0.8)
        await heard.until(lambda: heard.quantity == part)
        assert heard.ended == []
        heard.server.truth.liquidity(symbol, None)
        heard.move(0.7)
        await heard.until(lambda: order.id in heard.ended)
        assert heard.quantity == order.quantity
        await told_alike(heard, order)


async def listed(heard: Listener) -> Order:
    """A list of two around the price."""
    order = heard.order(
        Side.SELL, Kind.OCO, id="k7BO-1", purpose=Purpose.BRACKET,
        price=heard.level(1.1), stop_price=heard.level(0.9),
    )  # fmt: skip
    await heard.send(order)
    return order


async def test_a_list_of_two_whose_limit_is_filled_in_part() -> None:
    """The exchange tells nothing of the list itself then, only of its leg."""
    async with listening("binance_spot") as heard:
        order = await listed(heard)
        heard.server.truth.liquidity("BTCUSDT", order.quantity / 2)
        heard.move(1.2)
        await heard.until(lambda: heard.quantity == order.quantity / 2)
        assert heard.ended == []


@pytest.mark.parametrize("factor", [1.2, 0.8])
async def test_a_list_of_two_that_is_filled_by_either_leg(factor: float) -> None:
    async with listening("binance_spot") as heard:
        order = await listed(heard)
        heard.move(factor)
        await heard.until(lambda: order.id in heard.ended)
        assert heard.quantity == order.quantity
        assert {fill.order_id for fill in heard.fills.values()} == {order.id}
        await told_alike(heard, order)


async def armed(heard: Listener) -> Order:
    """A position, and a stop below the price."""
    await heard.send(heard.order(Side.BUY))
    stop = heard.order(
        Side.SELL, Kind.STOP_MARKET, id="k7FS-2", purpose=Purpose.STOP,
        stop_price=heard.level(0.9), reduce_only=True,
    )  # fmt: skip
    await heard.send(stop)
    heard.mentioned.clear()
    return stop


@pytest.mark.parametrize("renamed", [False, True])
async def test_a_conditional_order_that_triggered(*, renamed: bool) -> None:
    """Its child is known by the parent's name, or by the number that the parent told."""
    async with listening("binance_futures") as heard:
        stop = await armed(heard)
        truth = heard.server.truth
        if renamed:  # before anybody hears of the child
            truth.listeners.insert(0, _rename)
        heard.move(0.8)
        await heard.until(lambda: stop.id in heard.ended)
        assert heard.quantity == stop.quantity
        child = truth.orders[-1]
        assert (child.client_id == stop.id) is not renamed
        if not renamed:  # the entry is in the report, too
            heard.events[:] = [e for e in heard.events if isinstance(e, OrderFilled)]
            assert set(heard.fills) == heard.mentioned


def _rename(change: Any) -> None:
    if change.order is not None and change.order.client_id == "k7FS-2":
        change.order.client_id = "autonamed"


@pytest.mark.parametrize("name", VENUES)
async def test_an_order_that_somebody_cancels(name: str) -> None:
    async with listening(name) as heard:
        order = await heard.rest()
        heard.server.truth.end(heard.server.truth.open_orders()[0], State.CANCELED)
        await heard.until(lambda: order.id in heard.ended)
        (ended,) = [event for event in heard.events if isinstance(event, OrderEnded)]
        assert ended.status is Status.CANCELED
        assert ended.filled == heard.quantity == 0


async def test_a_stop_that_somebody_cancels() -> None:
    async with listening("binance_futures") as heard:
        stop = await armed(heard)
        await heard.exchange.fapiPrivateDeleteAlgoOrder({"clientAlgoId": stop.id})
        await heard.until(lambda: stop.id in heard.ended)
        assert heard.quantity == 0


@pytest.mark.parametrize("name", VENUES)
async def test_what_the_user_trades_makes_one_report(name: str) -> None:
    async with listening(name) as heard:
        for _ in range(5):
            heard.by_hand()
        await heard.until(lambda: heard.reports > 0)
        await asyncio.sleep(0.5)
        assert heard.reports <= 2  # the first, and one for what came while it was made
        assert heard.quantity == 0


@pytest.mark.parametrize("name", VENUES)
async def test_our_own_trades_make_no_report(name: str) -> None:
    async with listening(name) as heard:
        heard.venue.submit(heard.order(Side.BUY))
        await heard.until(lambda: len(heard.ended) > 0)
        await asyncio.sleep(0.5)
        assert heard.reports == 0
        assert heard.mentioned == set(heard.fills)


@pytest.mark.parametrize("name", VENUES)
async def test_money_that_comes_makes_a_report(name: str) -> None:
    async with listening(name, skew=0) as heard:
        if name == "upbit":
            heard.server.truth.transfer("KRW", Decimal(5_000))
        elif name == "binance_spot":
            user: Any = heard.server.words
            user.user.push(spot_events.moved("USDT", Decimal(5), heard.now()))
        else:
            words: Any = heard.server.words
            await heard.send(heard.order(Side.BUY))
            words.watch.charge_funding("BTCUSDT", Decimal("0.0001"))
        await heard.until(lambda: heard.reports > 0)


@pytest.mark.parametrize("name", VENUES)
async def test_a_hint_that_is_ahead_of_the_answers_is_asked_about_again(name: str) -> None:
    async with listening(name) as heard:
        order = await heard.rest()
        fault = heard.server.fault(Trouble.ERROR_JSON, "GET", f".*{LOOK_UPS[name]}", times=2)
        heard.move(0.8)
        await heard.until(lambda: order.id in heard.ended)
        assert fault.fired == 2
        assert heard.quantity == order.quantity


@pytest.mark.parametrize("name", VENUES)
async def test_an_order_whose_answer_is_lost_is_known_by_its_fill(name: str) -> None:
    """The engine has it before the answer is given up."""
    async with listening(name) as heard:
        path = {"upbit": "/v1/orders"}.get(name, LOOK_UPS[name])
        fault = heard.server.fault(Trouble.LOST_AFTER, "POST", f".*{path}")
        order = heard.order(Side.SELL)
        heard.venue.submit(order)
        await heard.until(lambda: order.id in heard.ended)
        await heard.venue.rest()
        assert fault.fired == 1
        assert any(isinstance(event, OrderUnknown) for event in heard.events)
        assert heard.quantity == order.quantity


async def test_what_the_answer_told_is_not_asked_for_again() -> None:
    async with listening("binance_spot") as heard:
        order = heard.order(Side.BUY)
        await heard.send(order)
        await asyncio.sleep(0.3)
        assert heard.mentioned
        log = [asked for asked in heard.server.log if asked.path == "/api/v3/order"]
        assert [asked.method for asked in log] == ["POST"]
