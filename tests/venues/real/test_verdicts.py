"""What a request's fate is said to be, with the real ccxt against a raw server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.venues.real.stub import Said, Stub, serving
from trader.domain.errors import VenueUnavailable
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.addresses import Addresses
from trader.venues.real.calling import Call, Reply, called, parsed
from trader.venues.real.codes import CODES
from trader.venues.real.connection import Keys, connected
from trader.venues.real.verdicts import Verdict, judged, never_left

NAME = "k7XE-1"
PLACE = {
    UPBIT: Call("privatePostOrders", {"market": "KRW-BTC", "identifier": NAME}),
    BINANCE_SPOT: Call("privatePostOrder", {"symbol": "BTCUSDT", "newClientOrderId": NAME}),
    BINANCE_FUTURES: Call("fapiPrivatePostOrder", {"symbol": "BTCUSDT", "newClientOrderId": NAME}),
}
PATHS = {
    UPBIT: "POST /v1/orders",
    BINANCE_SPOT: "POST /api/v3/order",
    BINANCE_FUTURES: "POST /fapi/v1/order",
}
TAKEN: dict[str, dict[str, Any]] = {
    UPBIT: {"uuid": "u-1", "state": "wait", "identifier": NAME},
    BINANCE_SPOT: {"orderId": 1, "orderListId": -1, "status": "NEW", "clientOrderId": NAME},
    BINANCE_FUTURES: {"orderId": 1, "status": "NEW", "clientOrderId": NAME},
}
A, R, U, E = Verdict.ACCEPTED, Verdict.REFUSED, Verdict.UNKNOWN, Verdict.EXISTS


def upbit(name: str, message: str = "") -> dict[str, Any]:
    """An error in Upbit's words."""
    return {"error": {"name": name, "message": message}}


def binance(code: int, message: str = "no") -> dict[str, Any]:
    """An error in Binance's words."""
    return {"code": code, "msg": message}


@asynccontextmanager
async def asking(venue: str, said: Said, patience: float = 5.0) -> AsyncIterator[tuple[Stub, Any]]:
    """The real ccxt, connected to a server that answers every order so."""
    async with serving(Stub({PATHS[venue]: said})) as stub:
        exchange = connected(venue, Addresses(stub.url), Keys("key", "secret"), patience)
        exchange.enableRateLimit = False
        exchange.timeout_on_exit = 0
        try:
            yield stub, exchange
        finally:
            await exchange.close()


async def verdicts(venue: str, answers: Sequence[Said]) -> list[Verdict]:
    """Send one order for each answer; exactly one request arrives for each."""
    found = []
    async with asking(venue, Said()) as (stub, exchange):
        for sent, said in enumerate(answers, 1):
            stub.answers[PATHS[venue]] = said
            reply = await called(exchange, PLACE[venue])
            assert stub.times(PATHS[venue]) == sent
            found.append(judged(reply, CODES[venue], NAME).verdict)
    return found


def of(venue: str, body: Any, status: int) -> Verdict:
    """The verdict on an answer that arrived whole."""
    return judged(Reply(status, {}, "", body), CODES[venue], NAME).verdict


EVERYWHERE = [
    (Said("<html>maintenance</html>"), U),
    (Said(""), U),
    (Said("{broken"), U),
    (Said([]), U),
    (Said({}), U),
    (Said("<html>oops</html>", 500), U),
    (Said("", 502), U),
    (Said("<html>busy</html>", 503), U),
    (Said("<html>firewall</html>", 400), U),
    (Said("<html>firewall</html>", 403), U),
    (Said("too many", 429), R),
    (Said("<html>banned</html>", 418), R),
    (Said(fault="cut"), U),
    (Said({"a": "b" * 100}, fault="torn"), U),
    (Said({"a": "b" * 100}, 400, fault="torn"), U),
]


@pytest.mark.parametrize("venue", PLACE)
async def test_what_is_alike_everywhere(venue: str) -> None:
    told = await verdicts(venue, [said for said, _ in EVERYWHERE])
    assert told == [expected for _, expected in EVERYWHERE]


@pytest.mark.parametrize("venue", PLACE)
async def test_accepted_is_what_names_an_order_of_ours_in_a_known_state(venue: str) -> None:
    taken = TAKEN[venue]
    assert await verdicts(venue, [Said(taken)]) == [A]
    for field in taken:
        if field != "orderListId":
            free = field in ("uuid", "orderId")  # any id will do, but there must be one
            changed, lacking = taken | {field: "another"}, taken | {field: None}
            assert of(venue, changed, 200) is (A if free else U)
            assert of(venue, lacking, 200) is U


UPBIT_REFUSES = (
    "insufficient_funds_bid", "insufficient_funds_ask", "under_min_total_bid",
    "under_min_total_ask", "invalid_price_bid", "invalid_price_ask", "create_bid_error",
    "create_ask_error", "validation_error", "jwt_verification", "invalid_query_payload",
    "no_authorization_ip", "no_authorization_i_p", "out_of_scope",
    "expired_access_key", "market_offline", "notfoundmarket", "invalid_volume_ask",
    "volume_too_large", "no_authorization_token", "invalid_parameter", "invalid_funds_bid",
    "max_total_bid",
)  # fmt: skip


async def test_upbit_refuses_by_name() -> None:
    told = await verdicts(UPBIT, [Said(upbit(name), 400) for name in UPBIT_REFUSES])
    assert told == [R] * len(UPBIT_REFUSES)


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (upbit("nonce_used"), 401, U),  # its twin may have been heard
        (upbit("too_many_requests"), 429, R),
        (upbit("validation_error"), 500, U),
        (upbit("market_offline"), 503, U),  # a page of theirs, whatever it says
        (upbit("market_offline"), 200, U),
        ({"name": "market_offline"}, 400, U),
        (upbit("something_new"), 400, U),
        ({"error": {"name": 400, "message": "?"}}, 400, U),
        (upbit("validation_error", "This identifier was used before"), 400, E),
        (upbit("duplicate_identifier"), 400, E),
    ],
)
def test_upbit_in_its_own_words(body: Any, status: int, expected: Verdict) -> None:
    assert of(UPBIT, body, status) is expected


SINGLES = {-1003, -1008, -1013, -1015, -1016, -2010, -2014, -2015, -2018, -2019, -2027}
RANGES = ((1020, 1022), (1100, 1130), (1165, 1199))
BOTH = SINGLES | {-n for first, last in RANGES for n in range(first, last + 1)}
FUTURES_ONLY = {
    -2020, -2021, -2022, -2023, -2024, -2025, -2026, -2028, -4003, -4014, -4028, -4120, -4131,
    -4164, -4400, -4403, -4509, -5021, -5022,
}  # fmt: skip
NEVER = {-1000, -1001, -1006, -1007, -1131, -1164, -2011, -2013, -2029, -4117, -4404, -9999}


@pytest.mark.parametrize("venue", [BINANCE_SPOT, BINANCE_FUTURES])
def test_binance_refuses_by_number_and_by_no_other(venue: str) -> None:
    expected = BOTH | (FUTURES_ONLY if venue == BINANCE_FUTURES else set())
    for code in BOTH | FUTURES_ONLY | NEVER:
        reply = Reply(400, {}, "", binance(code))
        told = judged(reply, CODES[venue], NAME).verdict
        assert told is (R if code in expected else U), code


SAID = [
    (BINANCE_SPOT, binance(-2010, "Account has insufficient balance."), 400, R),
    (BINANCE_SPOT, binance(-2010, "Duplicate order sent."), 400, E),
    (BINANCE_SPOT, binance(-2021), 400, U),  # half of a cancel-replace
    (BINANCE_FUTURES, binance(-2021), 400, R),  # would trigger at once
    (BINANCE_FUTURES, binance(-4116, "ClientOrderId is duplicated."), 400, E),
    (BINANCE_SPOT, binance(-1007, "Timeout waiting for response."), 503, U),
    (BINANCE_SPOT, binance(-1007), 408, U),
    (BINANCE_FUTURES, binance(-2019), 400, R),
    (BINANCE_SPOT, binance(-2015, "Invalid API-key, IP, or permissions."), 401, R),
    (BINANCE_SPOT, binance(-1003), 429, R),
    (BINANCE_SPOT, binance(-1013, "Market is closed."), 400, R),
    (BINANCE_SPOT, binance(-2010, "This symbol is not enabled for trading."), 400, R),
    (BINANCE_FUTURES, binance(-4140, "Invalid symbol status for opening position."), 400, R),
    (BINANCE_FUTURES, binance(1, "System is under maintenance."), 503, U),
    (BINANCE_SPOT, binance(-1013, "x"), 200, U),  # a code behind 200 is no order
]


@pytest.mark.parametrize("venue", [BINANCE_SPOT, BINANCE_FUTURES])
async def test_binance_through_ccxt(venue: str) -> None:
    cases = [case for case in SAID if case[0] == venue]
    told = await verdicts(venue, [Said(body, status) for _, body, status, _ in cases])
    assert told == [expected for *_, expected in cases]


@pytest.mark.parametrize("venue", PLACE)
async def test_a_refused_connection_never_left(venue: str) -> None:
    async with serving(Stub()) as stub:
        closed = stub.url
    exchange = connected(venue, Addresses(closed), Keys("key", "secret"))
    reply = await called(exchange, PLACE[venue])
    await exchange.close()
    told = judged(reply, CODES[venue], NAME)
    assert (told.verdict, told.code) == (Verdict.NEVER_LEFT, "not_connected")


@pytest.mark.parametrize("venue", PLACE)
async def test_silence_is_unknown(venue: str) -> None:
    async with asking(venue, Said(fault="silent"), patience=0.2) as (stub, exchange):
        reply = await called(exchange, PLACE[venue])
        assert stub.times(PATHS[venue]) == 1
    assert judged(reply, CODES[venue], NAME).verdict is U


async def test_answers_of_requests_at_the_same_time_are_not_mixed_up() -> None:
    async with serving(Stub()) as stub:
        stub.answers["POST /v1/orders"] = lambda asked: Said(
            TAKEN[UPBIT] | {"identifier": asked.params["identifier"]}
        )
        exchange = connected(UPBIT, Addresses(stub.url), Keys("key", "secret"))
        exchange.enableRateLimit = False
        exchange.timeout_on_exit = 0
        names = [f"k7UE-{number}" for number in range(20)]
        replies = await asyncio.gather(
            *(called(exchange, Call("privatePostOrders", {"identifier": name})) for name in names)
        )
        await exchange.close()
    assert [reply.body["identifier"] for reply in replies] == names


def test_a_request_that_found_no_room_never_left() -> None:
    reply = Reply(failure=VenueUnavailable("busy"))
    told = judged(reply, CODES[UPBIT], NAME)
    assert (told.verdict, told.text) == (Verdict.NEVER_LEFT, "throttled busy")
    assert not never_left(TimeoutError())


@pytest.mark.parametrize("text", ["NaN", '{"a": NaN}', "[Infinity]", "[" * 100_000, "{"])
def test_what_is_no_json_is_none(text: str) -> None:
    assert parsed(text) is None
