"""Answers of documented shape become values; every field that is broken becomes a clear error."""

from decimal import Decimal
from typing import Any

import pytest

from trader.domain.events import Holding
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Side, Status
from trader.venues.real.asking import key_of, market_of
from trader.venues.real.reading import binance, fields, spot
from trader.venues.real.reading.fields import Strange
from trader.venues.real.told import Told

D = Decimal
BTC = "binance_spot:BTC/USDT"
ORDER: dict[str, Any] = {
    "symbol": "BTCUSDT", "orderId": 28, "orderListId": -1, "clientOrderId": "k7BE-1",
    "price": "0.00000000", "origQty": "0.00100000", "executedQty": "0.00050000",
    "cummulativeQuoteQty": "10.0", "status": "PARTIALLY_FILLED", "type": "LIMIT", "side": "BUY",
    "time": 1_790_000_000_000, "updateTime": 1_790_000_000_500,
}  # fmt: skip
TRADE: dict[str, Any] = {
    "symbol": "BTCUSDT", "id": 57, "orderId": 28, "price": "20000", "qty": "0.5",
    "commission": "0.0005", "commissionAsset": "BTC", "time": 1_790_000_000_400, "isBuyer": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("venue", "key", "market"),
    [
        (UPBIT, "upbit:BTC/KRW", "KRW-BTC"),
        (BINANCE_SPOT, BTC, "BTCUSDT"),
        (BINANCE_FUTURES, "binance_futures:1000PEPE/USDT", "1000PEPEUSDT"),
    ],
)
def test_names_of_markets_go_there_and_back(venue: str, key: str, market: str) -> None:
    assert market_of(key) == market
    assert key_of(venue, market, key.rpartition("/")[2]) == key


@pytest.mark.parametrize(
    ("venue", "market", "quote"),
    [(UPBIT, "BTC-ETH", "KRW"), (BINANCE_SPOT, "ETHBTC", "USDT"), (BINANCE_SPOT, "USDT", "USDT")],
)
def test_markets_of_other_quotes_are_not_ours(venue: str, market: str, quote: str) -> None:
    assert key_of(venue, market, quote) is None


BROKEN_NUMBERS: list[Any] = [
    "NaN", "Infinity", "-inf", "", " 1", "1_000", "0x10", "1,5", None, True, 1.5, [], {}, "٣",
    "1e99999999",
]  # fmt: skip


@pytest.mark.parametrize("value", BROKEN_NUMBERS)
def test_what_is_no_number_is_an_error_and_never_a_zero(value: Any) -> None:
    with pytest.raises(Strange, match="number"):
        fields.signed({"x": value}, "x")
    with pytest.raises(Strange):
        fields.number({}, "x")


@pytest.mark.parametrize("value", ["0", "-1", -3])
def test_what_must_be_positive_is(value: Any) -> None:
    with pytest.raises(Strange, match="x"):
        fields.positive({"x": value}, "x")


def test_numbers_come_as_text_as_integers_and_as_decimals() -> None:
    for value in ("1.50", 2, D("0.1"), "1E-8", "-0.25"):
        assert fields.signed({"x": value}, "x") == D(str(value))


@pytest.mark.parametrize("value", [None, "", True, [], 1.5])
def test_a_name_is_never_empty(value: Any) -> None:
    with pytest.raises(Strange, match="no 'x'"):
        fields.text({"x": value}, "x")


@pytest.mark.parametrize("value", [None, 0, -1, True, "1790000000000", 10**15])
def test_a_time_is_one(value: Any) -> None:
    with pytest.raises(Strange, match="time"):
        fields.moment({"x": value}, "x")


@pytest.mark.parametrize("value", ["2026-09-21T23:13:20", "noon"])
def test_a_time_as_text_names_its_zone(value: str) -> None:
    with pytest.raises(Strange, match="time"):
        fields.iso_moment({"x": value}, "x")


@pytest.mark.parametrize("body", [None, "text", 3, {}])
def test_a_list_is_one(body: Any) -> None:
    with pytest.raises(Strange, match="no list"):
        fields.rows(body, "trades")
    with pytest.raises(Strange, match="no object"):
        fields.rows([body, 1], "trades") if isinstance(body, list) else fields.rows([1], "trades")


# ---------------------------------------------------------------- Binance


def test_an_order_of_binance() -> None:
    told = binance.order(ORDER, "k7BE-1")
    assert (told.order_id, told.venue_id, told.status) == ("k7BE-1", "28", Status.PARTIAL)
    assert (told.filled, told.at) == (D("0.0005"), 1_790_000_000_500)
    assert binance.order(ORDER | {"origClientOrderId": "k7BE-2"}).order_id == "k7BE-2"


def test_a_cancelled_order_may_come_back_under_the_name_of_its_cancellation() -> None:
    renamed = ORDER | {"clientOrderId": "x9zQ", "status": "CANCELED"}
    told = binance.order(renamed, "k7BE-1", "28")
    assert (told.order_id, told.venue_id, told.status) == ("k7BE-1", "28", Status.CANCELED)
    for known in ("", "29"):
        with pytest.raises(Strange, match="another order"):
            binance.order(renamed, "k7BE-1", known)


STATES = {
    "NEW": Status.OPEN, "PENDING_NEW": Status.OPEN, "PARTIALLY_FILLED": Status.PARTIAL,
    "FILLED": Status.FILLED, "CANCELED": Status.CANCELED, "PENDING_CANCEL": Status.OPEN,
    "REJECTED": Status.REJECTED, "EXPIRED": Status.CANCELED, "EXPIRED_IN_MATCH": Status.CANCELED,
}  # fmt: skip


def test_states_of_binance() -> None:
    for state, status in STATES.items():
        assert binance.order(ORDER | {"status": state}).status is status
    with pytest.raises(Strange, match="NEWER"):
        binance.order(ORDER | {"status": "NEWER"})


@pytest.mark.parametrize(
    "broken", [{"executedQty": "NaN"}, {"orderId": ""}, {"clientOrderId": "k7BE-9"}, {"side": "X"}]
)
def test_a_broken_order_of_binance(broken: dict[str, Any]) -> None:
    def read() -> None:
        binance.side_of(ORDER | broken)
        binance.order(ORDER | broken, "k7BE-1")

    with pytest.raises(Strange):
        read()


@pytest.mark.parametrize(
    ("side", "asset", "commission", "fee", "base"),
    [
        (Side.BUY, "BTC", "0.0005", "10", "0.0005"),
        (Side.SELL, "USDT", "10", "10", "0"),
        (Side.BUY, "BNB", "0.02", "12", "0"),
        (Side.SELL, "BTC", "0.0005", "10", "0"),
        (Side.BUY, "BTC", "0", "0", "0"),
        (Side.SELL, "USDT", "-1", "0", "0"),  # a rebate earns nothing in our books
    ],
)
def test_fees_are_in_the_quote_currency(
    side: Side, asset: str, commission: str, fee: str, base: str
) -> None:
    trade = TRADE | {"commission": commission, "commissionAsset": asset}
    (fill,) = binance.fills([trade], "k7BE-1", BTC, side, {"BNB": D(600)})
    assert (fill.fee, fill.fee_base) == (D(fee), D(base))
    assert fill.id == "BTCUSDT:57"  # trade ids are counted per market


def test_a_fee_of_unknown_worth_is_an_error() -> None:
    trades = [TRADE | {"commissionAsset": "BNB"}]
    assert binance.strange_coins(trades, BTC) == {"BNB"}
    with pytest.raises(Strange, match="BNB"):
        binance.fills(trades, "k7BE-1", BTC, Side.BUY, {})
    with pytest.raises(Strange, match="side"):
        binance.bought({})


def leg(name: str, status: Status, filled: str = "0") -> Any:
    """A leg of a list."""
    return Told(name, "1", status, D(filled), 1)


LIST = {
    "orderListId": 9, "listClientOrderId": "k7BO-1", "transactionTime": 1_790_000_000_000,
    "orders": [{"symbol": "BTCUSDT", "orderId": 1, "clientOrderId": "k7BO-1a"}],
}  # fmt: skip
_O, _F, _C, _R = Status.OPEN, Status.FILLED, Status.CANCELED, Status.REJECTED


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ((_O, "0"), (_O, "0"), _O),
        ((_F, "2"), (_C, "0"), _F),
        ((_C, "0"), (_F, "2"), _F),
        ((Status.PARTIAL, "1"), (_C, "0"), Status.PARTIAL),
        ((_C, "1"), (_C, "0"), _C),
        ((_C, "0"), (_C, "0"), _C),
        ((_R, "0"), (_R, "0"), _R),
        ((_C, "0"), (_O, "0"), _O),  # one leg alone still guards
    ],
)
def test_a_list_is_what_its_legs_are(above: Any, below: Any, expected: Status) -> None:
    legs = [leg("a", above[0], above[1]), leg("b", below[0], below[1])]
    told = spot.joined(LIST, legs, D(2))
    assert (told.order_id, told.venue_id, told.status) == ("k7BO-1", "l9", expected)


def test_a_broken_list() -> None:
    assert spot.legs_of(LIST, "k7BO-1")[0] == "k7BO-1"
    for broken, name in ((LIST, "k7BO-2"), (LIST | {"orders": []}, ""), (LIST | {"orders": 1}, "")):
        with pytest.raises(Strange):
            spot.legs_of(broken, name)


def test_balances_of_spot() -> None:
    balances = [
        {"asset": "USDT", "free": "10.5", "locked": "2"},
        {"asset": "BTC", "free": "1", "locked": "0.5"},
        {"asset": "ETH", "free": "0.0", "locked": "0.0"},
    ]
    cash, free, holdings = spot.balances({"balances": balances})
    assert (cash, free) == (D("12.5"), D("10.5"))
    assert holdings == (Holding(BTC, D("1.5"), D(1)),)
    bodies: list[Any] = [{}, {"balances": None}, {"balances": [{"asset": "BTC", "free": "x"}]}, []]
    for broken in bodies:
        with pytest.raises(Strange):
            spot.balances(broken)
