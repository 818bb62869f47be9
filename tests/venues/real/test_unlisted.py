"""A market that is taken off the list: reports tell of all the others."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import real_futures, real_spot
from tests.contracts.real import RealBench, sent
from trader.domain.order import Side, Status


@pytest.fixture(params=[real_spot, real_futures], ids=["spot", "futures"])
def bench(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A loopback exchange of Binance's."""
    bench = request.param()
    yield bench
    bench.close()


def test_a_report_goes_on_without_a_market_that_is_gone(bench: RealBench) -> None:
    customer = Customer(bench)
    assert sent(bench, customer.order(Side.BUY))[-1].status is Status.FILLED
    words: Any = bench.server.words
    words.desk.listings.pop("BTCUSDT")
    before = len(bench.server.log)
    report = customer.report()
    refused = {asked.path for asked in bench.server.log[before:] if asked.status == 400}
    assert len(refused) > 1, "it was asked about"
    assert report.cash > 0
    assert report.recent == ()
