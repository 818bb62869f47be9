"""The first report after a start: hurried, patient, and about no more than what may be ours."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import real_futures, real_spot
from tests.contracts.real import RealBench, heard
from tests.venues.real.stub import Said
from tests.venues.real.test_upbit_report import reporting
from tests.venues.real.test_upbit_venue import upbit
from trader.domain.errors import VenueUnavailable
from trader.domain.events import VenueReported
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Kind, Side
from trader.domain.outcome import Question
from trader.domain.time import MINUTE, SECOND
from trader.venues.real.budget import Budget, Urgency, recovering, urgent
from trader.venues.real.connection import Endpoint
from trader.venues.real.limits import LIMITS

BENCHES: dict[str, Callable[[], Any]] = {BINANCE_SPOT: real_spot, BINANCE_FUTURES: real_futures}
ORDER = Endpoint("fapiPrivate", "POST", "order", 1.0)


class Spent:
    """A budget that earlier starts have used up, on a clock that waiting moves."""

    def __init__(self, venue: str, used: int) -> None:
        self.now = 1_000_000
        self.budget = Budget(LIMITS[venue], lambda: self.now, self._sleep)
        self.budget.heard(ORDER, 200, {"x-mbx-used-weight-1m": str(used)})

    async def _sleep(self, seconds: float) -> None:
        self.now += round(seconds * 1_000)
        await asyncio.sleep(0)


@pytest.fixture(params=list(BENCHES))
def bench(request: pytest.FixtureRequest) -> Iterator[RealBench]:
    """Both exchanges that weigh requests, with something of ours that takes several questions."""
    bench = BENCHES[request.param]()
    customer = Customer(bench)
    customer.send(customer.order(Side.BUY))
    customer.send(customer.order(Side.BUY, Kind.LIMIT, price=customer.level(0.9)))
    bench.restart()
    bench.exchange.enableRateLimit = True
    yield bench
    bench.close()


def reports(bench: RealBench) -> list[VenueReported]:
    """Ask; what comes."""
    bench.venue.ask(Question("report", bench.capabilities.venue))
    return [event for event in heard(bench) if isinstance(event, VenueReported)]


def test_the_first_report_waits_for_room(bench: RealBench) -> None:
    venue = bench.capabilities.venue
    spent = Spent(venue, LIMITS[venue].limits[0].most)
    bench.exchange.gate = spent.budget
    (report,) = reports(bench)
    assert (len(report.open_orders), len(report.recent)) == (1, 1)
    assert spent.now - 1_000_000 >= MINUTE, "there was room: it had nothing to wait for"
    assert bench.notices == []


def test_the_first_report_takes_what_is_kept_back_for_exits(bench: RealBench) -> None:
    venue = bench.capabilities.venue
    spent = Spent(venue, round(LIMITS[venue].limits[0].most * 0.6))
    bench.exchange.gate = spent.budget
    assert len(reports(bench)) == 1
    assert spent.now == 1_000_000, "it waited, though the reserve had room"
    assert len(reports(bench)) == 1
    assert spent.now > 1_000_000, "a routine report used the reserve"


async def test_recovery_leaves_exits_a_last_reserve_and_goes_after_them() -> None:
    spent = Spent(BINANCE_FUTURES, int(2_400 * 0.8 * 0.97))
    with recovering(), urgent(Urgency.LOOK):
        waiting = asyncio.create_task(spent.budget.enter(ORDER))
    with urgent(Urgency.PROTECT):
        await spent.budget.enter(ORDER)
    assert spent.now == 1_000_000
    await waiting
    assert spent.now == 1_000_000 + MINUTE


async def test_inside_recovery_nothing_is_less_urgent_and_exits_stay_what_they_are() -> None:
    spent = Spent(BINANCE_FUTURES, 2_400)
    with recovering(), urgent(Urgency.PROTECT), pytest.raises(VenueUnavailable):
        await spent.budget.enter(ORDER)  # an exit does not wait for a minute
    with recovering(), urgent(Urgency.TRADE):
        await spent.budget.enter(ORDER)
    assert spent.now - 1_000_000 >= MINUTE
    with urgent(Urgency.TRADE):
        await spent.budget.enter(ORDER)


def test_the_first_report_asks_about_markets_of_ours_and_no_others(bench: RealBench) -> None:
    bench.own.keys += tuple(
        f"{bench.capabilities.venue}:{coin}/USDT" for coin in ("ETH", "SOL", "XRP", "BNB")
    )  # the feed has named what is traded before the report began
    before = len(bench.server.log)
    (report,) = reports(bench)
    assert (len(report.open_orders), len(report.recent)) == (1, 1)
    markets = {asked.fields.get("symbol") for asked in bench.server.log[before:]}
    assert markets <= {None, "BTCUSDT"}


async def test_news_that_come_while_a_report_is_read_make_one_more() -> None:
    async with upbit() as bench:
        reporting(bench)
        now = [0]
        ears = bench.venue._ears
        object.__setattr__(ears, "now", lambda: now[0])
        bench.venue.ask(Question("report", UPBIT))
        await bench.stub.arrived.wait()
        bench.venue.ask(Question("report", UPBIT))  # the same moment: the one under way answers
        now[0] = SECOND
        for _ in range(3):
            bench.venue.ask(Question("report", UPBIT))
        told = [event for event in await bench.heard() if isinstance(event, VenueReported)]
        assert len(told) == 2


async def test_a_short_trouble_at_the_start_does_not_cost_a_round() -> None:
    async with upbit() as bench:
        reporting(bench)
        fine = bench.stub.answers["GET /v1/accounts"]
        bench.stub.answers["GET /v1/accounts"] = [Said("", 502), Said("<html>"), fine]
        told = await bench.ask("report", UPBIT)
        assert [event for event in told if isinstance(event, VenueReported)]
        assert bench.slept == [0.5, 1.0]
        assert bench.notices == []
        bench.stub.answers["GET /v1/accounts"] = Said("", 502)
        before = bench.stub.times("GET /v1/accounts")
        told = await bench.ask("report", UPBIT)
        assert not [event for event in told if isinstance(event, VenueReported)]
        assert bench.stub.times("GET /v1/accounts") == before + 1  # the next round comes soon


async def test_a_first_report_that_stays_out_is_given_up_and_told() -> None:
    async with upbit() as bench:
        reporting(bench)
        bench.stub.answers["GET /v1/accounts"] = Said("", 502)
        await bench.ask("report", UPBIT)
        assert bench.stub.times("GET /v1/accounts") == 4
        assert [code for code, _ in bench.notices] == ["unanswered"]
