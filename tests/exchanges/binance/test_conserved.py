"""Whatever happens on the loopback Binance, money is neither made nor lost."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchanges.binance import algo, futures_orders, lists, spot_orders
from tests.exchanges.binance.errors import Refusal
from tests.exchanges.binance.futures import FuturesWords, LoopbackFutures
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.spot import LoopbackSpot, SpotWords

_STEPS = st.tuples(
    st.sampled_from(["market", "limit", "stop", "list", "move", "cancel", "dry"]),
    st.sampled_from(["BUY", "SELL"]),
    st.integers(1, 40),  # thousandths of a bitcoin
    st.integers(-30, 30),  # tenths of a per cent off the price
)


def _asked(**values: object) -> Parameters:
    return Parameters((name, str(value)) for name, value in values.items())


def _price(words: SpotWords | FuturesWords, off: int) -> Decimal:
    price = words.desk.truth.markets["BTCUSDT"].price
    return (price * (1000 + off) / 1000).quantize(Decimal(1))


def _spot(words: SpotWords, kind: str, side: str, size: int, off: int) -> None:
    desk, price, quantity = words.desk, _price(words, off), Decimal(size) / 1000
    common = {"symbol": "BTCUSDT", "side": side, "quantity": quantity}
    if kind == "market":
        spot_orders.place(desk, _asked(type="MARKET", **common))
    elif kind == "limit":
        spot_orders.place(desk, _asked(type="LIMIT", price=price, timeInForce="GTC", **common))
    elif kind == "stop":
        spot_orders.place(desk, _asked(type="STOP_LOSS", stopPrice=price, **common))
    elif kind == "list":
        sell = side == "SELL"
        lists.place(desk, _asked(
            aboveType="LIMIT_MAKER" if sell else "STOP_LOSS",
            belowType="STOP_LOSS" if sell else "LIMIT_MAKER",
            **{"abovePrice" if sell else "aboveStopPrice": _price(words, abs(off) + 1)},
            **{"belowStopPrice" if sell else "belowPrice": _price(words, -abs(off) - 1)},
            **common,
        ))  # fmt: skip
    elif kind == "cancel":
        spot_orders.cancel_all(desk, _asked(symbol="BTCUSDT"))
    else:
        _world(words, kind, size, price)


def _world(words: SpotWords | FuturesWords, kind: str, size: int, price: Decimal) -> None:
    truth = words.desk.truth
    truth.liquidity("BTCUSDT", Decimal(size) / 1000 if kind == "dry" else None)
    truth.move("BTCUSDT", price)


@settings(max_examples=150, deadline=None)
@given(st.lists(_STEPS, max_size=25))
def test_spot_money_is_where_the_trades_put_it(steps: list[tuple[str, str, int, int]]) -> None:
    server = LoopbackSpot({"USDT": "3000", "BTC": "0.05"})
    words, truth = server.binance, server.truth
    for step in steps:
        with suppress(Refusal):
            _spot(words, *step)
        made = {"USDT": Decimal(3_000), "BTC": Decimal("0.05")}
        for trade in truth.trades:
            sign = 1 if trade.side == "buy" else -1
            made["BTC"] += sign * trade.quantity
            made["USDT"] -= sign * trade.cost
            made[trade.fee_asset] -= trade.fee
        assert {asset: truth.accounts.of(asset).total for asset in made} == made
        assert all(b.free >= 0 and b.locked >= 0 for b in truth.accounts.balances.values())
        if not truth.open_orders():
            assert all(not b.locked for b in truth.accounts.balances.values())
        for made_list in words.desk.lists:
            touched = any(leg.filled or leg.triggered for leg in made_list.legs)
            assert sum(leg.is_open for leg in made_list.legs) <= (1 if touched else 2)


def _futures(words: FuturesWords, kind: str, side: str, size: int, off: int) -> None:
    desk, price, quantity = words.desk, _price(words, off), Decimal(size) / 1000
    common = {"symbol": "BTCUSDT", "side": side, "quantity": quantity}
    if kind == "market":
        futures_orders.place(desk, _asked(type="MARKET", **common))
    elif kind == "limit":
        asked = _asked(type="LIMIT", price=price, timeInForce="GTC", **common)
        futures_orders.place(desk, asked)
    elif kind == "stop":
        algo.place(desk, _asked(
            algoType="CONDITIONAL", type="STOP_MARKET", triggerPrice=price, reduceOnly="true",
            **common,
        ))  # fmt: skip
    elif kind == "list":
        words.watch.charge_funding("BTCUSDT", Decimal(off) / 10_000)
    elif kind == "cancel":
        futures_orders.cancel_all(desk, _asked(symbol="BTCUSDT"))
    else:
        _world(words, kind, size, _price(words, 8 * off))


@settings(max_examples=150, deadline=None)
@given(st.lists(_STEPS, max_size=25), st.booleans())
def test_futures_money_is_the_sum_of_its_income(
    steps: list[tuple[str, str, int, int]], isolated: bool
) -> None:
    server = LoopbackFutures("300")
    words, truth = server.binance, server.truth
    position = words.desk.position("BTCUSDT")
    position.isolated, position.leverage = isolated, 10
    for step in steps:
        with suppress(Refusal):
            _futures(words, *step)
        income = sum((line.amount for line in words.desk.incomes), Decimal(300))
        assert truth.accounts.of("USDT").total == income
        held = sum(((1 if t.side == "buy" else -1) * t.quantity for t in truth.trades), Decimal(0))
        assert position.amount == held
        assert position.wallet >= 0
        assert isolated or not position.wallet
