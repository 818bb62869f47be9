"""The loop: written down before it is sent; what could not be written down is not sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

from tests.engine.bench import BUY, Bench
from trader.domain import events as ev
from trader.domain.dust import Conversion
from trader.domain.errors import JournalBroken
from trader.domain.order import Order, Status
from trader.domain.outcome import Outcome, Question
from trader.engine.engine import Habits
from trader.engine.loop import run


class Diary:
    """A journal and venues in one: remembers in which order things happened."""

    def __init__(self, full_from: int = 10**9, full_to: int = 10**9) -> None:
        self.lines: list[str] = []
        self._span = range(full_from, full_to)
        self._events = 0

    def record(self, event: ev.Event, outcome: Outcome) -> None:
        self._events += 1
        if self._events in self._span:
            raise JournalBroken("disk full")
        self.lines += [f"write {order.id}" for order in outcome.submit]
        self.lines.append(type(event).__name__)

    def submit(self, order: Order) -> None:
        self.lines.append(f"send {order.id}")

    def cancel(self, order_id: str) -> None:
        self.lines.append(f"cancel {order_id}")

    def ask(self, question: Question) -> None:
        self.lines.append(f"ask {question.about}")

    def convert(self, conversion: Conversion) -> None:
        self.lines.append(f"convert {conversion.asked_at}")


async def told(*events: ev.Event) -> AsyncIterator[ev.Event]:
    """These events."""
    for event in events:
        yield event


def wanting(bench: Bench) -> tuple[ev.Event, ...]:
    """Somebody wants in."""
    bench.signals.says[bench.key] = BUY
    return ev.PriceSeen(bench.key, 100.0, bench.now), ev.PricesSettled(bench.now)


async def test_an_order_is_written_down_before_it_is_sent() -> None:
    bench, diary = Bench(), Diary()
    await run(bench.engine, told(*wanting(bench)), diary, diary)
    assert diary.lines[-3:] == ["write aaUE-1", "PricesSettled", "send aaUE-1"]


async def test_cancellations_and_questions_are_sent_too() -> None:
    bench, diary = Bench(can={"report_every": 10_000}), Diary()
    (order,) = bench.ask_entry().submit
    opened = ev.OrderOpened(order.id, "v", bench.now)
    later = ev.TimePassed(bench.now + 30_000)
    await run(bench.engine, told(opened, later), diary, diary)
    assert f"cancel {order.id}" in diary.lines
    assert "ask report" in diary.lines


async def test_when_the_journal_is_broken_nothing_is_sent_and_entries_stop() -> None:
    bench, diary = Bench(), Diary(full_from=2, full_to=3)
    await run(bench.engine, told(*wanting(bench)), diary, diary)
    assert not [line for line in diary.lines if line.startswith("send")]
    assert "journal" in bench.halts()
    assert bench.symbol().idle
    assert [order.status for order in bench.venue.ended.values()] == [Status.REJECTED]


def dusty() -> tuple[Bench, ev.VenueReported]:
    """A venue with dust that may be converted, and the report that makes it due."""
    abilities = {"dust_coin": "BNB", "protection": "none"}
    bench = Bench("binance_spot", Habits(convert_dust=True), can=abilities)
    few, money = Decimal("0.0004"), Decimal(10_000)
    bench.venue.dust[bench.key] = few
    held = (ev.Holding(bench.key, few, few),)
    at = bench.now
    return bench, ev.VenueReported("binance_spot", (), (), held, money, money, (), at)


async def test_a_conversion_is_written_down_before_it_is_sent() -> None:
    (bench, report), diary = dusty(), Diary()
    await run(bench.engine, told(report), diary, diary)
    assert diary.lines == ["VenueReported", f"convert {bench.now}"]


async def test_a_conversion_that_could_not_be_written_never_was() -> None:
    (bench, report), diary = dusty(), Diary(full_from=1, full_to=2)
    await run(bench.engine, told(report), diary, diary)
    assert [line for line in diary.lines if line.startswith("convert")] == []
    assert bench.venue.conversion is None
    assert bench.venue.dust


async def test_an_exit_that_could_not_be_written_is_tried_again() -> None:
    bench, diary = Bench(), Diary(full_from=1, full_to=4)
    bench.hold()
    falling = ev.PriceSeen(bench.key, 94.0, bench.now)
    await run(bench.engine, told(falling), diary, diary)
    assert not [line for line in diary.lines if line.startswith("send")]
    later = ev.TimePassed(bench.now + 6_000)
    healed = ev.JournalFailed(False, "", bench.now + 6_000)
    await run(bench.engine, told(later, later, healed), diary, diary)
    assert [line for line in diary.lines if line.startswith("send")]
    assert "journal" not in bench.halts()


async def test_a_cancellation_that_could_not_be_written_is_repeated() -> None:
    bench, diary = Bench(), Diary(full_from=1, full_to=2)
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    await run(bench.engine, told(ev.TimePassed(bench.now + 30_000)), diary, diary)
    assert f"cancel {order.id}" not in diary.lines
    assert bench.order(order).status is Status.UNKNOWN  # to be asked for
    await run(bench.engine, told(ev.TimePassed(bench.now + 31_000)), diary, diary)
    assert "ask order" in diary.lines
