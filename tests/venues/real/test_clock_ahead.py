"""An exchange whose clock is ahead of ours, or writes nonsense: the engine's time stays ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import BENCHES
from tests.contracts.real import RealBench
from tests.venues.real.test_engine import REAL, Trader
from trader.domain.events import OrderEnded, OrderFilled
from trader.domain.order import Kind, Order, Side

AHEAD = 600_000  # ms


@pytest.fixture(params=[name for name in BENCHES if name.endswith("_real")])
def bench(request: pytest.FixtureRequest) -> Iterator[RealBench]:
    """An adapter on a loopback exchange whose clock is ten minutes ahead."""
    made: Any = BENCHES[request.param]()
    made.server.truth.clock.skew = AHEAD
    made.restart()
    yield made
    made.close()


def bought(bench: RealBench, customer: Customer) -> list[Any]:
    """A market order and a limit order that is taken back; all that is told of them."""
    told: list[Any] = customer.send(customer.order(Side.BUY))
    resting: Order = customer.order(Side.BUY, Kind.LIMIT, price=customer.level(0.9))
    told += customer.send(resting)
    bench.venue.cancel(resting.id)
    return [*told, *bench.heard()]


def test_no_event_comes_from_the_future(bench: RealBench) -> None:
    customer = Customer(bench)
    told = [*bought(bench, customer), customer.report()]
    now = bench.real._ears.now()
    fills = [event.fill.at for event in told if isinstance(event, OrderFilled)]
    assert min(fills) > now + AHEAD // 2, "the exchange's clock is not ahead"
    assert sum(isinstance(event, OrderEnded) for event in told) >= 2
    assert [event for event in told if getattr(event, "at", 0) > now] == []


@pytest.mark.parametrize("venue", REAL)
def test_the_engines_time_stays_ours(venue: str) -> None:
    """Else every time-out, halt and day would end ten minutes early."""
    trader = Trader(venue)
    trader.real.server.truth.clock.skew += AHEAD
    trader.real.restart()
    trader.enter()
    trader.move(0.9)
    trader.report()
    assert len(trader.real.server.truth.trades) >= 2
    now = trader.real.server.truth.clock.now() - AHEAD
    assert now - 60_000 < trader.engine.state.now <= now
    trader.real.close()
