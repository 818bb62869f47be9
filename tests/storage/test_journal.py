"""What the journal promises, on SQLite and on PostgreSQL alike."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from math import nan
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from tests.storage.samples import KEY, TICK, any_of, book, fill, order, position, trade
from trader.domain.commands import CommandAnswer, Pause
from trader.domain.errors import AlreadyRunning
from trader.domain.events import Commanded, OrderOpened
from trader.domain.order import Order, Status
from trader.domain.outcome import NOTHING, Intent, Notice, Outcome
from trader.domain.position import Position
from trader.domain.signal import Action, Decision, Reason
from trader.storage.database import open_database
from trader.storage.history import EquityPoint, SettingChange
from trader.storage.journal import SqlJournal

ENTRY = Outcome(
    submit=[order()],
    orders=[order(), order(status=Status.FILLED, at=2)],
    intents=[Intent("aaE-1", (("price_age", 0.2, 5.0),))],
    fills=[fill()],
    positions=[position()],
    books=[book()],
)


Restart = Callable[[], SqlJournal]


def answer(result: str, message: str = "", command_id: str = "c1") -> CommandAnswer:
    return CommandAnswer(command_id, "pause", result, message, 1700.5)


# ---------------------------------------------------------------- books


def test_a_restart_finds_the_books_as_they_were(journal: SqlJournal, open_again: Restart) -> None:
    journal.record(TICK, ENTRY)
    restored = open_again().restore()
    assert restored.books == {"upbit": book()}
    assert repr(restored.positions) == repr((position(),))
    assert [o.status for o in restored.orders] == [Status.FILLED]
    assert restored.fill_ids == ("upbit:f1",)


def test_recording_twice_changes_nothing(journal: SqlJournal) -> None:
    journal.record(TICK, ENTRY)
    once = repr(journal.restore())
    journal.record(TICK, ENTRY)
    assert repr(journal.restore()) == once
    assert journal.history.fills("aaE-1") == (fill(),)


def test_of_a_repeated_fill_the_first_stays(journal: SqlJournal) -> None:
    journal.record(TICK, Outcome(fills=[fill()]))
    journal.record(TICK, Outcome(fills=[replace(fill(), quantity=Decimal(99))]))
    assert journal.history.fills("aaE-1") == (fill(),)


def test_fills_of_two_venues_may_have_the_same_id(journal: SqlJournal) -> None:
    other = replace(fill(), key="binance_spot:BTC/USDT")
    journal.record(TICK, Outcome(fills=[fill(), other]))
    assert len(journal.history.fills("aaE-1")) == 2


def test_a_position_of_quantity_zero_is_gone(journal: SqlJournal) -> None:
    journal.record(TICK, ENTRY)
    journal.record(TICK, Outcome(positions=[position("0")], trades=[trade()]))
    restored = journal.restore()
    assert restored.positions == ()
    assert restored.trades == (trade(),)


def test_live_orders_are_all_restored_and_ended_ones_the_newest(journal: SqlJournal) -> None:
    ended = [order(f"e{i}", Status.CANCELED, at=i) for i in range(1, 5)]
    live = [order("u", Status.UNKNOWN), order("o", Status.OPEN, at=2)]
    journal.record(TICK, Outcome(orders=ended + live))
    assert [o.id for o in journal.restore(ended_orders=2).orders] == ["e3", "e4", "u", "o"]


def test_an_outcome_is_written_wholly_or_not_at_all(journal: SqlJournal) -> None:
    unwritable = replace(position(), opened_at=2**80)  # no database holds such a time
    with pytest.raises(Exception, match=r"(?i)too large|out of range|cannot be used"):
        journal.record(TICK, Outcome(fills=[fill()], positions=[unwritable]))
    assert journal.restore().fill_ids == ()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(written=any_of(Order), held=any_of(Position))
def test_any_order_and_position_come_back_exactly(
    journal: SqlJournal, written: Order, held: Position
) -> None:
    held = replace(held, quantity=held.quantity or Decimal(1))
    journal.record(TICK, Outcome(orders=[written], positions=[held]))
    restored = journal.restore(ended_orders=10_000)
    assert repr(written) in map(repr, restored.orders)
    assert repr(held) in map(repr, restored.positions)


def test_trades_of_a_venue_are_the_newest_oldest_first(journal: SqlJournal) -> None:
    mine = [trade(f"t{i}", closed_at=i) for i in range(5)]
    journal.record(TICK, Outcome(trades=[*mine, trade("x", "binance_spot:BTC/USDT", 9)]))
    assert [t.id for t in journal.history.trades("upbit", newest=2)] == ["t3", "t4"]
    assert len(journal.history.trades()) == 6


# ---------------------------------------------------------------- commands


def test_a_command_is_taken_once(journal: SqlJournal, open_again: Restart) -> None:
    assert journal.take_command("c1", "set_preset", {"preset": "day"}, "panel", 1.0)
    again = open_again()
    assert not again.take_command("c1", "set_preset", {"preset": "day"}, "panel", 2.0)
    assert [(c.id, c.args) for c in again.history.unfinished_commands()] == [
        ("c1", {"preset": "day"})
    ]


def test_a_commanded_event_is_committed_with_its_effects(journal: SqlJournal) -> None:
    event = Commanded("c1", "pause", Pause("upbit"), "panel", 1, 1700.0)
    journal.record(event, Outcome(books=[book()], answers=[answer("done", "paused")]))
    assert not journal.take_command("c1", "pause", {}, "panel", 1.0)
    assert journal.history.answers() == (answer("done", "paused"),)
    assert journal.history.knows_command("c1")


def test_a_command_without_effect_is_remembered_too(journal: SqlJournal) -> None:
    journal.record(Commanded("c1", "pause", Pause(), "panel", 1, 1700.0), NOTHING)
    assert journal.history.knows_command("c1")
    assert not journal.history.knows_command("c2")


@pytest.mark.parametrize(
    ("answers", "stays"),
    [
        (("accepted", "done"), "done"),
        (("done", "refused"), "done"),
        (("failed", "accepted"), "failed"),
        (("accepted", "accepted"), "accepted"),
    ],
)
def test_a_final_answer_is_the_only_one(
    journal: SqlJournal, answers: tuple[str, ...], stays: str
) -> None:
    journal.take_command("c1", "train", {}, "panel", 1.0)
    for result in answers:
        journal.answer_command(answer(result))
    assert [a.result for a in journal.history.answers()] == [stays]


def test_a_refused_command_is_shown_once_and_never_replaces_another(journal: SqlJournal) -> None:
    assert journal.refuse_command(answer("refused", "expired: too old"), "panel")
    assert not journal.refuse_command(answer("refused", "duplicate: again"))
    journal.take_command("c2", "train", {}, "panel", 1.0)
    assert not journal.refuse_command(answer("refused", "bad_arguments: ?", "c2"))
    assert [a.message for a in journal.history.answers()] == ["expired: too old"]


# ---------------------------------------------------------------- the rest of the record


def test_a_decision_is_written_only_when_it_says_something_else(journal: SqlJournal) -> None:
    def decided(code: str, measured: str) -> Outcome:
        reason = (Reason(code, measured),)
        return Outcome(decisions=[Decision(KEY, Action.HOLD, None, reason, 1, "breakout")])

    journal.record(TICK, decided("weak_trend", "adx=11"))
    journal.record(TICK, decided("weak_trend", "adx=12"))
    journal.record(TICK, decided("below_ema50", "close=1"))
    assert [s.reasons for s in journal.history.signals()] == [
        ("weak_trend adx=11",),
        ("below_ema50 close=1",),
    ]


def test_changes_notices_and_equity_are_kept(journal: SqlJournal) -> None:
    change = SettingChange(5, "file", "K_VALUE", "0.5", "0.45")
    notice = Notice("error", "journal", "text with \0 in it", 6)
    journal.settings_changed([change])
    journal.settings_changed([])
    journal.record(TICK, Outcome(notices=[notice]))
    journal.equity_point(7, "upbit", 10.25, nan)
    journal.equity_point(7, "upbit", 10.5, 3.0)
    assert journal.history.settings() == (change,)
    assert journal.history.notices() == (notice._replace(text="text with � in it"),)
    assert journal.history.equity("upbit") == (EquityPoint(7, 10.5, 3.0),)


def test_sqlite_keeps_what_it_confirmed_over_a_power_cut(tmp_path: Path) -> None:
    database = open_database(tmp_path / "trader.db")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    database.close()


def test_only_what_the_exchange_tells_again_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    database = open_database(tmp_path / "trader.db")
    kept = SqlJournal(database, "here")
    told = OrderOpened("o1", "v1", 1)
    notice = Notice("info", "n", "text", 1)
    answer = CommandAnswer("c1", "buy", "done", "text", 1.0)

    def synchronous() -> int:
        with database.engine.connect() as connection:
            return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    cases = (
        (told, Outcome(notices=[notice]), 1),  # NORMAL
        (TICK, Outcome(notices=[notice]), 2),  # FULL
        (told, Outcome(notices=[notice], cancel=["o2"]), 2),
        (told, Outcome(notices=[notice], answers=[answer]), 2),
        (told, Outcome(notices=[notice]), 1),
    )
    for event, outcome, expected in cases:
        kept.record(event, outcome)
        assert synchronous() == expected
    kept.equity_point(7, "upbit", 10.5, 3.0)
    assert synchronous() == 2
    assert len(kept.history.notices()) == 5
    kept.close()


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    database = open_database(tmp_path / "trader.db")
    quiet = SqlJournal(database, "here")
    with_decision = Outcome(decisions=[Decision(KEY, Action.HOLD, None, (), 1)])
    quiet.record(TICK, with_decision)
    begun: list[object] = []
    sa.event.listen(database.engine, "begin", begun.append)
    for outcome in (NOTHING, Outcome(), with_decision):
        quiet.record(TICK, outcome)
    assert begun == []
    quiet.close()


def test_the_namespace_is_drawn_once(journal: SqlJournal, open_again: Restart) -> None:
    first = journal.namespace
    again = open_again()
    assert len(first) == 2
    assert again.namespace == again.restore().namespace == first


def test_two_bots_on_one_server_database(postgres_url: str) -> None:
    first = SqlJournal.open(postgres_url)
    with pytest.raises(AlreadyRunning, match="another bot"):
        SqlJournal.open(postgres_url)
    first.close()
    SqlJournal.open(postgres_url).close()
