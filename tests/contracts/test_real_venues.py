"""The contract of the port, kept by the adapters to real exchanges on loopback exchanges."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from tests.contracts.bench import Customer
from tests.contracts.real import RealBench
from tests.contracts.test_venue import *  # noqa: F403 - the same tests, other exchanges
from tests.contracts.test_venue import MARKETS
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.binance.spot import spot_server
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.venues.real.connection import Keys


def _upbit() -> RealBench:
    key, price, lot = MARKETS["upbit"]
    server = LoopbackUpbit(cash=Decimal(10_000_000))
    server.truth.accounts.give("BTC", lot * 100)
    return RealBench(key, price, lot, server, Keys(server.key.access, server.key.secret))


def _spot() -> RealBench:
    key, price, lot = MARKETS["binance_spot"]
    server = spot_server({"USDT": "100000", "BTC": str(lot * 100)})
    return RealBench(key, price, lot, server, Keys(ApiKey().key, ApiKey().secret))


EXCHANGES: dict[str, Callable[[], RealBench]] = {"upbit": _upbit, "binance_spot": _spot}
SPOT = ["upbit", "binance_spot"]
MARGIN: list[str] = []


def _customer(name: str) -> Iterator[Customer]:
    bench = EXCHANGES[name]()
    try:
        yield Customer(bench)
    finally:
        bench.close()


@pytest.fixture(params=list(EXCHANGES))
def anyone(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """At every exchange."""
    yield from _customer(request.param)


@pytest.fixture(params=list(EXCHANGES))
def strict(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """All of them insist on their rules."""
    yield from _customer(request.param)


@pytest.fixture(params=SPOT)
def on_spot(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """Where coins are traded."""
    yield from _customer(request.param)


@pytest.fixture(params=MARGIN)
def on_margin(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """Where contracts are traded."""
    yield from _customer(request.param)
