"""Answers of Binance's contracts and of Upbit, as values or errors."""

from decimal import Decimal
from typing import Any

import pytest

from trader.domain.events import Holding
from trader.domain.order import Status
from trader.venues.real.reading import futures, upbit
from trader.venues.real.reading.fields import Strange, iso_moment
from trader.venues.real.told import Told

D = Decimal
BTC = "binance_spot:BTC/USDT"
# ---------------------------------------------------------------- futures

ALGO: dict[str, Any] = {
    "algoId": 3358, "clientAlgoId": "k7FS-1", "algoStatus": "NEW", "symbol": "BTCUSDT",
    "actualOrderId": "", "updateTime": 1_790_000_000_000,
}  # fmt: skip


def test_a_conditional_order_and_its_child() -> None:
    told = futures.conditional(ALGO, "k7FS-1")
    assert (told.venue_id, told.status) == ("a3358", Status.OPEN)
    child = Told("k7FS-1", "77", Status.FILLED, D(1), 1)
    told = futures.conditional(ALGO | {"algoStatus": "FINISHED"}, "", child)
    assert (told.venue_id, told.status, told.filled) == ("77", Status.FILLED, D(1))
    gone = {"CANCELED": Status.CANCELED, "EXPIRED": Status.CANCELED, "REJECTED": Status.REJECTED}
    for state, status in gone.items():
        assert futures.conditional(ALGO | {"algoStatus": state}).status is status
    for broken in ({"algoStatus": "FINISHED"}, {"algoStatus": "?"}, {"clientAlgoId": ""}):
        with pytest.raises(Strange):
            futures.conditional(ALGO | broken)
    with pytest.raises(Strange, match="another"):
        futures.conditional(ALGO, "k7FS-2")
    assert [futures.child_of(ALGO | {"actualOrderId": i}) for i in (None, "0", 5)] == ["", "", "5"]


def test_a_stop_that_did_not_work_is_a_refusal_with_its_reason() -> None:
    told = futures.conditional(ALGO | {"algoStatus": "REJECTED", "failReason": "no margin"})
    (refused,) = told.events(5)
    assert (type(refused).__name__, refused.reason) == ("OrderRejected", "no margin")  # type: ignore[union-attr]


POSITION = {
    "symbol": "BTCUSDT", "positionSide": "BOTH", "positionAmt": "-0.5", "entryPrice": "20000",
    "liquidationPrice": "25000.5",
}  # fmt: skip


def test_positions() -> None:
    flat, other = POSITION | {"positionAmt": "0"}, POSITION | {"symbol": "BTCUSDC"}
    set_to = {"BTCUSDT": (7, "ISOLATED")}
    (held,) = futures.positions([POSITION, flat, other], set_to)
    assert held == Holding("binance_futures:BTC/USDT", D("-0.5"), D("-0.5"), 20_000.0, 25_000.5, 7)
    for broken in ({"positionAmt": None}, {"liquidationPrice": "NaN"}, {"entryPrice": "-1"}):
        with pytest.raises(Strange):
            futures.positions([POSITION | broken], set_to)


def test_the_wallet_and_the_modes() -> None:
    row = {"asset": "USDT", "balance": "100.5", "availableBalance": "-3"}
    assert futures.wallet([{"asset": "BNB"}, row]) == (D("100.5"), D(0))
    with pytest.raises(Strange, match="USDT"):
        futures.wallet([])  # an empty answer is not an empty wallet
    assert futures.hedged({"dualSidePosition": True})
    with pytest.raises(Strange):
        futures.hedged({"dualSidePosition": "no"})
    config = [{"symbol": "BTCUSDT", "leverage": 20, "marginType": "CROSSED"}]
    assert futures.leverages(config) == {"BTCUSDT": (20, "CROSSED")}


def test_funding_is_positive_when_we_pay_and_comes_once() -> None:
    paid = {
        "symbol": "BTCUSDT", "incomeType": "FUNDING_FEE", "income": "-0.37", "asset": "USDT",
        "time": 1_790_000_000_000, "tranId": 9689322392,
    }  # fmt: skip
    others = [paid | {"incomeType": "COMMISSION"}, paid | {"symbol": ""}]
    (funding,) = futures.fundings([paid, paid, *others])
    assert (funding.amount, funding.id) == (D("0.37"), "BTCUSDT:9689322392")
    assert futures.moved([paid, *others]) == {"BTCUSDT"}


# ---------------------------------------------------------------- Upbit


def test_a_trade_of_upbit_without_a_time_is_as_old_as_its_order() -> None:
    at = "2026-09-21T23:13:20+09:00"
    of = {
        "uuid": "u", "state": "done", "identifier": "k7UE-1", "executed_volume": "1",
        "created_at": at, "paid_fee": "0.5", "market": "KRW-ETH", "side": "bid",
        "trades": [{"uuid": "t", "price": "1000", "volume": "1", "created_at": None}],
    }  # fmt: skip
    (fill,) = upbit.order(of).fills
    assert (fill.quantity, fill.fee, fill.at) == (D(1), D("0.5"), iso_moment(of, "created_at"))


def test_upbits_strangers() -> None:
    with pytest.raises(Strange, match="empty"):
        upbit.price([])
    of = {
        "uuid": "u", "state": "new", "identifier": "k7UE-1", "executed_volume": "0",
        "created_at": "2026-09-21T23:13:20+09:00",
    }  # fmt: skip
    with pytest.raises(Strange, match="'new'"):
        upbit.order(of)
    trade = {"uuid": "t", "price": "1", "volume": "1", "created_at": of["created_at"]}
    more = {"state": "done", "trades": [trade], "paid_fee": "1", "market": "BTC-ETH", "side": "bid"}
    with pytest.raises(Strange, match="market or side"):
        upbit.order(of | more)
    part = upbit.order(of | {"state": "wait", "executed_volume": "0.5"})
    assert (part.status, part.whole) == (Status.PARTIAL, False)
    foreign = {"market": "KRW-BTC", "side": "bid", "executed_volume": "1"}
    assert upbit.sale(foreign) is None
    assert upbit.sale(foreign | {"side": "ask", "price": "9"}) == ("upbit:BTC/KRW", D(1), D(9))
