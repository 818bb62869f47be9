"""Private streams that are cut, silent, doubled, out of order or broken: trading goes on."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.hub import Connection
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.venues.real.listening import VENUES, Listener, listening
from trader.venues.real import wires
from trader.venues.real.witness import GRACE

GARBAGE: list[str | bytes] = [
    '{"e": "executionReport', '{"e": NaN}', "[]", "null", "17", '"PONG"', "", b"\xff\xfe{",
    '{"e": 5}', '{"e": "executionReport"}', '{"e": "ORDER_TRADE_UPDATE", "o": 3}',
    '{"type": "myOrder"}', '{"type": "myOrder", "state": "trade", "uuid": "x"}',
    '{"event": []}', '{"id": {"a": 1}}', "[" * 100_000,
]  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Errors that nobody took are printed by Python, tokens and listen keys and all."""
    yield
    gc.collect(1)
    records = [*caplog.get_records("call"), *caplog.records]
    assert [record.getMessage() for record in records if record.name == "asyncio"] == []


async def filled(heard: Listener) -> None:
    """One more order rests and is filled, as the stream tells."""
    heard.move(1.0)
    order = await heard.rest()
    heard.move(0.8)
    await heard.until(lambda: order.id in heard.ended)


@pytest.mark.parametrize("name", VENUES)
async def test_what_happens_while_the_stream_is_cut_is_in_the_report_that_follows(
    name: str,
) -> None:
    async with listening(name) as heard:
        order = await heard.rest()
        assert heard.server.hub.cut() > 0
        heard.move(0.8)
        await heard.until(lambda: heard.stream.connections == 2 and heard.reports > 0)
        assert sum(f.quantity for f in heard.fills.values()) == order.quantity
        assert heard.notices == ["stream_lost", "stream_back"]
        await filled(heard)


@pytest.mark.parametrize("name", VENUES)
async def test_a_stream_that_cannot_be_had_is_told_of_once(name: str) -> None:
    async with listening(name) as heard:
        hub = heard.server.hub
        hub.refuses = 503
        hub.cut()
        tries = [a for a in heard.server.log if a.verdict == "refused"]
        await heard.until(
            lambda: len([a for a in heard.server.log if a.verdict == "refused"]) > len(tries) + 2
        )
        await heard.report()
        assert heard.reports > 0
        assert heard.notices == ["stream_lost"]
        hub.refuses = 0
        await heard.until(lambda: heard.stream.connections == 2)
        assert heard.notices == ["stream_lost", "stream_back"]


@pytest.mark.parametrize("name", VENUES)
async def test_a_stream_that_keeps_silent_about_fills_is_connected_anew(name: str) -> None:
    async with listening(name, skew=-5_000) as heard:  # fills are younger than the connection
        heard.server.hub.silent = True
        for number in range(2):
            await heard.rest()
            heard.move(0.8)
            await heard.report()
            assert len(heard.fills) == number + 1
            heard.move(1.0)
            assert heard.stream.connections == 1
            heard.skew += GRACE
        await heard.report()
        heard.server.hub.silent = False
        await heard.until(lambda: heard.stream.connections == 2)
        heard.events.clear()
        await filled(heard)


@pytest.mark.parametrize("name", VENUES)
async def test_messages_that_come_twice(name: str) -> None:
    async with listening(name) as heard:
        heard.server.hub.twice = True
        order = await heard.rest()
        before = len(heard.server.log)
        heard.move(0.8)
        await heard.until(lambda: order.id in heard.ended)
        await asyncio.sleep(0.5)
        assert heard.quantity == order.quantity
        looks = [a for a in heard.server.log[before:] if a.method == "GET"]
        assert len(looks) <= 3  # an order, its trades; not once for each message


@pytest.mark.parametrize("name", VENUES)
async def test_messages_that_come_in_another_order(name: str) -> None:
    async with listening(name) as heard:
        order = await heard.rest()
        kept: list[tuple[Connection, Any]] = []
        hub: Any = heard.server.hub

        def keep(connection: Connection, message: object) -> bool:
            kept.append((connection, message))
            return True

        send, hub.send = hub.send, keep
        heard.move(0.8)
        assert len(kept) >= 2
        for sent in reversed(kept):
            send(*sent)
        await heard.until(lambda: order.id in heard.ended)
        assert heard.quantity == order.quantity
        assert heard.mentioned == set(heard.fills)


@pytest.mark.parametrize("name", VENUES)
async def test_garbage_is_counted_and_ignored(name: str) -> None:
    async with listening(name) as heard:
        for connection in heard.server.hub.connections:
            for message in GARBAGE:
                connection.queue(message)
        await heard.until(lambda: heard.stream.garbage >= 8)
        await filled(heard)
        assert heard.stream.connections == 1
        assert heard.notices == []


async def test_a_listen_key_that_expired() -> None:
    async with listening("binance_futures") as heard:
        words: Any = heard.server.words
        words.watch.user.expire()
        await heard.until(lambda: heard.stream.connections == 2)
        await filled(heard)


async def test_a_listen_key_that_expired_without_a_word() -> None:
    """The answer to its renewal is another one."""
    async with listening("binance_futures") as heard:
        words: Any = heard.server.words
        fault = heard.server.fault(Trouble.ERROR_JSON, "POST", "/fapi/v1/listenKey")
        words.watch.user.key = ""
        await heard.until(lambda: heard.stream.connections == 2)
        assert fault.fired == 1  # the first renewal got no answer, and was tried again
        await filled(heard)


async def test_a_listen_key_is_renewed_in_time() -> None:
    async with listening("binance_futures") as heard:
        before = heard.requests("/listenKey")
        await heard.until(lambda: heard.requests("/listenKey") >= before + 2)
        assert heard.stream.connections == 1


async def test_a_subscription_that_the_exchange_ends() -> None:
    async with listening("binance_spot") as heard:
        words: Any = heard.server.words
        words.user.terminate()
        await heard.until(lambda: heard.stream.connections == 2)
        await filled(heard)


async def test_each_connection_to_upbit_has_a_token_of_its_own() -> None:
    async with listening("upbit", connect=False) as heard:
        assert isinstance(heard.server, LoopbackUpbit)
        heard.server.upbit.gate.streams_once = True
        await heard.until(lambda: heard.stream.connections == 1)
        heard.server.hub.cut()
        await heard.until(lambda: heard.stream.connections == 2)


async def test_upbit_that_answers_no_ping_is_listened_to_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wires, "CONFIRMED_WITHIN", 0.05)
    async with listening("upbit", connect=False) as heard:
        hub: Any = heard.server.hub
        dropped: list[object] = []
        hub.reply, reply = lambda _, message: dropped.append(message), hub.reply
        await heard.confirmed()
        assert dropped == [{"status": "UP"}]
        hub.reply = reply
        await filled(heard)


async def test_an_error_on_upbits_stream_ends_the_connection() -> None:
    async with listening("upbit") as heard:
        for connection in heard.server.hub.connections:
            connection.queue('{"error": {"name": "WRONG_FORMAT", "message": "no"}}')
        await heard.until(lambda: heard.stream.connections == 2)


@pytest.mark.parametrize("name", VENUES)
async def test_keys_that_are_revoked_and_given_back(name: str) -> None:
    async with listening(name) as heard:
        words: Any = heard.server.words
        known: dict[str, Any] | list[Any] = words.keys if name == "upbit" else words.door.keys.keys
        kept = known.copy()
        known.clear()
        heard.server.hub.cut()
        await heard.until(lambda: "stream_lost" in heard.notices)
        await asyncio.sleep(0.5)
        assert heard.stream.connections == 1
        assert sorted(set(heard.notices)) == sorted(heard.notices)  # nothing is told twice
        restored: Any = known
        (restored.extend if name == "upbit" else restored.update)(kept)
        await heard.until(lambda: heard.stream.connections == 2)
        assert heard.notices[-1] == "stream_back"
        heard.skew += 2 * 60_000  # keys that were refused are not tried at once by reports
        await filled(heard)
