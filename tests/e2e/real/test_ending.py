"""The checks that every scenario ends with are able to fail."""

import pytest

from tests.e2e.real import ending
from tests.e2e.real.sites import COINS, SPOT
from tests.e2e.real.truth import Account
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.orders import Order, State
from tests.exchanges.core.server import Server
from tests.exchanges.core.wire import Asked

COIN = COINS[0]
MARKET = SPOT.market(COIN)


class Moved:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = 1_000_000

    def now(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
def server(clock: Moved) -> Server:
    made = SPOT.make((COIN,))
    made.truth.clock.source = clock.now
    return made


def asked(at: int, verdict: str = "answered", status: int = 200, path: str = "/x") -> Asked:
    return Asked("POST", path, {}, "", "", at, status=status, verdict=verdict)


def test_a_fault_takes_until_the_next_of_its_kind_is_answered(server: Server) -> None:
    server.log += [
        asked(1_000, Trouble.LOST_BEFORE.value, 0), asked(1_500, path="/other"), asked(4_000),
        asked(9_000, "answered", 503), asked(9_500),
    ]  # fmt: skip
    assert ending.troubled(server, 0) == [(1_000, 4_000), (9_000, 9_500)]
    assert ending.troubled(server, 5_000) == [(9_000, 9_500)]


def test_a_fault_that_nothing_follows_takes_until_now(server: Server, clock: Moved) -> None:
    server.log.append(asked(clock.at - 7_000, Trouble.HANG.value, 0))
    assert ending.troubled(server, 0) == [(clock.at - 7_000, clock.at)]


def test_faults_that_overlap_are_counted_once() -> None:
    assert ending.overlap((0, 100), [(10, 30), (20, 50), (90, 200)]) == 50
    assert ending.overlap((0, 100), []) == 0


def test_what_is_held_without_an_order_of_ours_is_naked(server: Server, clock: Moved) -> None:
    account, truth = Account(SPOT, server, "zz"), server.truth
    entry = Order(MARKET, "buy", "market", quantity=SPOT.price / 50, client_id="zzBE-1")
    truth.place(entry)
    clock.at += 6_000
    stop = Order(MARKET, "sell", "market", quantity=entry.filled, client_id="zzBO-2",
                 stop_price=SPOT.price / 2, stop_above=False)  # fmt: skip
    truth.place(stop)
    clock.at += 20_000
    truth.end(stop, State.CANCELED)
    clock.at += 3_000
    (first, second) = ending.stretches(account, MARKET, 0)
    assert (first[1] - first[0], second[1] - second[0]) == (6_000, 3_000)
    truth.by_hand(Order(MARKET, "sell", "market", quantity=entry.filled))
    clock.at += 60_000
    assert [until - since for since, until in ending.stretches(account, MARKET, 0)] == [
        6_000, 3_000, 60_000,
    ], "his own coins are still there: ours may be"  # fmt: skip


def test_a_fault_that_never_happened_is_told_also_after_it_was_cleared(server: Server) -> None:
    fault = server.fault(Trouble.HTML, "GET", "/never")
    server.plan.clear()
    assert list(server.plan.unfired()) == [fault]
    server.plan.forget()
    assert not server.plan.unfired()


def test_looks_far_apart_are_two_stretches() -> None:
    assert list(ending.runs([0, 250, 500, 9_000, 9_250])) == [(0, 500), (9_000, 9_250)]
