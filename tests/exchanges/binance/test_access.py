"""Keys, signatures, clocks, limits and planned faults, as the real ccxt meets them."""

import hashlib
import hmac
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchanges.binance.access import WEIGHT
from tests.exchanges.binance.clients import BTC, KEY, PERP, futures, spot
from tests.exchanges.binance.signing import ApiKey, rest_payload
from tests.exchanges.binance.spot import TEN_SECONDS
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.faults import Trouble

ORDER = "/api/v3/order"


def test_what_is_signed_is_query_and_body_as_sent() -> None:
    assert rest_payload("a=1&signature=s", "") == ("a=1", "s")
    assert rest_payload("", "a=%20b&signature=s") == ("a=%20b", "s")
    assert rest_payload("a=1", "b=2&signature=s") == ("a=1b=2", "s")
    assert rest_payload("a=1&signature=s", "b=2") == ("a=1b=2", "s")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({}, 200, 0),
        ({"signature": "0" * 64}, 400, -1022),
        ({"signature": None}, 400, -1102),
        ({"timestamp": "5"}, 400, -1021),
        ({"timestamp": None}, 400, -1102),
        ({"recvWindow": "60001"}, 400, -1131),
        ({"recvWindow": "x"}, 400, -1130),
        ({"key": "unknown"}, 401, -2015),
        ({"key": ""}, 401, -2014),
        ({"key": "no key!"}, 401, -2014),
    ],
)
async def test_requests_by_hand(change: dict[str, Any], status: int, code: int) -> None:
    async with spot() as desk, aiohttp.ClientSession() as session:
        sent = {"timestamp": str(desk.truth.clock.now()), "recvWindow": "5000"} | change
        fields = {k: v for k, v in sent.items() if v and k not in {"key", "signature"}}
        query = "&".join(f"{name}={value}" for name, value in fields.items())
        signed = hmac.new(KEY.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        signature = change.get("signature", signed)
        if signature:
            query += f"&signature={signature}"
        url = f"{desk.server.url}/api/v3/account?{query}"
        headers = {"X-MBX-APIKEY": str(sent.get("key", KEY.key))}
        async with session.get(url, headers=headers) as answer:
            assert (answer.status, (await answer.json()).get("code", 0)) == (status, code)


async def test_a_clock_that_runs_off_is_refused_and_found_again() -> None:
    clock = Clock()
    async with spot(clock=clock) as desk:
        clock.advance(20_000)
        assert (await desk.refusal(desk.ccxt.fetch_balance()))[0] == -1021
        await desk.ccxt.load_time_difference()
        assert (await desk.ccxt.fetch_balance())["USDT"]["free"] == "10000.00000000"
        clock.advance(-40_000)
        code, text = await desk.refusal(desk.ccxt.fetch_balance())
        assert (code, "ahead of the server's time" in text) == (-1021, True)
        with pytest.raises(ccxt.InvalidNonce):
            await desk.ccxt.fetch_balance()


async def test_a_revoked_key_looks_like_a_ban_to_ccxt() -> None:
    async with spot() as desk:
        await desk.ccxt.fetch_balance()
        desk.words.door.keys.revoke(KEY.key)
        with pytest.raises(ccxt.DDoSProtection, match="-2015"):
            await desk.ccxt.fetch_balance()


async def test_what_a_key_may_do() -> None:
    reader = ApiKey("r" * 64, "s" * 64, spot=False, futures=False, ip_bound=False)
    async with spot(key=reader, known=[reader]) as desk:
        rights = await desk.ccxt.sapiGetAccountApiRestrictions()
        assert (rights["enableSpotAndMarginTrading"], rights["enableWithdrawals"]) == (False, False)
        assert rights["ipRestrict"] is False
        await desk.ccxt.fetch_balance()
        order = desk.ccxt.create_order(BTC, "market", "buy", "0.001")
        assert (await desk.refusal(order))[0] == -2015
    async with futures(key=reader, known=[reader]) as other:
        assert (await other.ccxt.sapiGetAccountApiRestrictions())["enableFutures"] is False
        with pytest.raises(ccxt.AuthenticationError, match="-2015"):
            await other.ccxt.fetch_balance()


def _headers(exchange: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in exchange.last_response_headers.items()}


async def test_used_weight_and_orders_are_told() -> None:
    async with spot() as desk:
        await desk.ccxt.publicGetExchangeInfo()
        before = int(_headers(desk.ccxt)["x-mbx-used-weight-1m"])
        await desk.ccxt.create_order(BTC, "market", "buy", "0.001")
        headers = _headers(desk.ccxt)
        assert int(headers["x-mbx-used-weight-1m"]) == before + 1
        assert (headers["x-mbx-order-count-10s"], headers["x-mbx-order-count-1d"]) == ("1", "1")


async def test_over_the_weight_is_429_and_going_on_is_418() -> None:
    async with spot() as desk:
        now, budgets = desk.truth.clock.now(), desk.server.budgets
        budgets.spend({WEIGHT: budgets.left(WEIGHT, now)}, now)
        statuses = []
        for _ in range(4):
            with pytest.raises(ccxt.DDoSProtection, match="-1003"):
                await desk.ccxt.fetch_ticker(BTC)
            statuses.append(desk.server.log[-1].status)
            assert int(desk.ccxt.last_response_headers["Retry-After"]) > 0
        assert (statuses, budgets.bans) == ([429, 429, 429, 418], 1)
        desk.truth.clock.advance(budgets.ban + 60_000)
        assert (await desk.ccxt.fetch_ticker(BTC))["last"] == "60000.00000000"


async def test_too_many_orders_have_their_own_code() -> None:
    async with spot() as desk:
        now, budgets = desk.truth.clock.now(), desk.server.budgets
        budgets.spend({TEN_SECONDS: budgets.left(TEN_SECONDS, now)}, now)
        order = desk.ccxt.create_order(BTC, "market", "buy", "0.001")
        code, text = await desk.refusal(order)
        assert (code, text) == (-1015, "Too many new orders; current limit is 100 orders per 10 "
                                "SECOND.")  # fmt: skip
        await desk.ccxt.fetch_ticker(BTC)  # questions go on


@pytest.mark.parametrize(
    ("trouble", "status", "error", "done"),
    [
        (Trouble.LOST_BEFORE, 0, ccxt.ExchangeNotAvailable, 0),
        (Trouble.LOST_AFTER, 0, ccxt.ExchangeNotAvailable, 1),
        (Trouble.ERROR_JSON, 503, ccxt.RequestTimeout, 1),
        (Trouble.ERROR_JSON, 500, ccxt.OperationFailed, 0),
        (Trouble.ERROR_HTML, 502, ccxt.ExchangeNotAvailable, 0),
        (Trouble.MAINTENANCE, 503, ccxt.OnMaintenance, 0),
        (Trouble.LIMITED, 429, ccxt.DDoSProtection, 0),
        (Trouble.BANNED, 418, ccxt.DDoSProtection, 0),
    ],
)
async def test_a_fault_fires_and_the_truth_knows_better(
    trouble: Trouble, status: int, error: type[Exception], done: int
) -> None:
    async with spot() as desk:
        fault = desk.server.fault(trouble, "POST", ORDER, status=status, processed=bool(done))
        with pytest.raises(error):
            await desk.ccxt.create_order(BTC, "market", "buy", "0.001")
        assert (fault.fired, len(desk.truth.orders)) == (1, done)
        assert desk.server.asked("POST", ORDER)[0].verdict == trouble.value
        await desk.ccxt.create_order(BTC, "market", "buy", "0.001")
        assert len(desk.truth.orders) == done + 1


async def test_a_200_with_half_of_the_json_is_an_order_without_id() -> None:
    async with spot() as desk:
        desk.server.fault(Trouble.BROKEN_JSON, "POST", ORDER)
        placed = await desk.ccxt.create_order(BTC, "market", "buy", "0.001")
        assert (placed["id"], len(desk.truth.orders)) == (None, 1)


async def test_a_cancel_whose_answer_is_lost_is_sent_twice() -> None:
    async with spot() as desk:
        placed = await desk.ccxt.create_order(BTC, "limit", "buy", "0.01", "50000")
        desk.server.fault(Trouble.LOST_AFTER, "DELETE", ORDER)
        with pytest.raises(ccxt.OrderNotFound):
            await desk.ccxt.cancel_order(placed["id"], BTC)
        assert len(desk.server.asked("DELETE", ORDER)) == 2
        assert not desk.truth.orders[0].is_open


async def test_futures_read_loosely_what_spot_refuses() -> None:
    async with futures() as desk:
        assert await desk.ccxt.fapiPublicGetTime({"unheard": "of"})
        assert (await desk.ccxt.fetch_positions([PERP])) == []
    async with spot() as other:
        assert (await other.refusal(other.ccxt.publicGetTime({"unheard": "of"})))[0] == -1104


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        (-1000, 503, ccxt.OperationFailed),
        (-1006, 503, ccxt.OperationFailed),
        (-1007, 503, ccxt.RequestTimeout),
        (-1008, 503, ccxt.OperationFailed),
        (-1003, 429, ccxt.DDoSProtection),
        (-2015, 401, ccxt.AuthenticationError),
    ],
)
async def test_any_code_can_be_planned(code: int, status: int, error: type[Exception]) -> None:
    async with futures() as desk:
        plan = desk.words.door.refuse("POST", "/fapi/v1/order", code)
        with pytest.raises(error):
            await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        assert (plan.fired, desk.truth.orders, desk.server.log[-1].status) == (1, [], status)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        assert plan.fired == 1


async def test_codes_of_an_overridden_host_keep_their_classes() -> None:
    async with futures() as desk:
        for code, error in ((-2019, ccxt.InsufficientFunds), (-2021, ccxt.InvalidOrder)):
            desk.words.door.refuse("POST", "/fapi/v1/order", code)
            with pytest.raises(error):
                await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
