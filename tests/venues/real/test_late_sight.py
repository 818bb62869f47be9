"""What an exchange tells late or in another order: its parts agree only after a while."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.wire import Asked
from tests.exchanges.manners import redressed
from tests.venues.real.test_engine import GUARDS, PLACES, Trader, agree, guarded
from tests.venues.real.test_offers import in_and_out
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT

TRADES = {
    UPBIT: "GET /v1/order", BINANCE_SPOT: "GET /api/v3/myTrades",
    BINANCE_FUTURES: "GET /fapi/v1/userTrades",
}  # fmt: skip
ORDERS = {
    UPBIT: "(GET|POST) /v1/orders?", BINANCE_SPOT: "(GET|POST) /api/v3/order",
    BINANCE_FUTURES: "(GET|POST) /fapi/v1/order",
}  # fmt: skip
Change = Callable[[Any], Any]


@pytest.fixture(params=list(GUARDS))
def trader(request: pytest.FixtureRequest) -> Iterator[Trader]:
    """At each exchange."""
    made = Trader(request.param)
    yield made
    made.real.close()


def first(trader: Trader, path: str, times: int, change: Change) -> list[Asked]:
    """The first answers of some paths are changed; the list tells which."""
    changed: list[Asked] = []

    def told(asked: Asked, body: Any) -> Any:
        if len(changed) >= times or not re.fullmatch(path, f"{asked.method} {asked.path}"):
            return body
        changed.append(asked)
        return change(body)

    redressed(trader.real.server, told)
    return changed


def _no_trades(body: Any) -> Any:
    """Trades that are not told yet: of a list, of Upbit's order, of spot's answer."""
    return [] if isinstance(body, list) else body | {"trades": []}


def _nothing_done(body: Any) -> Any:
    """An order as it was before it traded, though its trades are told already."""
    zero = {name: "0" for name in ("executed_volume", "executedQty") if name in body}
    state = {"state": "wait"} if "state" in body else {"status": "NEW"}
    return body | zero | state | {"trades": [], "fills": []}


@pytest.mark.parametrize("times", [1, 3])
def test_an_order_is_told_as_filled_before_its_trades_are(trader: Trader, times: int) -> None:
    name = trader.engine.venue.name
    first(trader, ORDERS[name], 1, lambda body: {k: v for k, v in body.items() if k != "fills"})
    late = first(trader, TRADES[name], times, _no_trades)
    in_and_out(trader)
    assert len(late) == times


@pytest.mark.parametrize("times", [1, 3])
def test_trades_are_there_before_the_order_tells_them(trader: Trader, times: int) -> None:
    late = first(trader, ORDERS[trader.engine.venue.name], times, _nothing_done)
    in_and_out(trader)
    assert len(late) == times


def test_an_order_that_was_accepted_is_not_found_for_a_while(trader: Trader) -> None:
    """By its own answer it is there; not to be found is no proof of anything."""
    trader.real.server.truth.invisible_for = 4_000
    trader.enter()
    trader.report()
    assert len(trader.engine.sent) >= 1
    trader.wait(6)
    trader.report()
    assert agree(trader)
    assert trader.holds() > 0
    assert guarded(trader) == GUARDS[trader.engine.venue.name]
    entries = [order for order in trader.engine.sent if order.is_entry]
    assert len(entries) == 1


def test_an_answer_is_lost_and_its_order_is_not_found_for_a_while(trader: Trader) -> None:
    name = trader.engine.venue.name
    trader.real.server.truth.invisible_for = 8_000
    fault = trader.real.server.fault(Trouble.LOST_AFTER, "POST", PLACES[name])
    trader.enter()
    trader.wait(20)
    trader.report()
    assert fault.fired == 1
    assert agree(trader)
    assert trader.holds() > 0
    assert trader.real.requests("POST", PLACES[name]) == 1
    assert guarded(trader) == GUARDS[name]
