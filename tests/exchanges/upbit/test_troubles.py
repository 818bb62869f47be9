"""Every fault that can befall an order on the loopback Upbit, and what ccxt makes of it."""

import asyncio
from typing import Any

import ccxt
import pytest

from tests.exchanges.core.faults import Trouble
from tests.exchanges.upbit.exchange import LoopbackUpbit

T = Trouble


async def _buy(client: Any) -> Any:
    return await client.create_order(
        "BTC/KRW", "market", "buy", 30_000, None, {"clientOrderId": "aaU-1"}
    )


@pytest.mark.parametrize(
    ("trouble", "error", "done"),
    [
        (T.LOST_BEFORE, ccxt.ExchangeNotAvailable, 0),
        (T.LOST_AFTER, ccxt.ExchangeNotAvailable, 1),
        (T.TRUNCATED, ccxt.ExchangeError, 1),
        (T.ERROR_JSON, ccxt.ExchangeError, 0),
        (T.ERROR_HTML, ccxt.ExchangeNotAvailable, 0),
        (T.LIMITED, ccxt.ExchangeError, 0),
        (T.BANNED, ccxt.ExchangeError, 0),
        (T.MAINTENANCE, ccxt.ExchangeError, 0),
    ],
)
async def test_an_order_that_raises(
    upbit: LoopbackUpbit, client: Any, trouble: Trouble, error: type[Exception], done: int
) -> None:
    await client.load_markets()
    fault = upbit.fault(trouble, "POST", "/v1/orders")
    with pytest.raises(ccxt.BaseError) as raised:
        await _buy(client)
    assert type(raised.value) is error
    assert (fault.fired, len(upbit.truth.orders)) == (1, done)
    assert len(upbit.asked("POST", "/v1/orders")) == 1  # a POST is never sent twice


@pytest.mark.parametrize("trouble", [T.BROKEN_JSON, T.HTML, T.EMPTY])
async def test_an_order_that_exists_and_looks_like_nothing(
    upbit: LoopbackUpbit, client: Any, trouble: Trouble
) -> None:
    """The dangerous ones: nothing is raised, and the order that came back has no id."""
    await client.load_markets()
    fault = upbit.fault(trouble, "POST", "/v1/orders")
    order = await _buy(client)
    assert (order["id"], order["status"], order["clientOrderId"]) == (None, None, None)
    assert (fault.fired, len(upbit.truth.orders)) == (1, 1)


@pytest.mark.parametrize(
    ("trouble", "seconds", "before", "after"),
    [
        (T.HANG, 0.0, 0, 0), (T.ARRIVES_LATE, 0.3, 0, 1), (T.ANSWERS_LATE, 0.3, 1, 1),
    ],
)  # fmt: skip
async def test_an_order_that_is_not_answered_in_time(
    upbit: LoopbackUpbit, client: Any, trouble: Trouble, seconds: float, before: int, after: int
) -> None:
    await client.load_markets()
    client.timeout = 100
    fault = upbit.fault(trouble, "POST", "/v1/orders", seconds=seconds)
    with pytest.raises(ccxt.RequestTimeout):
        await _buy(client)
    assert (fault.fired, len(upbit.truth.orders)) == (1, before)
    await asyncio.sleep(0.4)
    assert len(upbit.truth.orders) == after  # long after we gave up


async def test_an_error_after_the_order_was_taken(upbit: LoopbackUpbit, client: Any) -> None:
    await client.load_markets()
    upbit.fault(T.ERROR_JSON, "POST", "/v1/orders", processed=True, status=502)
    with pytest.raises(ccxt.ExchangeError, match="server_error"):
        await _buy(client)
    assert (await client.privateGetOrder({"identifier": "aaU-1"}))["state"] == "cancel"


async def test_the_second_of_two_orders(upbit: LoopbackUpbit, client: Any) -> None:
    await client.load_markets()
    fault = upbit.fault(T.LOST_AFTER, "POST", "/v1/orders", nth=2)
    await client.create_order("BTC/KRW", "market", "buy", 30_000)
    with pytest.raises(ccxt.ExchangeNotAvailable):
        await _buy(client)
    assert (fault.met, fault.fired, len(upbit.truth.orders)) == (2, 1, 2)


async def test_a_lost_answer_to_a_cancel_is_asked_again_with_a_used_token(
    upbit: LoopbackUpbit, client: Any
) -> None:
    """aiohttp repeats a DELETE on a connection that it has used before: with the same nonce."""
    order = await client.create_order("BTC/KRW", "limit", "buy", 0.001, 149_000_000)
    fault = upbit.fault(T.LOST_AFTER, "DELETE", "/v1/order")
    with pytest.raises(ccxt.ExchangeError, match="nonce_used"):
        await client.cancel_order(order["id"])
    assert fault.fired == 1
    assert len(upbit.asked("DELETE", "/v1/order")) == 2
    assert (await client.fetch_order(order["id"]))["status"] == "canceled"  # the first did it


async def test_a_lost_question_is_asked_again(upbit: LoopbackUpbit, client: Any) -> None:
    await client.load_markets()
    upbit.fault(T.LOST_BEFORE, "GET", "/v1/accounts")
    assert (await client.fetch_balance())["KRW"]["total"] == "10000000"
    upbit.fault(T.LOST_AFTER, "GET", "/v1/accounts")
    with pytest.raises(ccxt.ExchangeError, match="nonce_used"):
        await client.fetch_balance()
    assert len(upbit.asked("GET", "/v1/accounts")) == 4


async def test_a_balance_that_looks_like_nothing(upbit: LoopbackUpbit, client: Any) -> None:
    await client.load_markets()
    upbit.fault(T.BROKEN_JSON, "GET", "/v1/accounts")
    balance = await client.fetch_balance()
    assert balance["total"] == {}


async def test_maintenance_lasts_until_it_is_over(upbit: LoopbackUpbit, client: Any) -> None:
    await client.load_markets()
    fault = upbit.fault(T.MAINTENANCE, "GET", "/v1/.*", times=0)
    for question in (client.fetch_balance, client.fetch_tickers):
        with pytest.raises(ccxt.ExchangeError, match="server_maintenance"):
            await question()
    upbit.plan.clear()
    assert fault.fired == 2
    assert await client.fetch_tickers()
