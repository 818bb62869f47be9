"""What hints make the adapter ask, without any exchange: how often, how long, and never in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from trader.domain.errors import VenueUnavailable
from trader.domain.events import Event, OrderEnded, OrderFilled, OrderRejected
from trader.domain.order import Fill, Side, Status
from trader.domain.outcome import Question
from trader.venues.real.desks.ports import Own
from trader.venues.real.following import APART, PAUSES, PLACING, SETTLE, Follower
from trader.venues.real.line import Ears
from trader.venues.real.reading.fields import Strange
from trader.venues.real.reading.streams import READERS, AccountHint, OrderHint, StreamOver
from trader.venues.real.witness import GRACE, Wanted, Witness

KEY = "upbit:BTC/KRW"


class Desk:
    """A venue that answers as it is told: each look takes the next of `answers`."""

    def __init__(self) -> None:
        self.placing: set[str] = set()
        self.answers: Iterator[list[Event] | Exception] = iter(())
        self.looks: list[str] = []
        self.reports = 0
        self.told: list[Event] = []
        self.notices: list[str] = []
        self.slept: list[float] = []
        self.at = 1_000_000
        self.witness = Witness(self.told.append, lambda: self.at)
        ears = Ears(
            self.witness.put,
            lambda: self.at,
            self.sleep,
            lambda *said: self.notices.append(said[0]),
        )
        self.follower = Follower(self, Own("upbit", "k7", (KEY,)), self.witness, ears)

    async def sleep(self, seconds: float) -> None:
        """No time is lost."""
        self.slept.append(seconds)
        self.at += round(seconds * 1_000)
        await asyncio.sleep(0)

    async def look(self, order_id: str) -> bool:
        """The next answer."""
        self.looks.append(order_id)
        answer = next(self.answers, [])
        if isinstance(answer, Exception):
            raise answer
        for event in answer:
            self.witness.put(event)
        return bool(answer)

    def ask(self, question: Question) -> None:
        """Only reports are asked for."""
        assert question.about == "report"
        self.reports += 1

    async def over(self) -> None:
        """Until nothing is under way."""
        for _ in range(100):
            await asyncio.sleep(0)


@pytest.fixture
def desk() -> Desk:
    """One that has heard nothing yet."""
    return Desk()


def fill(name: str, at: int = 0) -> OrderFilled:
    """Of the order k7UE-1."""
    one = Decimal(1)
    return OrderFilled(Fill(name, "k7UE-1", KEY, Side.BUY, one, one, Decimal(0), at))


def hint(fill_id: str = "", *, over: bool = False) -> OrderHint:
    """Of the order k7UE-1."""
    return OrderHint("k7UE-1", "u", fill_id, over)


async def test_several_hints_make_one_look(desk: Desk) -> None:
    desk.answers = iter([[fill("a"), fill("b"), OrderEnded("k7UE-1", Status.FILLED, "", 0)]])
    for one in (hint(), hint("a"), hint("b"), hint(over=True)):
        desk.follower.heard(one)
    await desk.over()
    assert desk.looks == ["k7UE-1"]


async def test_a_look_that_tells_too_little_is_repeated_ever_more_slowly(desk: Desk) -> None:
    no: list[list[Event] | Exception] = [[], VenueUnavailable("no"), KeyError("bug"), [fill("a")]]
    desk.answers = iter(no)
    desk.follower.heard(hint("a"))
    await desk.over()
    assert len(desk.looks) == 4
    assert desk.slept == list(PAUSES[:4])
    assert desk.notices == ["unanswered"]  # of the bug; a failed look is nothing to tell


async def test_a_hint_that_never_comes_true_is_given_up(desk: Desk) -> None:
    desk.follower.heard(hint("never"))
    await desk.over()
    assert len(desk.looks) == len(PAUSES)
    desk.follower.heard(hint("never"))  # and may be hinted at again
    await desk.over()
    assert len(desk.looks) == 2 * len(PAUSES)


async def test_an_order_that_is_being_placed_is_told_by_its_answer(desk: Desk) -> None:
    desk.placing.add("k7UE-1")
    desk.follower.heard(hint("a", over=True))
    desk.witness.put(fill("a"))
    desk.witness.put(OrderRejected("k7UE-1", "", "", 0))
    await desk.over()
    assert desk.looks == []
    assert desk.slept[0] == PLACING


async def test_orders_of_others_make_reports_that_keep_apart(desk: Desk) -> None:
    for _ in range(9):
        desk.follower.heard(OrderHint("", "x"))
    while not desk.reports:  # noqa: ASYNC110 - the follower knows no events of ours
        await asyncio.sleep(0)
    for _ in range(9):  # while the first is made
        desk.follower.heard(OrderHint("", "x"))
    await desk.over()
    assert desk.reports == 2
    assert desk.slept == [SETTLE, APART, APART]


async def test_balances_that_an_order_explains_make_none(desk: Desk) -> None:
    desk.follower.heard(AccountHint(sure=False))
    desk.follower.heard(hint())
    await desk.over()
    assert desk.reports == 0
    desk.at += 10_000
    desk.follower.heard(AccountHint(sure=False))
    await desk.over()
    assert desk.reports == 1


async def test_children_are_known_by_the_number_that_the_parent_told(desk: Desk) -> None:
    for number in range(1_001):
        desk.follower.heard(OrderHint("k7FS-1", child=f"BTCUSDT:{number}"))
    desk.follower.heard(OrderHint("autonamed", "BTCUSDT:1000", "f"))
    desk.follower.heard(OrderHint("autonamed", "BTCUSDT:0", "g"))  # forgotten long ago
    await desk.over()
    assert set(desk.looks) == {"k7FS-1"}
    assert desk.reports == 1
    await desk.follower.close()


def test_silence_about_two_fills_is_noticed_once(desk: Desk) -> None:
    noticed: list[int] = []
    desk.witness.silent = lambda: noticed.append(desk.at)
    desk.witness.put(fill("before", desk.at))
    desk.witness.listening(connected=True)
    desk.at += 2_000
    desk.witness.put(fill("gap", desk.at - 5_000))  # older than the connection
    for name in ("a", "b", "c"):
        desk.witness.put(fill(name, desk.at))
    desk.witness.mention("c")
    desk.at += GRACE
    assert noticed == []
    desk.witness.put(fill("a", desk.at))  # anything makes it look at its clock
    assert noticed == [desk.at]
    desk.witness.put(fill("a", desk.at))
    assert noticed == [desk.at]


def test_one_fill_that_was_missed_is_forgiven_when_others_are_mentioned(desk: Desk) -> None:
    desk.witness.silent = lambda: pytest.fail("it is not silent")
    desk.witness.listening(connected=True)
    for number in range(10):
        desk.at += 2_000
        desk.witness.put(fill(f"missed {number}", desk.at))
        desk.at += GRACE
        desk.witness.put(fill("", 0))
        desk.witness.mention(f"heard {number}")


def test_what_was_told_long_ago_is_forgotten(desk: Desk) -> None:
    for number in range(5_001):
        desk.witness.put(fill(str(number)))
    assert desk.witness.met("", Wanted({"5000"}))
    assert not desk.witness.met("", Wanted({"0"}))


@pytest.mark.parametrize(
    ("venue", "message", "heard"),
    [
        ("binance_futures", {"e": "ALGO_UPDATE", "o": {"caid": "k7FS-1", "X": "FINISHED", "s": "S",
         "ai": "7"}}, OrderHint("k7FS-1", over=True, child="S:7")),
        ("binance_futures", {"e": "TRADE_LITE", "s": "S", "c": "k7FE-1", "i": 5, "t": 9},
         OrderHint("k7FE-1", "S:5", "S:9")),
        ("binance_futures", {"e": "MARGIN_CALL"}, AccountHint()),
        ("binance_futures", {"e": "ACCOUNT_CONFIG_UPDATE"}, None),
        ("binance_spot", {"event": {"e": "executionReport", "s": "S", "c": "x", "C": "k7BO-1a",
         "g": 3, "X": "CANCELED", "i": 5, "t": -1}}, OrderHint("k7BO-1", "S:5")),
        ("binance_spot", {"event": {"e": "executionReport", "s": "S", "c": "k7BE-1a", "C": "",
         "g": -1, "X": "FILLED", "i": 5, "t": 9}}, OrderHint("k7BE-1a", "S:5", "S:9", over=True)),
        ("upbit", {"type": "myOrder", "state": "wait", "uuid": "u", "identifier": None},
         OrderHint("", "u")),
        ("upbit", {"status": "UP"}, None),
    ],
)  # fmt: skip
def test_messages_become_hints(venue: str, message: Any, heard: Any) -> None:
    assert READERS[venue](message) == heard


@pytest.mark.parametrize(
    ("venue", "message", "error"),
    [
        ("binance_futures", {"e": "listenKeyExpired"}, StreamOver),
        ("binance_spot", {"event": {"e": "eventStreamTerminated"}}, StreamOver),
        ("upbit", {"error": {"name": "WRONG_FORMAT"}}, StreamOver),
        ("upbit", {"type": "myOrder", "state": "trade", "uuid": "u"}, Strange),
        ("upbit", None, Strange),
        ("binance_spot", {"event": 5}, Strange),
        ("binance_futures", {"e": "ORDER_TRADE_UPDATE"}, Strange),
    ],
)
def test_what_ends_a_stream_and_what_is_garbage(venue: str, message: Any, error: Any) -> None:
    with pytest.raises(error):
        READERS[venue](message)
