"""The life of orders on the loopback Upbit, as the real ccxt sends and reads them."""

from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.exchanges.core.orders import Order, State
from tests.exchanges.upbit.exchange import LoopbackUpbit

D = Decimal
LIMIT: dict[str, Any] = {
    "market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "149000000",
    "volume": "0.001",
}  # fmt: skip


async def _buy(client: Any, won: int = 300_000, name: str = "aaU-1") -> Any:
    return await client.create_order("BTC/KRW", "market", "buy", won, None, {"clientOrderId": name})


async def test_a_market_buy_by_cost(upbit: LoopbackUpbit, client: Any) -> None:
    taken = await _buy(client)
    assert (taken["status"], taken["filled"], taken["cost"]) == ("open", "0", "300000")
    assert taken["clientOrderId"] == "aaU-1"
    assert upbit.asked("POST", "/v1/orders")[0].fields == {
        "market": "KRW-BTC", "side": "bid", "ord_type": "price", "price": "300000",
        "identifier": "aaU-1",
    }  # fmt: skip
    assert upbit.log[-1].status == 201
    found = await client.fetch_order(taken["id"])
    assert (found["status"], found["amount"], found["remaining"]) == ("canceled", None, None)
    assert D(found["filled"]) == D("0.00199998")
    spent, fee = D(found["cost"]), D(found["info"]["paid_fee"])
    assert 0 < 300_000 - spent < D("1.5001")  # what 1e-8 BTC costs
    assert fee == spent * D("0.0005")
    assert upbit.truth.accounts.held() == {"KRW": 10_000_000 - spent - fee, "BTC": D("0.00199998")}
    assert [t["amount"] for t in found["trades"]] == ["0.00199998"]
    assert found["trades"][0]["fee"]["cost"] is None


async def test_a_market_buy_walks_the_book(upbit: LoopbackUpbit, client: Any) -> None:
    asks = [(D(150_000_000), D("0.001")), (D(151_000_000), D("0.001"))]
    upbit.truth.depth("KRW-BTC", [], asks)
    taken = await _buy(client, 400_000)
    found = await client.fetch_order(taken["id"])
    assert [t["price"] for t in found["trades"]] == ["150000000", "151000000"]
    assert (found["filled"], found["status"]) == ("0.002", "canceled")  # and the rest came back
    assert upbit.truth.accounts.of("KRW").locked == 0


async def test_a_market_sell(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.accounts.give("BTC", D("0.01"))
    taken = await client.create_order("BTC/KRW", "market", "sell", 0.01)
    assert (taken["status"], taken["price"]) == ("open", None)
    found = await client.fetch_order(taken["id"])
    assert (found["status"], found["filled"], found["cost"]) == ("closed", "0.01", "1500000")
    assert upbit.truth.accounts.of("KRW").free == 10_000_000 + D(1_500_000) * D("0.9995")


async def test_a_limit_order_rests_fills_in_parts_and_is_cancelled(
    upbit: LoopbackUpbit, client: Any
) -> None:
    order = await client.create_order("BTC/KRW", "limit", "buy", 0.02, 149_000_000)
    assert (order["status"], order["info"]["locked"]) == ("open", "2981490")
    assert order["info"]["reserved_fee"] == "1490"
    upbit.truth.liquidity("KRW-BTC", D("0.005"))
    upbit.truth.move("KRW-BTC", D(148_900_000))
    part = await client.fetch_order(order["id"])
    assert (part["status"], part["filled"], part["remaining"]) == ("open", "0.005", "0.015")
    assert part["average"] == "149000000"
    assert [o["id"] for o in await client.fetch_open_orders("BTC/KRW")] == [order["id"]]
    cancelled = await client.cancel_order(order["id"])
    assert cancelled["status"] == "open"  # accepted, nothing more
    ended = await client.fetch_order(order["id"])
    assert (ended["status"], ended["filled"]) == ("canceled", "0.005")
    with pytest.raises(ccxt.OrderNotFound):
        await client.cancel_order(order["id"])
    assert upbit.truth.accounts.held() == {
        "KRW": 10_000_000 - D(745_000) * D("1.0005"), "BTC": D("0.005"),
    }  # fmt: skip


async def test_a_cancel_may_lose_against_a_fill(upbit: LoopbackUpbit, client: Any) -> None:
    order = await client.create_order("BTC/KRW", "limit", "buy", 0.02, 149_000_000)
    upbit.upbit.trading.slow_cancels = True
    assert (await client.cancel_order(order["id"]))["status"] == "open"
    upbit.truth.move("KRW-BTC", D(148_000_000))
    upbit.upbit.trading.cancel_now()
    assert (await client.fetch_order(order["id"]))["status"] == "closed"


async def test_looking_up_by_identifier(upbit: LoopbackUpbit, client: Any) -> None:
    taken = await _buy(client)
    found = await client.privateGetOrder({"identifier": "aaU-1"})
    assert (found["uuid"], found["state"]) == (taken["id"], "cancel")
    assert found["trades"][0]["volume"] == found["executed_volume"]
    with pytest.raises(ccxt.OrderNotFound):
        await client.privateGetOrder({"identifier": "aaU-2"})
    with pytest.raises(ccxt.OrderNotFound):
        await client.fetch_order(None)  # ccxt asks for a uuid called None
    assert upbit.log[-1].fields == {"uuid": "None"}


async def test_an_order_is_not_seen_at_once(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.invisible_for = 60_000
    await _buy(client)
    with pytest.raises(ccxt.OrderNotFound):
        await client.privateGetOrder({"identifier": "aaU-1"})
    upbit.truth.clock.advance(60_000)
    assert (await client.privateGetOrder({"identifier": "aaU-1"}))["state"] == "cancel"


async def test_an_identifier_is_used_up_by_every_attempt(upbit: LoopbackUpbit, client: Any) -> None:
    await _buy(client)
    with pytest.raises(ccxt.ExchangeError, match="duplicated_identifier"):
        await _buy(client)
    with pytest.raises(ccxt.ExchangeError, match="under_min_total_bid"):
        await _buy(client, 100, "aaU-2")
    with pytest.raises(ccxt.ExchangeError, match="duplicated_identifier"):
        await _buy(client, 300_000, "aaU-2")
    assert len(upbit.truth.orders) == 1


@pytest.mark.parametrize(
    ("change", "error", "name"),
    [
        ({"price": "149000001"}, ccxt.ExchangeError, "invalid_price_bid"),
        ({"volume": "0.00001"}, ccxt.ExchangeError, "under_min_total_bid"),
        ({"volume": "0.5"}, ccxt.InsufficientFunds, "insufficient_funds_bid"),
        ({"side": "ask"}, ccxt.InsufficientFunds, "insufficient_funds_ask"),
        ({"volume": "10"}, ccxt.ExchangeError, "over_krw_funds_bid"),
        ({"volume": "0.001000001"}, ccxt.ExchangeError, "invalid_volume_bid"),
        ({"volume": "NaN"}, ccxt.ExchangeError, "validation_error"),
        ({"volume": "-1"}, ccxt.ExchangeError, "validation_error"),
        ({"side": "buy"}, ccxt.InvalidOrder, "side is missing"),
        ({"ord_type": "stop"}, ccxt.ExchangeError, "validation_error"),
        ({"ord_type": "price"}, ccxt.ExchangeError, "create_bid_error"),
        ({"ord_type": "market", "side": "ask"}, ccxt.ExchangeError, "create_ask_error"),
        ({"market": "KRW-NOPE"}, ccxt.ExchangeError, "notfoundmarket"),
        ({"time_in_force": "gtc"}, ccxt.ExchangeError, "validation_error"),
    ],
)  # fmt: skip
async def test_refusals_by_name(
    upbit: LoopbackUpbit, client: Any, change: dict[str, str], error: type[Exception], name: str
) -> None:
    with pytest.raises(error, match=name):
        await client.privatePostOrders(LIMIT | change)
    assert upbit.log[-1].status == (404 if name == "notfoundmarket" else 400)
    assert upbit.truth.orders == []
    assert upbit.truth.accounts.of("KRW").locked == 0


async def test_a_market_that_is_offline(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.markets["KRW-BTC"].extra["offline"] = True
    with pytest.raises(ccxt.ExchangeError, match="market_offline"):
        await client.privatePostOrders(LIMIT)
    assert (await client.privateGetOrdersChance({"market": "KRW-BTC"}))["market"]["state"] == (
        "offline"
    )


@pytest.mark.parametrize(
    ("force", "price", "state"),
    [
        ("ioc", "149000000", "cancel"), ("fok", "149000000", "cancel"),
        ("post_only", "151000000", "cancel"), ("post_only", "149000000", "wait"),
        ("fok", "151000000", "done"),
    ],
)  # fmt: skip
async def test_times_in_force(
    upbit: LoopbackUpbit, client: Any, force: str, price: str, state: str
) -> None:
    sent = await client.privatePostOrders(LIMIT | {"time_in_force": force, "price": price})
    assert (sent["state"], sent["time_in_force"]) == ("wait", force)
    assert (await client.privateGetOrder({"uuid": sent["uuid"]}))["state"] == state


async def test_the_best_price_by_cost(upbit: LoopbackUpbit, client: Any) -> None:
    order = await client.create_order(
        "BTC/KRW", "market", "buy", 30_000, None, {"ordType": "best", "timeInForce": "IOC"}
    )
    assert (await client.fetch_order(order["id"]))["filled"] == "0.00019999"


async def test_a_trial_order_is_none(upbit: LoopbackUpbit, client: Any) -> None:
    await client.privatePostOrdersTest(LIMIT)
    with pytest.raises(ccxt.InsufficientFunds):
        await client.privatePostOrdersTest(LIMIT | {"side": "ask"})
    assert upbit.truth.orders == []


async def test_lists_of_orders(upbit: LoopbackUpbit, client: Any) -> None:
    first = await client.privatePostOrders(LIMIT | {"identifier": "aaU-1"})
    await _buy(client, name="aaU-2")
    await client.privatePostOrders(LIMIT | {"identifier": "aaU-3", "market": "KRW-ETH",
                                            "price": "4999000", "volume": "0.01"})  # fmt: skip
    await client.cancel_order(first["uuid"])
    opened = await client.fetch_open_orders()
    assert [o["clientOrderId"] for o in opened] == ["aaU-3"]
    ended = await client.fetch_canceled_orders("BTC/KRW")
    assert {o["clientOrderId"] for o in ended} == {"aaU-1", "aaU-2"}
    assert await client.fetch_closed_orders() == []
    bought = next(o for o in ended if o["clientOrderId"] == "aaU-2")
    assert D(bought["info"]["executed_funds"]) == upbit.truth.orders[1].spent
    by_name = await client.privateGetOrdersUuids({"identifiers[]": "aaU-1"})
    assert [o["uuid"] for o in by_name] == [first["uuid"]]


async def test_closed_orders_come_from_a_week_at_most(upbit: LoopbackUpbit, client: Any) -> None:
    await _buy(client)
    since = upbit.truth.orders[0].created - 1_000
    upbit.truth.clock.advance(8 * 86_400_000)
    assert await client.fetch_canceled_orders() == []
    assert len(await client.fetch_canceled_orders(since=since)) == 1
    with pytest.raises(ccxt.ExchangeError, match="too far apart"):
        await client.fetch_canceled_orders(since=since, params={"end_time": since + 700_000_000})


async def test_balances_and_the_mean_price(upbit: LoopbackUpbit, client: Any) -> None:
    await _buy(client)
    await client.create_order("BTC/KRW", "limit", "sell", 0.001, 160_000_000)
    balance = await client.fetch_balance()
    assert balance["BTC"] == {"free": "0.00099998", "used": "0.001", "total": "0.00199998"}
    lines = {line["currency"]: line for line in balance["info"]}
    assert lines["BTC"]["avg_buy_price"] == "150001000"
    assert D(balance["KRW"]["free"]) == upbit.truth.accounts.of("KRW").free


async def test_the_user_trades_too(upbit: LoopbackUpbit, client: Any) -> None:
    await _buy(client)
    upbit.truth.by_hand(Order("KRW-BTC", "sell", "market", quantity=D("0.001")))
    balance = await client.fetch_balance()
    assert balance["BTC"]["total"] == "0.00099998"
    names = [o["clientOrderId"] for o in await client.fetch_closed_orders()]
    assert names == [None]


async def test_deposits_withdrawals_and_terms(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.key.scopes |= {"withdrawals"}
    upbit.truth.transfer("KRW", D(50_000))
    upbit.truth.transfer("KRW", D(-20_000))
    deposits, withdrawals = await client.fetch_deposits(), await client.fetch_withdrawals("KRW")
    assert [(d["amount"], d["status"]) for d in deposits] == [("50000", "ok")]
    assert [(w["amount"], w["status"]) for w in withdrawals] == [("20000", "ok")]
    terms = await client.privateGetWithdrawsChance({"currency": "BTC"})
    assert terms["withdraw_limit"]["can_withdraw"]
    chance = await client.privateGetOrdersChance({"market": "KRW-BTC"})
    assert (chance["bid_fee"], chance["market"]["bid"]["min_total"]) == ("0.0005", "5000")
    assert chance["bid_account"]["balance"] == "10030000"
    assert (await client.privateGetApiKeys())[0]["access_key"] == upbit.key.access
    assert {w["wallet_state"] for w in await client.privateGetStatusWallet()} == {"working"}


async def test_a_state_that_nobody_knows(upbit: LoopbackUpbit, client: Any) -> None:
    order = await client.create_order("BTC/KRW", "limit", "buy", 0.001, 149_000_000)
    upbit.truth.orders[0].extra["state"] = "prevented"
    assert (await client.fetch_order(order["id"]))["status"] == "prevented"


async def test_what_is_paused_stays_open(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.paused = True
    await _buy(client)
    assert (await client.privateGetOrder({"identifier": "aaU-1"}))["state"] == "wait"
    upbit.truth.resume()
    assert upbit.truth.orders[0].state is State.CANCELED
    assert upbit.truth.orders[0].filled > 0
