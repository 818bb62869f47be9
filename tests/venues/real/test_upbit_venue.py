"""Upbit behind the port: bought, looked up, canceled, reported; and every way it goes wrong."""

from decimal import Decimal
from typing import Any

import pytest

from tests.venues.real.bench import NOW, order, trading
from tests.venues.real.stub import Said
from trader.domain.errors import BadInput
from trader.domain.events import (
    CancelFailed,
    OrderEnded,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    OrderRejected,
    OrderUnknown,
    PriceSeen,
)
from trader.domain.instrument import UPBIT
from trader.domain.order import Kind, Purpose, Side, Status
from trader.domain.outcome import Question

KEY = "upbit:BTC/KRW"
NAME = "k7UE-1"
BUY = order(KEY, NAME, cost=Decimal(100_000))
SELL = order(KEY, "k7UX-2", side=Side.SELL, purpose=Purpose.EXIT)
REST = order(KEY, NAME, kind=Kind.LIMIT, price=Decimal(90_000_000))
PLACE, LOOK, CANCEL = "POST /v1/orders", "GET /v1/order", "DELETE /v1/order"


def answer(name: str = NAME, state: str = "wait", **more: Any) -> dict[str, Any]:
    """An order as Upbit's documentation shows one."""
    return {
        "uuid": f"uuid-{name}", "side": "bid", "ord_type": "price", "price": "100000.0",
        "state": state, "market": "KRW-BTC", "created_at": "2026-09-21T23:13:20+09:00",
        "volume": None, "remaining_volume": None, "reserved_fee": "50.0", "remaining_fee": "0.0",
        "paid_fee": "0.0", "locked": "0.0", "executed_volume": "0.0", "executed_funds": "0.0",
        "trades_count": 0, "time_in_force": None, "identifier": name, "trades": [],
    } | more  # fmt: skip


def trade(number: int, price: str, volume: str) -> dict[str, Any]:
    """One trade of an order."""
    return {
        "market": "KRW-BTC", "uuid": f"trade-{number}", "price": price, "volume": volume,
        "funds": str(Decimal(price) * Decimal(volume)), "trend": "up", "side": "bid",
        "created_at": "2026-09-21T23:13:20.123+09:00",
    }  # fmt: skip


BOUGHT = answer(
    state="cancel",
    executed_volume="0.001",
    paid_fee="50.0",
    trades=[trade(1, "100000000", "0.0006"), trade(2, "100000000", "0.0004")],
)


def error(name: str, status: int = 400) -> Said:
    """Upbit says no."""
    return Said({"error": {"name": name, "message": "no"}}, status)


def upbit(**answers: Any) -> Any:
    """A bench; answers by `place`, `look`, `cancel`, `prices`."""
    names = {"place": PLACE, "look": LOOK, "cancel": CANCEL, "prices": "GET /v1/ticker"}
    return trading(UPBIT, {names[name]: said for name, said in answers.items()}, (KEY,), 0.5)


def kinds(events: list[Any]) -> list[type]:
    """What sorts of events."""
    return [type(event) for event in events]


async def test_a_market_buy_is_by_cost_and_is_looked_at_until_it_has_ended() -> None:
    waiting = answer()
    async with upbit(place=Said(waiting), look=[Said(waiting), Said(BOUGHT)]) as bench:
        opened, first, second, ended = await bench.send(BUY)
        assert bench.stub.last(PLACE) == {
            "market": "KRW-BTC", "side": "bid", "ord_type": "price", "price": "100000",
            "identifier": NAME,
        }  # fmt: skip
        assert (bench.stub.times(PLACE), bench.stub.times(LOOK)) == (1, 2)
    assert opened == OrderOpened(NAME, f"uuid-{NAME}", NOW)
    assert (first.fill.id, first.fill.quantity, first.fill.fee) == (
        "trade-1", Decimal("0.0006"), Decimal("30"),
    )  # fmt: skip
    assert (second.fill.id, second.fill.fee) == ("trade-2", Decimal("20"))
    assert first.fill.at == 1_790_000_000_000
    assert ended == OrderEnded(NAME, Status.CANCELED, "", NOW, Decimal("0.001"))


async def test_a_sale_is_by_volume() -> None:
    done = answer(SELL.id, "done", side="ask", volume="0.001", executed_volume="0.001",
                  paid_fee="50", trades=[trade(1, "100000000", "0.001")])  # fmt: skip
    async with upbit(place=Said(done)) as bench:
        heard = await bench.send(SELL)
        assert bench.stub.last(PLACE)["volume"] == "0.001"
        assert bench.stub.last(PLACE)["ord_type"] == "market"
    assert kinds(heard) == [OrderOpened, OrderFilled, OrderEnded]
    assert heard[-1].status is Status.FILLED


async def test_a_resting_order_is_not_watched_and_its_cancellation_is_confirmed() -> None:
    resting = answer(ord_type="limit", volume="0.001", state="wait")
    gone = Said(resting | {"state": "cancel"})
    answers = {"place": Said(resting), "cancel": Said(resting), "look": [Said(resting), gone]}
    async with upbit(**answers) as bench:
        assert kinds(await bench.send(REST)) == [OrderOpened]
        assert bench.stub.times(LOOK) == 0
        ended = OrderEnded(NAME, Status.CANCELED, "", NOW, Decimal("0.0"))
        assert await bench.cancel(NAME) == [ended]
        assert bench.stub.last(CANCEL) == {"identifier": NAME}
        assert bench.stub.times(CANCEL) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [(error("order_not_found", 404), "order_not_found"), (Said("<html>", 502), "502")],
)
async def test_a_cancellation_that_fails_is_asked_about_by_the_engine(
    said: Said, code: str
) -> None:
    async with upbit(cancel=said) as bench:
        bench.own.remember(REST)
        (failed,) = await bench.cancel(NAME)
        assert isinstance(failed, CancelFailed)
        assert failed.reason.startswith(code)


async def test_a_cancellation_that_is_never_confirmed_has_failed() -> None:
    waiting = Said(answer())
    async with upbit(cancel=waiting, look=waiting) as bench:
        (failed,) = await bench.cancel(NAME)
        assert failed == CancelFailed(NAME, "the exchange has not confirmed the cancellation", NOW)


@pytest.mark.parametrize(
    ("said", "event"),
    [
        (error("insufficient_funds_bid"), OrderRejected(NAME, "insufficient_funds_bid", "no", NOW)),
        (Said("", 429), OrderRejected(NAME, "429", "too many requests", NOW)),
        (error("duplicate_identifier"), OrderUnknown(NAME, "duplicate_identifier no", NOW)),
        (error("market_offline"), OrderRejected(NAME, "market_offline", "no", NOW)),
        (error("something_new"), OrderUnknown(NAME, "something_new no", NOW)),
        (Said(fault="cut"), OrderUnknown(NAME, "no whole answer (ExchangeNotAvailable)", NOW)),
        (Said(fault="silent"), OrderUnknown(NAME, "no whole answer (RequestTimeout)", NOW)),
    ],
)
async def test_an_order_that_is_not_accepted_is_sent_once_and_told(said: Said, event: Any) -> None:
    async with upbit(place=said) as bench:
        assert (await bench.send(BUY))[0] == event
        assert bench.stub.times(PLACE) == 1
        assert bench.stub.times(LOOK) == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"executed_volume": "NaN"}, {"executed_volume": None}, {"executed_volume": "-1"},
        {"created_at": "yesterday"}, {"executed_volume": "0.001", "trades": [{}]},
    ],
)  # fmt: skip
async def test_an_accepted_order_that_cannot_be_read_is_unknown(broken: dict[str, Any]) -> None:
    async with upbit(place=Said(answer() | broken)) as bench:
        assert kinds(await bench.send(BUY)) == [OrderUnknown]


@pytest.mark.parametrize(
    "bad",
    [
        order(KEY, NAME),  # bought by quantity
        order(KEY, NAME, kind=Kind.OCO),
        order(KEY, NAME, kind=Kind.LIMIT, price=Decimal("NaN")),
        order(KEY, NAME, side=Side.SELL, quantity=Decimal(-1)),
        order(KEY, NAME, side=Side.SELL, quantity=Decimal("Infinity")),
    ],
)
async def test_what_no_exchange_takes_is_not_sent(bad: Any) -> None:
    async with upbit() as bench:
        (refused,) = await bench.send(bad)
        assert (type(refused), refused.code) == (OrderRejected, "not_sent")
        assert bench.stub.asked == []


async def test_asking_tells_all_that_is_known() -> None:
    async with upbit(look=Said(BOUGHT)) as bench:
        heard = await bench.ask("order", NAME)
        assert kinds(heard) == [OrderOpened, OrderFilled, OrderFilled, OrderEnded]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (error("order_not_found", 404), [OrderNotFound(NAME, NOW)]),
        (Said("<html>", 404), []),  # somebody else's 404 proves nothing
        (Said("", 500), []),
        (Said({}), []),
        (Said(answer("another")), []),
    ],
)
async def test_only_a_clean_no_is_no(said: Said, expected: list[Any]) -> None:
    async with upbit(look=said) as bench:
        assert await bench.ask("order", NAME) == expected
        assert len(bench.notices) == (not expected)


async def test_a_price_is_independent() -> None:
    async with upbit(prices=Said([{"market": "KRW-BTC", "trade_price": 95000000.5}])) as bench:
        assert await bench.ask("price", KEY) == [PriceSeen(KEY, 95_000_000.5, NOW, True)]
        bench.stub.answers["GET /v1/ticker"] = Said([])
        assert await bench.ask("price", KEY) == []
        with pytest.raises(BadInput, match="weather"):
            bench.venue.ask(Question("weather", KEY))
