"""Readers of answers and streams: what need not be there may be missing, what nobody knows is no
matter, and whatever else comes is a clear error and nothing worse."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Side
from trader.venues.real import quoting
from trader.venues.real.calling import parsed
from trader.venues.real.public_questions import QUESTIONS
from trader.venues.real.reading import binance, futures, spot, streams, upbit
from trader.venues.real.reading.fields import Strange
from trader.venues.real.reading.streams import READERS, StreamOver

AT = 1_790_000_000_000
KEYS = {"KRW-BTC": "upbit:BTC/KRW", "BTCUSDT": "binance_spot:BTC/USDT"}
KEY = "binance_spot:BTC/USDT"

UPBIT_ORDER = {
    "uuid": "u-1", "side": "bid", "state": "cancel", "market": "KRW-BTC", "executed_volume": "0.5",
    "created_at": "2026-08-01T09:00:00+09:00", "paid_fee": "25.0", "identifier": "k7UE-1",
    "volume": None, "price": "50000.0", "ord_type": "price", "trades_count": 1, "locked": "0.0",
    "remaining_volume": None, "reserved_fee": "25.0", "remaining_fee": "0.0",
    "trades": [
        {"uuid": "t-1", "price": "100000.0", "volume": "0.5", "market": "KRW-BTC", "side": "bid",
         "funds": "50000.0", "trend": "up", "created_at": "2026-08-01T09:00:00.123+09:00"},
    ],
}  # fmt: skip
SPOT_ORDER = {
    "symbol": "BTCUSDT", "orderId": 28, "clientOrderId": "k7BE-1", "executedQty": "0.5",
    "status": "FILLED", "side": "BUY", "updateTime": AT, "price": "0.0", "origQty": "0.5",
    "cummulativeQuoteQty": "10000.0", "timeInForce": "GTC", "type": "MARKET", "time": AT,
    "isWorking": True, "workingTime": AT, "orderListId": -1, "selfTradePreventionMode": "NONE",
}  # fmt: skip
TRADE = {
    "symbol": "BTCUSDT", "id": 57, "orderId": 28, "price": "20000.0", "qty": "0.5", "time": AT,
    "commission": "0.0005", "commissionAsset": "BTC", "isBuyer": True, "isMaker": False,
    "isBestMatch": True, "quoteQty": "10000.0", "orderListId": -1,
}  # fmt: skip
ALGO = {
    "algoId": 7, "clientAlgoId": "k7FS-1", "algoStatus": "NEW", "createTime": AT,
    "updateTime": AT, "actualOrderId": "", "algoType": "CONDITIONAL", "orderType": "STOP_MARKET",
    "symbol": "BTCUSDT", "triggerPrice": "100.0", "reduceOnly": True, "closePosition": False,
    "priceProtect": False, "workingType": "CONTRACT_PRICE", "triggerTime": 0, "goodTillDate": 0,
}  # fmt: skip
POSITION = {
    "symbol": "BTCUSDT", "positionAmt": "-0.5", "entryPrice": "20000.0", "liquidationPrice": "0",
    "positionSide": "BOTH", "markPrice": "20000.0", "notional": "-10000.0", "adl": 1,
    "unRealizedProfit": "0.0", "isolatedMargin": "0.0", "breakEvenPrice": "20000.0",
}  # fmt: skip
WALLET = {
    "asset": "USDT", "balance": "12.5", "availableBalance": "10.0", "crossWalletBalance": "12.5",
    "accountAlias": "x", "crossUnPnl": "0.0", "maxWithdrawAmount": "1.0", "updateTime": AT,
}  # fmt: skip
COIN = {
    "currency": "BTC", "balance": "0.5", "locked": "0.1", "avg_buy_price": "1.0",
    "avg_buy_price_modified": False, "unit_currency": "KRW",
}  # fmt: skip
UPBIT_TICKER = {
    "market": "KRW-BTC", "trade_price": 100.5, "trade_timestamp": AT, "timestamp": AT + 5,
    "change": "RISE", "acc_trade_price_24h": 1.0, "trade_date": "20260801",
}  # fmt: skip
UPBIT_CANDLE = {
    "market": "KRW-BTC", "candle_date_time_utc": "2026-08-01T00:00:00", "opening_price": 1.0,
    "high_price": 2.0, "low_price": 0.5, "trade_price": 1.5, "candle_acc_trade_volume": 3.0,
    "candle_acc_trade_price": 4.0, "candle_date_time_kst": "2026-08-01T09:00:00",
    "timestamp": AT, "unit": 1,
}  # fmt: skip
MY_ORDER = {
    "type": "myOrder", "state": "trade", "uuid": "u-1", "trade_uuid": "t-1", "code": "KRW-BTC",
    "identifier": "k7UE-1", "price": 1.0, "volume": 1.0, "stream_type": "REALTIME",
    "ask_bid": "BID", "order_type": "price", "is_maker": False,
}  # fmt: skip
REPORT = {
    "e": "executionReport", "E": AT, "s": "BTCUSDT", "c": "k7BE-1", "C": "", "X": "FILLED",
    "i": 28, "t": 57, "g": -1, "S": "BUY", "o": "MARKET", "f": "GTC", "q": "0.5", "x": "TRADE",
}  # fmt: skip
TAKEN = {"e": "aggTrade", "E": AT, "s": "BTCUSDT", "p": "100.5", "q": "1.0", "T": AT, "a": 1}

Reader = Callable[[Any], Any]
# name -> (a documented answer, what need not be there, its reader)
SHAPES: dict[str, tuple[dict[str, Any], set[str], Reader]] = {
    "upbit order": (
        UPBIT_ORDER,
        {"identifier", "volume", "price", "ord_type", "trades_count", "locked", "reserved_fee",
         "remaining_volume", "remaining_fee", "funds", "trend"},
        lambda of: upbit.order(of, "k7UE-1"),
    ),
    "spot order": (
        SPOT_ORDER,
        {"price", "origQty", "cummulativeQuoteQty", "timeInForce", "type", "time", "isWorking",
         "workingTime", "orderListId", "selfTradePreventionMode", "side"},
        lambda of: binance.order(of, "k7BE-1"),
    ),
    "trade": (
        TRADE, {"isMaker", "isBestMatch", "quoteQty", "orderListId", "symbol", "orderId"},
        lambda of: (
            binance.fills(binance.trades([of]), "k7BE-1", KEY, Side.BUY, {}), binance.bought(of)
        ),
    ),
    "conditional order": (
        ALGO, set(ALGO) - {"algoId", "clientAlgoId", "algoStatus", "updateTime"},
        lambda of: futures.conditional(of, "k7FS-1"),
    ),
    "position": (
        POSITION, set(POSITION) - {"symbol", "positionAmt", "entryPrice"},
        lambda of: futures.positions([of], {}),
    ),
    "wallet": (
        WALLET, set(WALLET) - {"asset", "balance", "availableBalance"},
        lambda of: futures.wallet([of]),
    ),
    "upbit balance": (
        COIN, set(COIN) - {"currency", "balance", "locked"}, lambda of: upbit.balances([of])
    ),
    "upbit ticker": (
        UPBIT_TICKER, {"change", "acc_trade_price_24h", "trade_date", "timestamp"},
        lambda of: quoting.upbit_tick(of, KEYS),
    ),
    "upbit candle": (
        UPBIT_CANDLE, {"market", "candle_date_time_kst", "timestamp", "unit"},
        lambda of: quoting.upbit_candles([of], KEY),
    ),
    "myOrder": (
        MY_ORDER, set(MY_ORDER) - {"type", "state", "uuid", "trade_uuid", "identifier"},
        streams.upbit,
    ),
    "executionReport": (
        REPORT, set(REPORT) - {"e", "s", "c", "X", "i", "t"}, streams.spot,
    ),
    "aggTrade": (
        TAKEN, {"E", "q", "a"}, lambda of: quoting.binance_message(of, KEYS),
    ),
}  # fmt: skip
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text("ab01.-Ä\n", max_size=6)
    | st.decimals(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
FEW = settings(max_examples=25, deadline=None)
ODD = (Strange, quoting.OddAnswer, StreamOver)


def _numbers(of: Any) -> Any:
    """Texts that are decimal numbers become numbers, as our parser makes them."""
    if isinstance(of, dict):
        return {name: _numbers(value) for name, value in of.items()}
    if isinstance(of, list):
        return [_numbers(value) for value in of]
    is_number = isinstance(of, str) and of.replace(".", "", 1).lstrip("-").isdigit() and "." in of
    return Decimal(of) if is_number else of


@FEW
@given(data=st.data())
@pytest.mark.parametrize("name", SHAPES)
def test_an_answer_means_the_same_in_every_documented_shape(name: str, data: st.DataObject) -> None:
    whole, optional, read = SHAPES[name]
    gone = data.draw(st.sets(st.sampled_from(sorted(optional))))
    kept = {field: value for field, value in whole.items() if field not in gone}
    extra = data.draw(st.dictionaries(st.text("xyzÄ", min_size=2, max_size=6), JUNK, max_size=3))
    order = data.draw(st.permutations([*extra.items(), *kept.items()]))
    told = _numbers(dict(order)) if data.draw(st.booleans()) else dict(order)
    assert read(told) == read(whole)


@FEW
@given(data=st.data())
@pytest.mark.parametrize("name", SHAPES)
def test_what_cannot_be_read_is_a_clear_error(name: str, data: st.DataObject) -> None:
    whole, _, read = SHAPES[name]
    field = data.draw(st.sampled_from(sorted(whole)))
    broken = whole | {field: data.draw(JUNK)}
    said: list[str] = []
    for told in (broken, data.draw(JUNK)):
        try:
            read(told)
        except ODD as odd:
            said.append(str(odd))
    assert all(0 < len(text) < 300 for text in said)


@FEW
@given(st.text('{}[]",:0123eEnulNaN.- \u00e9', max_size=40) | JUNK.map(str))
def test_no_text_breaks_the_parser(text: str) -> None:
    parsed(text)


@FEW
@given(message=JUNK)
@pytest.mark.parametrize("venue", [UPBIT, BINANCE_SPOT, BINANCE_FUTURES])
def test_no_message_breaks_a_stream(venue: str, message: Any) -> None:
    for read in (READERS[venue], lambda of: QUESTIONS[venue].heard(of, KEYS)):
        try:
            read(message)
        except ODD:
            continue


def test_a_list_by_its_legs_reads_like_a_list() -> None:
    legs = [SPOT_ORDER | {"clientOrderId": f"k7BO-1{leg}", "orderListId": 9} for leg in "ab"]
    name, found = spot.legs_of(spot.list_of(legs, "k7BO-1"), "k7BO-1")
    assert (name, len(found)) == ("k7BO-1", 2)
    assert spot.joined(spot.list_of(legs, "k7BO-1"), [], Decimal(1)).venue_id == "l9"
