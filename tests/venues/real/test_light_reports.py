"""Reports of contracts between two whole ones: they cost little and miss nothing of ours."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import real_futures
from tests.contracts.real import RealBench
from tests.exchanges.core.orders import Order as Foreign
from tests.exchanges.core.orders import State
from trader.domain.order import Kind, Purpose, Side, Status
from trader.domain.time import MINUTE
from trader.venues.real.budget import Budget
from trader.venues.real.limits import LIMITS

HEAVY = ("/fapi/v1/openOrders", "/fapi/v1/openAlgoOrders", "/fapi/v1/income")


@pytest.fixture
def bench() -> Iterator[RealBench]:
    """A position, its stop and a resting order of ours; the first report was told."""
    bench: Any = real_futures()
    customer = Customer(bench)
    customer.send(customer.order(Side.BUY))
    customer.send(stop(customer))
    customer.send(customer.order(Side.BUY, Kind.LIMIT, id="k7FE-9", price=customer.level(0.8)))
    customer.report()
    yield bench
    bench.close()


def stop(customer: Customer) -> Any:
    """A stop far below."""
    return customer.order(
        Side.SELL, Kind.STOP_MARKET, id="k7FS-1", purpose=Purpose.STOP, reduce_only=True,
        stop_price=customer.level(0.9),
    )  # fmt: skip


def heavy(bench: RealBench) -> int:
    """How often whole registers were asked for."""
    return sum(asked.path in HEAVY for asked in bench.server.log)


def test_orders_of_ours_are_told_without_the_registers(bench: RealBench) -> None:
    before = heavy(bench)
    report = Customer(bench).report()
    assert heavy(bench) == before
    told = {state.order_id: state.status for state in report.open_orders}
    assert told == {"k7FS-1": Status.OPEN, "k7FE-9": Status.OPEN}
    assert report.holdings[0].quantity == bench.lot
    bench.ahead += 30_000
    Customer(bench).report()
    assert heavy(bench) == before + len(HEAVY)


def test_what_was_cancelled_by_others_is_told(bench: RealBench) -> None:
    words: Any = bench.server.words
    words.watch.tell(words.desk.algos[0], "CANCELED")
    (resting,) = [o for o in bench.server.truth.open_orders() if o.client_id == "k7FE-9"]
    bench.server.truth.end(resting, State.CANCELED)
    before = heavy(bench)
    told = {state.order_id: state.status for state in Customer(bench).report().recent}
    assert heavy(bench) == before
    assert told | {"k7FS-1": Status.CANCELED, "k7FE-9": Status.CANCELED} == told


def test_what_others_sold_is_told_with_its_price_and_more_than_once(bench: RealBench) -> None:
    sold = Foreign("BTCUSDT", "sell", "market", client_id="web_1", quantity=Decimal("0.02"))
    bench.server.truth.by_hand(sold)
    before = heavy(bench)
    for _ in range(2):
        report = Customer(bench).report()
        assert [(key, quantity) for key, quantity, _ in report.foreign_sales] == [
            (bench.key, Decimal("0.02"))
        ]
        assert report.holdings[0].quantity == bench.lot - Decimal("0.02")
    assert heavy(bench) == before


def test_an_order_that_only_the_registers_knew_stays_known() -> None:
    """An older journal was restored: what bears our name is asked for by name from then on."""
    bench: Any = real_futures()
    customer = Customer(bench)
    customer.send(stop(customer))
    customer.send(customer.order(Side.BUY, Kind.LIMIT, id="k7FE-9", price=customer.level(0.8)))
    bench.restart()
    for _ in range(2):
        names = {state.order_id for state in Customer(bench).report().open_orders}
        assert names == {"k7FS-1", "k7FE-9"}
    bench.close()


def test_a_report_every_five_seconds_leaves_room_for_trading(bench: RealBench) -> None:
    now = [MINUTE]

    async def sleep(seconds: float) -> None:
        now[0] += round(seconds * 1_000)

    bench.exchange.enableRateLimit = True
    bench.exchange.gate = budget = Budget(LIMITS["binance_futures"], lambda: now[0], sleep)
    before = heavy(bench)
    for _ in range(12):
        Customer(bench).report()
        bench.ahead += 5_000
    assert heavy(bench) - before == 2 * len(HEAVY)
    assert now[0] == MINUTE, "a report waited for room"
    assert budget.used["weight"] < 0.4
