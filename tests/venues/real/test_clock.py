"""Orders refused for their time alone: by the right time they leave once more, never twice more."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import real_futures, real_spot
from tests.contracts.real import RealBench, heard, sent
from tests.venues.real.bench import NOW, order, trading
from tests.venues.real.stub import Asked, Said
from trader.domain.events import OrderEnded, OrderOpened, OrderRejected, OrderUnknown
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Kind, Purpose, Side

KEY = "binance_spot:BTC/USDT"
ILL_TIMED = Said({"code": -1021, "msg": "Timestamp for this request is outside"}, 400)
TIME = {"GET /api/v3/time": Said({"serverTime": NOW})}
ORDERS = {"binance_spot": "/api/v3/order", "binance_futures": "/fapi/v1/order"}
BENCHES: dict[str, Callable[[], Any]] = {BINANCE_SPOT: real_spot, BINANCE_FUTURES: real_futures}


@pytest.fixture(params=list(BENCHES))
def bench(request: pytest.FixtureRequest) -> Iterator[RealBench]:
    """Both of Binance's exchanges: their signatures carry a time."""
    bench = BENCHES[request.param]()
    yield bench
    bench.close()


def times_sent(bench: RealBench, name: str) -> list[int]:
    """Status of each request for an order of this client id."""
    log = [asked for asked in bench.server.log if asked.method == "POST"]
    return [asked.status for asked in log if name in asked.body + asked.query]


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
def test_an_order_refused_for_a_clock_that_jumped_is_sent_once_more(
    bench: RealBench, side: Side
) -> None:
    customer = Customer(bench)
    if side is Side.SELL and bench.capabilities.margin:
        customer.send(customer.order(Side.BUY))
    bench.server.truth.clock.advance(20_000)
    purpose = Purpose.ENTRY if side is Side.BUY else Purpose.EXIT
    placed = customer.order(side, purpose=purpose)
    told = [type(event) for event in sent(bench, placed)]
    assert told[-1] is OrderEnded
    assert OrderRejected not in told
    statuses = times_sent(bench, placed.id)
    assert statuses[-1] == 200
    if not bench.capabilities.margin or side is Side.SELL:  # else modes were asked about before
        assert statuses == [400, 200]
    assert len(bench.server.truth.by_client(placed.id)) == 1


def test_protection_and_cancellations_survive_the_jump_too(bench: RealBench) -> None:
    customer = Customer(bench)
    resting = customer.order(Side.BUY, Kind.LIMIT, price=customer.level(0.9))
    assert [type(event) for event in sent(bench, resting)] == [OrderOpened]
    bench.server.truth.clock.advance(20_000)
    bench.venue.cancel(resting.id)
    assert [type(event) for event in heard(bench)] == [OrderEnded]


async def test_an_order_is_sent_once_more_and_not_a_third_time() -> None:
    async with trading(BINANCE_SPOT, TIME | {"POST /api/v3/order": ILL_TIMED}, (KEY,)) as bench:
        (refused,) = await bench.send(order(KEY))
        assert (type(refused), refused.code) == (OrderRejected, "-1021")
        assert bench.stub.times("POST /api/v3/order") == 2
        names = [a.params["newClientOrderId"] for a in bench.stub.asked if "order" in a.what]
        assert names == ["k7XE-1", "k7XE-1"]


@pytest.mark.parametrize("clock", [Said("", 500), Said({"serverTime": 0}), Said("<html>")])
async def test_without_the_exchanges_time_it_is_not_sent_again(clock: Said) -> None:
    answers = {"GET /api/v3/time": clock, "POST /api/v3/order": ILL_TIMED}
    async with trading(BINANCE_SPOT, answers, (KEY,)) as bench:
        (refused,) = await bench.send(order(KEY))
        assert refused.code == "-1021"
        assert bench.stub.times("POST /api/v3/order") == 1
        assert bench.stub.times("GET /api/v3/time") == 1


async def test_an_order_whose_price_is_old_news_by_then_is_not_sent_again() -> None:
    now = [NOW]

    def late(_: Asked) -> Said:
        now[0] += 6_000
        return ILL_TIMED

    answers = TIME | {"POST /api/v3/order": late}
    async with trading(BINANCE_SPOT, answers, (KEY,), now=lambda: now[0]) as bench:
        (refused,) = await bench.send(order(KEY))
        assert refused.code == "-1021"
        assert bench.stub.times("POST /api/v3/order") == 1
        assert bench.stub.times("GET /api/v3/time") == 1


async def test_the_same_code_with_a_servers_error_proves_nothing() -> None:
    answers = TIME | {"POST /api/v3/order": Said(ILL_TIMED.body, 503)}
    async with trading(BINANCE_SPOT, answers, (KEY,)) as bench:
        (unknown,) = await bench.send(order(KEY))
        assert type(unknown) is OrderUnknown
        assert bench.stub.times("POST /api/v3/order") == 1


def upbit_error(name: str) -> dict[str, Any]:
    return {"error": {"name": name, "message": name}}


async def test_a_nonce_that_somebody_spent_is_replaced_and_never_a_second_order() -> None:
    """Whoever repeated our request on the way may have been heard: the identifier tells."""
    spent = Said(upbit_error("nonce_used"), 401)
    known = Said(upbit_error("invalid_parameter") | {"error": {
        "name": "invalid_parameter", "message": "identifier is used already"}}, 400)  # fmt: skip
    key = "upbit:BTC/KRW"
    bought = order(key, cost=Decimal(9_000))
    async with trading(UPBIT, {"POST /v1/orders": [spent, known]}, (key,)) as bench:
        (unknown,) = await bench.send(bought)
        assert type(unknown) is OrderUnknown
        assert bench.stub.times("POST /v1/orders") == 2
        bench.stub.answers["POST /v1/orders"] = spent
        (unknown,) = await bench.send(bought)
        assert type(unknown) is OrderUnknown
        assert bench.stub.times("POST /v1/orders") == 4
