"""What every loopback exchange does alike: log, budgets, faults, streams."""

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.exchanges.core.budgets import Budgets, Limit
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.server import Server, served, serving
from tests.exchanges.core.toys import toy

CUT = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with served(toy()) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session:
        yield session


async def _buy(server: Server, client: aiohttp.ClientSession) -> tuple[int, str]:
    async with client.post(f"{server.url}/buy", json={"quantity": "1"}) as answer:
        return answer.status, await answer.text()


async def test_a_request_is_answered_and_logged(
    server: Server, client: aiohttp.ClientSession
) -> None:
    assert await _buy(server, client) == (200, '{"filled":"1"}')
    async with client.get(f"{server.url}/nowhere?x=1") as lost:
        assert lost.status == 404
    first, second = server.log
    assert (first.method, first.path, first.fields) == ("POST", "/buy", {"quantity": "1"})
    assert (first.status, first.verdict) == (200, "answered")
    assert (second.fields["x"], server.asked("GET", "/nowhere")) == ("1", [second])


@pytest.mark.parametrize(
    ("trouble", "done"),
    [(Trouble.LOST_BEFORE, 0), (Trouble.LOST_AFTER, 1), (Trouble.TRUNCATED, 1)],
)
async def test_a_connection_is_cut(
    server: Server, client: aiohttp.ClientSession, trouble: Trouble, done: int
) -> None:
    fault = server.fault(trouble, "POST", "/buy", nth=2)
    assert (await _buy(server, client))[0] == 200
    with pytest.raises(CUT):
        await _buy(server, client)
    assert (await _buy(server, client))[0] == 200
    assert (fault.fired, fault.met, len(server.truth.orders)) == (1, 3, 2 + done)
    assert server.log[1].verdict == trouble.value


@pytest.mark.parametrize(
    ("trouble", "status", "text", "done"),
    [
        (Trouble.BROKEN_JSON, 200, '{"fille', 1),
        (Trouble.HTML, 200, "<html>", 1),
        (Trouble.EMPTY, 200, "", 1),
        (Trouble.ERROR_JSON, 502, '{"error":"error, JSON"}', 0),
        (Trouble.ERROR_HTML, 502, "<html>", 0),
        (Trouble.LIMITED, 429, '{"error":"limited"}', 0),
        (Trouble.BANNED, 418, '{"error":"banned"}', 0),
        (Trouble.MAINTENANCE, 503, '{"error":"maintenance"}', 0),
        (Trouble.ARRIVES_LATE, 200, '{"filled":"1"}', 1),
        (Trouble.ANSWERS_LATE, 200, '{"filled":"1"}', 1),
    ],
)
async def test_an_answer_is_spoilt(
    server: Server, client: aiohttp.ClientSession, trouble: Trouble, status: int, text: str,
    done: int,
) -> None:  # fmt: skip
    fault = server.fault(trouble, "POST", "/b.*", status=502, seconds=0.01)
    found = await _buy(server, client)
    assert (found[0], found[1][: max(1, len(text))]) == (status, text)
    assert (fault.fired, len(server.truth.orders)) == (1, done)
    assert server.plan.unfired() == []


@pytest.mark.parametrize("trouble", [Trouble.ARRIVES_LATE, Trouble.ANSWERS_LATE, Trouble.HANG])
async def test_nobody_waits_for_ever(
    server: Server, client: aiohttp.ClientSession, trouble: Trouble
) -> None:
    server.fault(trouble, "POST", "/buy", seconds=0.15)
    with pytest.raises(asyncio.TimeoutError):
        async with asyncio.timeout(0.05):
            await _buy(server, client)
    assert len(server.truth.orders) == (trouble is Trouble.ANSWERS_LATE)
    await asyncio.sleep(0.2)
    assert len(server.truth.orders) == (trouble is not Trouble.HANG)  # the client left, it arrived


async def test_an_error_may_hide_that_it_was_done(
    server: Server, client: aiohttp.ClientSession
) -> None:
    server.fault(Trouble.ERROR_JSON, "POST", "/buy", processed=True, times=0)
    assert [(await _buy(server, client))[0] for _ in range(3)] == [500, 500, 500]
    assert len(server.truth.orders) == 3


def test_who_goes_on_after_a_refusal_is_banned() -> None:
    budgets = Budgets({"all": Limit(2, 1_000)}, patience=2, ban=5_000)
    assert [budgets.spend({"all": 1}, n) for n in range(6)] == [
        "", "", "limited", "limited", "banned", "banned",
    ]  # fmt: skip
    assert (budgets.refused["all"], budgets.bans, budgets.highest["all"]) == (3, 1, 2)
    assert (budgets.retry_after({"all": 1}, 5), budgets.used("all", 999)) == (5, 2)
    assert budgets.spend({"all": 1}, 5_005) == ""


def test_aligned_windows_begin_anew() -> None:
    rolling, aligned = Budgets({"a": Limit(1, 100)}), Budgets({"a": Limit(1, 100, aligned=True)})
    assert [rolling.spend({"a": 1}, at) for at in (190, 210)] == ["", "limited"]
    assert [aligned.spend({"a": 1}, at) for at in (190, 210)] == ["", ""]
    assert aligned.left("a", 310) == 1


async def test_over_the_limit_gets_the_exchanges_own_words(client: aiohttp.ClientSession) -> None:
    async with served(toy(limit=1)) as server:
        statuses = [(await _buy(server, client))[0] for _ in range(5)]
    assert statuses == [200, 429, 429, 429, 418]
    assert [a.verdict for a in server.log[1:]] == ["limited"] * 3 + ["banned"]


async def test_a_stream_hears_what_it_asked_for(
    server: Server, client: aiohttp.ClientSession
) -> None:
    async with client.ws_connect(f"{server.url}/stream") as stream:
        await stream.send_str("a")
        assert await stream.receive_json(timeout=2) == {"heard": "a"}
        assert (server.hub.push("b", 1), server.hub.push("a", {"n": 1})) == (0, 1)
        assert await stream.receive_json(timeout=2) == {"n": 1}
        server.hub.twice = True
        server.hub.push("a", {"n": 2})
        assert [await stream.receive_json(timeout=2) for _ in range(2)] == [{"n": 2}] * 2
        server.hub.cut()
        ended = await stream.receive(timeout=2)
        assert ended.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    assert (server.hub.opened, server.hub.cuts) == (1, 1)


async def test_a_silent_stream_stays_open_and_answers_pings(
    server: Server, client: aiohttp.ClientSession
) -> None:
    async with client.ws_connect(f"{server.url}/stream", autoping=False) as stream:
        await stream.send_str("a")
        await stream.receive(timeout=2)
        server.hub.silent = True
        assert server.hub.push("a", {"n": 1}) == 0
        await stream.ping()
        assert (await stream.receive(timeout=2)).type is aiohttp.WSMsgType.PONG
        assert server.hub.connections[0].dropped == 1


async def test_a_topic_is_muted_while_the_rest_flows(
    server: Server, client: aiohttp.ClientSession
) -> None:
    async with client.ws_connect(f"{server.url}/stream") as stream:
        for topic in ("a", "b"):
            await stream.send_str(topic)
            await stream.receive(timeout=2)
        server.hub.muted.add("a")
        assert (server.hub.push("a", 1), server.hub.push("b", 2)) == (0, 1)
        assert await stream.receive_json(timeout=2) == 2
        assert server.hub.kept_back == 1


async def test_after_an_outage_it_is_where_it_was(client: aiohttp.ClientSession) -> None:
    server = toy()
    async with served(server):
        assert (await _buy(server, client))[0] == 200
    with pytest.raises(aiohttp.ClientConnectionError):
        await _buy(server, client)
    async with served(server):
        assert (await _buy(server, client))[0] == 200
    assert len(server.truth.orders) == 2


@pytest.mark.parametrize(
    ("query", "refuses", "status"), [("?token=0", 0, 401), ("", 503, 503), ("", 429, 429)]
)
async def test_a_stream_is_refused(
    server: Server, client: aiohttp.ClientSession, query: str, refuses: int, status: int
) -> None:
    server.hub.refuses = refuses
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect(f"{server.url}/stream{query}")
    assert (refused.value.status, server.hub.opened) == (status, 0)


@pytest.mark.parametrize(
    ("trouble", "status"), [(Trouble.MAINTENANCE, 503), (Trouble.LIMITED, 429), (Trouble.HTML, 200)]
)
async def test_a_handshake_goes_wrong(
    server: Server, client: aiohttp.ClientSession, trouble: Trouble, status: int
) -> None:
    fault = server.fault(trouble, "GET", "/stream")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect(f"{server.url}/stream")
    assert (refused.value.status, fault.fired) == (status, 1)
    async with client.ws_connect(f"{server.url}/stream"):
        assert server.hub.opened == 1


async def test_a_handshake_hangs(server: Server, client: aiohttp.ClientSession) -> None:
    server.fault(Trouble.HANG, "GET", "/stream")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.ws_connect(f"{server.url}/stream"), 0.05)
    assert server.hub.opened == 0


def test_a_synchronous_test_has_a_server_in_a_thread() -> None:
    with serving(toy()) as server:
        with urllib.request.urlopen(f"{server.url}/count", timeout=5) as answer:  # noqa: S310
            assert json.load(answer) == {"orders": 0}
        server.fault(Trouble.ERROR_HTML, "GET", "/count", status=503)
        with pytest.raises(urllib.error.HTTPError) as failed:
            urllib.request.urlopen(f"{server.url}/count", timeout=5)  # noqa: S310
        failed.value.close()
    assert [a.status for a in server.log] == [200, 503]


def test_the_exchange_has_a_beat_of_its_own() -> None:
    server, beats = toy(), threading.Event()
    server.beat, server.pace = beats.set, 0.005
    with serving(server):
        assert beats.wait(5)
