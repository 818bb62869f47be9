"""The engine trades through the adapters where an exchange offers less, or tells it otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import MARKETS
from tests.contracts.real import RealBench, sent
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.wire import Answer
from tests.exchanges.manners import (
    as_numbers,
    as_they_are,
    each,
    extended,
    lacking,
    redressed,
    without,
)
from tests.venues.real.test_engine import GUARDS, Trader, agree, guarded
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Side
from trader.domain.outcome import Question
from trader.venues.real.connection import Keys
from trader.venues.real.offers import shown

Variant = Callable[[Any], Any]
MISSING = (  # venue, what is not offered, what is said; empty: something else tells the same
    (UPBIT, "/v1/orders/closed", "GET ordersClosed"),
    (BINANCE_SPOT, "/api/v3/time", ""),
    (BINANCE_SPOT, "/api/v3/ticker/price", ""),
    (BINANCE_SPOT, "/api/v3/orderList", ""),
    (BINANCE_SPOT, "/api/v3/allOrders", "GET allOrders"),
    (BINANCE_FUTURES, "/fapi/v1/time", ""),
    (BINANCE_FUTURES, "/fapi/v1/symbolConfig", ""),
    (BINANCE_FUTURES, "/fapi/v1/positionSide/dual", ""),
    (BINANCE_FUTURES, "/fapi/v1/(positionSide/dual|accountConfig)", "one-way mode is taken for"),
    (BINANCE_FUTURES, "/fapi/v1/income", "funding is not booked"),
    (BINANCE_FUTURES, "/fapi/v1/allOrders", "GET allOrders"),
    (BINANCE_FUTURES, "/fapi/v1/allAlgoOrders", "GET allAlgoOrders"),
    (BINANCE_FUTURES, "/fapi/v1/openAlgoOrders", "GET openAlgoOrders"),
    (BINANCE_FUTURES, "/fapi/v1/algoOrder", ""),
    (BINANCE_FUTURES, "/fapi/v3/balance", ""),
    (BINANCE_FUTURES, "/fapi/v[23]/balance", ""),
    (BINANCE_FUTURES, "/fapi/v3/positionRisk", ""),
)


@pytest.fixture
def trader(venue: str) -> Iterator[Trader]:
    """At one exchange."""
    made = Trader(venue)
    yield made
    made.real.close()


def in_and_out(trader: Trader) -> None:
    """An entry, its protection, a stop; both books agree all the way."""
    guards = GUARDS[trader.engine.venue.name]
    trader.enter()
    trader.wait(3)
    assert trader.holds() > 0
    assert agree(trader)
    assert guarded(trader) == guards
    trader.report()
    assert agree(trader)
    assert guarded(trader) == guards
    trader.move(0.9)
    trader.report()
    trader.wait(15)
    trader.report()
    assert trader.holds() == 0
    assert abs(trader.there() - trader.before) <= Decimal("0.00001")
    assert guarded(trader) == []
    assert trader.real.server.truth.open_orders() == []
    there, here = trader.earned()
    assert there < 0
    assert abs(there - here) < abs(there) / 10_000
    assert trader.engine.halts() <= {"recovering"}


@pytest.mark.parametrize("status", [404, 400])
@pytest.mark.parametrize(("venue", "path", "said"), MISSING)
def test_what_is_not_offered_is_asked_for_otherwise_or_said(
    trader: Trader, path: str, said: str, status: int
) -> None:
    trader.real.real.line._clock_at = -(10**15)
    fault = trader.real.server.fault(Trouble.ERROR_HTML, "GET", path, times=0, status=status)
    in_and_out(trader)
    trader.real.venue.ask(Question("price", trader.real.key))
    assert any(event.__class__.__name__ == "PriceSeen" for event in trader.real.heard())
    assert fault.fired >= 1
    told = [text for code, text in trader.real.notices if code.startswith("not_offered")]
    assert len(told) == len(set(told)) == bool(said)
    assert said in "".join(told)


@pytest.mark.parametrize("venue", [BINANCE_SPOT])
def test_a_list_is_ended_by_one_of_its_legs_where_lists_cannot_be_cancelled(
    trader: Trader,
) -> None:
    path = "/api/v3/orderList"
    fault = trader.real.server.fault(Trouble.ERROR_HTML, "DELETE", path, times=0, status=404)
    trader.enter()
    (protection,) = (trader.real.server.truth.open_orders()[0].client_id[:-1],)
    trader.real.venue.cancel(protection)
    for event in trader.real.heard():
        trader.engine.tell(event)
    assert fault.fired == 1
    assert trader.real.server.truth.open_orders() == []


def test_a_fee_in_a_coin_without_a_market_is_counted_as_usual() -> None:
    """Fees in BNB on an exchange that does not list it."""
    server = LoopbackSpot({"USDT": "50000", "BNB": "5"}, bnb_fees=True)
    unlisted = lacking(
        server, "GET /api/v3/ticker/.*", Answer({"code": -1121, "msg": "Invalid symbol."}, 400)
    )
    bench = RealBench(*MARKETS[BINANCE_SPOT], server, Keys(server.key.key, server.key.secret))
    (fill,) = [e.fill for e in sent(bench, Customer(bench).order(Side.BUY)) if hasattr(e, "fill")]
    bench.close()
    assert unlisted
    assert fill.fee == fill.quantity * fill.price / 1_000
    assert [code for code, _ in bench.notices] == ["fee_estimated"]


def _twice(rows: Any) -> Any:
    return [row for row in rows for _ in range(2)]


def _turned(rows: Any) -> Any:
    return rows[::-1]


VARIANTS: dict[str, Variant] = {
    "fields that nobody knows": extended,
    "numbers of JSON": lambda body: each(body, as_numbers),
    "rows in another order": lambda body: each(body, as_they_are, _turned),
    "rows twice": lambda body: each(body, as_they_are, _twice),
}
LEFT_OUT: dict[str, tuple[str, ...]] = {
    UPBIT: (
        "identifier", "executed_funds", "trades_count", "time_in_force", "remaining_fee",
        "reserved_fee", "locked_", "prevented_volume", "funds", "trend",
    ),
    BINANCE_SPOT: (
        "fills", "workingTime", "updateTime", "selfTradePreventionMode", "isWorking", "time_",
        "cummulativeQuoteQty", "orderReports", "origQuoteOrderQty", "icebergQty", "isBestMatch",
    ),
    BINANCE_FUTURES: (
        "avgPrice", "cumQuote", "cumQty", "liquidationPrice", "workingType", "priceProtect",
        "goodTillDate", "positionSide", "closePosition", "realizedPnl", "failReason",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("venue", list(GUARDS))
def test_answers_of_another_shape_mean_the_same(trader: Trader, name: str) -> None:
    told = redressed(trader.real.server, lambda _, body: VARIANTS[name](body))
    in_and_out(trader)
    assert len(told) > 5


@pytest.mark.parametrize(
    ("venue", "field"), [(venue, field) for venue, fields in LEFT_OUT.items() for field in fields]
)
def test_fields_that_need_not_be_there(trader: Trader, field: str) -> None:
    redressed(trader.real.server, lambda _, body: each(body, without(field)))
    in_and_out(trader)


def test_questions_are_shown_as_people_know_them() -> None:
    assert shown("fapiPrivateV3GetPositionRisk") == "GET positionRisk"
    assert shown("privateDeleteOrderList") == "DELETE orderList"
    assert shown("something") == "something"
