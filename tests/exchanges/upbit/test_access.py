"""Keys, signatures, limits: who is let in, and how often."""

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchanges.core.faults import Trouble
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.exchanges.upbit.keys import Key

_QUERY = "identifier=aaU-1"
_HASH = hashlib.sha512(_QUERY.encode()).hexdigest()


def _token(key: Key, algorithm: str = "HS256", **claims: str) -> dict[str, str]:
    head = _part({"alg": algorithm, "typ": "JWT"})
    signed = f"{head}.{_part({'access_key': key.access, **claims})}"
    kind = {"HS256": "sha256", "HS512": "sha512"}.get(algorithm, "sha256")
    signature = hmac.new(key.secret.encode(), signed.encode(), kind).digest()
    return {"Authorization": f"Bearer {signed}.{_encoded(signature)}"}


def _part(fields: dict[str, str]) -> str:
    return _encoded(json.dumps(fields).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def _name(upbit: LoopbackUpbit, headers: dict[str, str]) -> tuple[int, str]:
    """What is said to a look-up of an order that does not exist."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{upbit.url}/v1/order?{_QUERY}", headers=headers) as answer,
    ):
        return answer.status, (await answer.json())["error"]["name"]


@pytest.mark.parametrize(
    ("claims", "status", "name"),
    [
        ({"nonce": "1", "query_hash": _HASH, "query_hash_alg": "SHA512"}, 404, "order_not_found"),
        ({"nonce": "1", "query_hash": _HASH}, 404, "order_not_found"),
        ({"nonce": "1"}, 401, "invalid_query_payload"),
        ({"nonce": "1", "query_hash": "0" * 128}, 401, "invalid_query_payload"),
        ({"nonce": "1", "query_hash": _HASH, "query_hash_alg": "SHA256"}, 401,
         "invalid_query_payload"),
        ({"query_hash": _HASH}, 401, "jwt_verification"),
    ],
)  # fmt: skip
async def test_claims(upbit: LoopbackUpbit, claims: dict[str, str], status: int, name: str) -> None:
    assert await _name(upbit, _token(upbit.key, **claims)) == (status, name)


async def test_tokens(upbit: LoopbackUpbit) -> None:
    claims = {"query_hash": _HASH, "query_hash_alg": "SHA512"}
    wrong, unknown = Key(secret="x" * 40), Key(access="nobody")
    assert await _name(upbit, {}) == (401, "no_authorization_token")
    assert await _name(upbit, {"Authorization": "Bearer a.b"}) == (401, "jwt_verification")
    assert await _name(upbit, _token(wrong, nonce="1", **claims)) == (401, "jwt_verification")
    assert await _name(upbit, _token(unknown, nonce="1", **claims)) == (401, "invalid_access_key")
    assert await _name(upbit, _token(upbit.key, "none", nonce="1", **claims)) == (
        401, "jwt_verification",
    )  # fmt: skip
    assert await _name(upbit, _token(upbit.key, "HS512", nonce="1", **claims)) == (
        404, "order_not_found",
    )  # fmt: skip
    assert await _name(upbit, _token(upbit.key, nonce="1", **claims)) == (401, "nonce_used")


@pytest.mark.parametrize(
    ("change", "error", "name"),
    [
        ({"secret": "another"}, ccxt.AuthenticationError, "jwt_verification"),
        ({"access": "another"}, ccxt.AuthenticationError, "invalid_access_key"),
        ({"expires": 1}, ccxt.ExchangeError, "expired_access_key"),
        ({"wrong_ip": True}, ccxt.ExchangeError, "no_authorization_ip"),
        ({"scopes": frozenset()}, ccxt.PermissionDenied, "out_of_scope"),
    ],
)
async def test_keys_that_do_not_open(
    upbit: LoopbackUpbit, client: Any, change: dict[str, Any], error: type[Exception], name: str
) -> None:
    for field, value in change.items():
        setattr(upbit.key, field, value)
    with pytest.raises(error, match=name):
        await client.privateGetAccounts()
    assert upbit.log[-1].status == 401


async def test_a_trading_key_may_not_withdraw(upbit: LoopbackUpbit, client: Any) -> None:
    with pytest.raises(ccxt.PermissionDenied, match="out_of_scope"):
        await client.privateGetWithdrawsChance({"currency": "BTC"})
    assert await client.privateGetApiKeys()


async def test_what_ccxt_signs_is_what_it_asks(upbit: LoopbackUpbit, client: Any) -> None:
    await client.load_markets()
    with pytest.raises(ccxt.OrderNotFound):  # and not a complaint about the signature
        await client.privateGetOrder({"identifier": "a b&c/d?é"})
    assert upbit.log[-1].fields == {"identifier": "a b&c/d?é"}
    assert await client.privateGetOrdersUuids({"uuids[]": ["a", "b"]}) == []
    assert upbit.log[-1].many("uuids[]") == ["['a', 'b']"]  # ccxt cannot send a list here


async def test_the_budget_is_told_and_kept(upbit: LoopbackUpbit, client: Any) -> None:
    for _ in range(3):
        await client.publicGetMarketAll()
        left = client.last_response_headers["Remaining-Req"]
    assert left == "group=market; min=1800; sec=7"
    assert (upbit.budgets.highest["market"], dict(upbit.budgets.refused)) == (3, {})
    await client.privateGetAccounts()
    assert client.last_response_headers["Remaining-Req"] == "group=default; min=1800; sec=29"


@pytest.mark.parametrize(("in_json", "error"), [(True, ccxt.ExchangeError),
                                                (False, ccxt.RateLimitExceeded)])  # fmt: skip
async def test_too_much_is_refused_and_then_banned(
    upbit: LoopbackUpbit, client: Any, in_json: bool, error: type[Exception]
) -> None:
    upbit.upbit.limited_in_json = in_json
    await client.load_markets()
    answers = await asyncio.gather(
        *(client.fetch_ticker("BTC/KRW") for _ in range(15)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 5
    assert {type(answer) for answer in refused[:3]} == {error}
    assert [asked.status for asked in upbit.log[-5:]] == [429, 429, 429, 418, 418]
    assert (upbit.budgets.bans, upbit.budgets.highest["ticker"]) == (1, 10)
    upbit.truth.clock.advance(60_000)
    with pytest.raises(ccxt.BaseError):  # banned still, and for everything
        await client.publicGetMarketAll()
    upbit.truth.clock.advance(60_000)
    assert await client.publicGetMarketAll()


async def test_orders_have_a_limit_of_their_own(upbit: LoopbackUpbit, client: Any) -> None:
    await client.load_markets()
    wishes = [client.create_order("BTC/KRW", "limit", "buy", 0.0001, 149_000_000)
              for _ in range(14)]  # fmt: skip
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 2
    assert len(upbit.truth.orders) == 12
    assert upbit.budgets.refused == {"order": 2}


async def test_browsers_are_hardly_served(upbit: LoopbackUpbit) -> None:
    async with aiohttp.ClientSession(headers={"Origin": "http://a.example"}) as session:
        answers = [await session.get(f"{upbit.url}/v1/market/all") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 429]


async def test_a_planned_refusal_needs_no_flood(upbit: LoopbackUpbit, client: Any) -> None:
    fault = upbit.fault(Trouble.LIMITED, "GET", "/v1/accounts")
    with pytest.raises(ccxt.ExchangeError, match="too_many_requests"):
        await client.privateGetAccounts()
    assert fault.fired == 1
    assert await client.privateGetAccounts()
