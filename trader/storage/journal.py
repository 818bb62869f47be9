"""The truth about what the bot did: every outcome is written here before anything is sent."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa

from trader.domain.commands import CommandAnswer
from trader.domain.errors import AlreadyRunning, JournalBroken
from trader.domain.events import Commanded, Event, OrderEnded, OrderFilled, OrderOpened
from trader.domain.outcome import NOTHING, Outcome
from trader.domain.signal import Decision
from trader.domain.time import Millis
from trader.engine.ports import Restored
from trader.storage.codec import clean
from trader.storage.database import Database, explained, open_database
from trader.storage.history import History, SettingChange
from trader.storage.optimisations import Optimisation
from trader.storage.optimisations import row_of as optimisation_row
from trader.storage.tables import COMMANDS, EQUITY, META, OPTIMISATIONS, SETTINGS_CHANGES
from trader.storage.writes import (
    How,
    Statement,
    Write,
    answer_row,
    command_row,
    command_write,
    signal_write,
    statement,
    writes_of,
)

_EPOCH = "epoch"
_NEWEST = sa.select(META.c.value).where(META.c.key == _EPOCH).with_for_update(read=True)
_TOLD_AGAIN = (OrderOpened, OrderFilled, OrderEnded)  # what a report of the exchange repeats
_LETTERS = string.ascii_lowercase + string.digits


class SqlJournal:
    """A journal in SQLite or PostgreSQL. Every method that writes raises `JournalBroken`.

    What could not be written (a full disk) is kept in memory and written first when writing works
    again, in order; rows have keys, so writing twice is harmless.
    """

    def __init__(self, database: Database, place: str) -> None:
        self._database = database
        self._engine = database.engine
        self._place = place
        self._statements: dict[tuple[How, sa.Table], Statement] = {}
        self._unwritten: list[Write] = []
        self._decided: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._writing = Lock()
        self._epoch: str | None = None
        self.history = History(database.engine)
        self.namespace = self._own_namespace()

    @classmethod
    def open(cls, where: str | Path) -> SqlJournal:
        """Open or make the journal at a path or `DATABASE_URL`.

        Raises `JournalBroken` (damaged, unreadable, written by a newer version; nothing of it is
        touched) and `AlreadyRunning` (PostgreSQL only: files are locked by the data directory).
        """
        place = "DATABASE_URL" if "://" in str(where) else str(where)
        return cls(open_database(where), place)

    def own(self) -> None:
        """From here on these books are this process's: every other that owned them may write no
        more, whatever became of its locks. Raises `JournalBroken`."""
        drawn = secrets.token_hex(8)
        self._epoch = None
        self._commit([Write(How.PUT, META, [{"key": _EPOCH, "value": drawn}])])
        self._epoch = drawn

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    # ------------------------------------------------------------ the port

    def record(self, event: Event, outcome: Outcome) -> None:
        """Write down what an event led to, in one transaction. Instant when nothing changed."""
        commanded = type(event) is Commanded
        if not commanded and (outcome is NOTHING or not outcome.durable):
            return
        changed = self._changed(outcome.decisions)
        writes = [command_write(event)] if isinstance(event, Commanded) else []
        writes += writes_of(outcome)
        if changed:
            writes.append(signal_write(changed.values()))
        if writes:
            self._keep(writes, synced=not _told_again(event, outcome))
        self._decided |= {key: _gist(decision) for key, decision in changed.items()}

    def restore(self, ended_orders: int = 500, trades: int = 2_000) -> Restored:
        """What is known at start: all live orders, the newest ended ones and trades, all ids."""
        try:
            return self.history.restored(self.namespace, ended_orders, trades)
        except (sa.exc.SQLAlchemyError, ValueError, KeyError, ArithmeticError) as error:
            raise self._broken(error) from error

    # ------------------------------------------------------------ commands

    def take_command(
        self, command_id: str, name: str, args: Mapping[str, Any], by: str, at: float
    ) -> bool:
        """Commit a command's id before acting on it; False when it is known. `at` in seconds.

        For commands of the shell. Those of the engine are committed with their `Commanded` event.
        """
        row = command_row(command_id, name, json.dumps(dict(args), ensure_ascii=False), by, at)
        return self._commit([Write(How.ADD, COMMANDS, [row])]) == 1

    def refuse_command(self, answer: CommandAnswer, by: str = "") -> bool:
        """Write down a command that was never taken; False (and no change) when its id is known."""
        return self._commit([Write(How.ADD, COMMANDS, [answer_row(answer, by)])]) == 1

    def answer_command(self, answer: CommandAnswer) -> None:
        """Its answer. `accepted` may be replaced; a final answer stays the only one."""
        self._keep([Write(How.ANSWER, COMMANDS, [answer_row(answer)])])

    # ------------------------------------------------------------ the shell's own facts

    def settings_changed(self, changes: Iterable[SettingChange]) -> None:
        """Settings that are now in force, secrets masked by the caller."""
        rows = [
            {**change._asdict(), "old": clean(change.old), "new": clean(change.new)}
            for change in changes
        ]
        if rows:
            self._keep([Write(How.ADD, SETTINGS_CHANGES, rows)])

    def optimised(self, optimisation: Optimisation) -> None:
        """A search as it stands now; the row of its id is replaced."""
        self._keep([Write(How.PUT, OPTIMISATIONS, [optimisation_row(optimisation)])])

    def equity_point(self, at: Millis, venue: str, equity: float, cash: float) -> None:
        """One point of a venue's equity curve, quote currency."""
        row = {"venue": venue, "at": at, "equity": repr(equity), "cash": repr(cash)}
        self._commit([Write(How.PUT, EQUITY, [row])])

    def flush(self) -> None:
        """Try to write, whatever was left over included: whether the journal works again."""
        with self._writing:
            self._settle([Write(How.PUT, META, [{"key": "flushed", "value": ""}])])

    # ------------------------------------------------------------ writing

    def _changed(self, decisions: list[Decision]) -> dict[tuple[str, str], Decision]:
        """Decisions that say something else than the last one of the same symbol and strategy."""
        latest = {(decision.key, decision.strategy): decision for decision in decisions}
        return {k: d for k, d in latest.items() if self._decided.get(k) != _gist(d)}

    def _keep(self, writes: list[Write], *, synced: bool = True) -> None:
        """Write now, or as soon as it is possible again."""
        with self._writing:
            try:
                self._settle(writes, synced=synced)
            except JournalBroken:
                self._unwritten += writes
                raise

    def _settle(self, writes: list[Write], *, synced: bool = True) -> None:
        self._commit([*self._unwritten, *writes], synced=synced or bool(self._unwritten))
        self._unwritten.clear()

    def _commit(self, writes: list[Write], *, synced: bool = True) -> int:
        """One transaction; rows touched by its last statement. `synced`: it survives a power cut.

        Raises `JournalBroken`, and `AlreadyRunning` when the books were taken over.
        """
        touched = 0
        try:
            with self._engine.begin() as connection:
                self._database.promise(connection, synced=synced)
                for how, table, rows in writes:
                    touched = self._statement(how, table).run(connection, rows)
                self._still_ours(connection)
        except sa.exc.SQLAlchemyError as error:
            raise self._broken(error) from error
        return touched

    def _still_ours(self, connection: sa.Connection) -> None:
        """Asked after writing and before the commit: nobody can take over in between."""
        if self._epoch is None:
            return
        if connection.scalar(_NEWEST) != self._epoch:
            raise AlreadyRunning(
                "another process took these books over while this one was away; nothing more is "
                "written or sent from here"
            )

    def _statement(self, how: How, table: sa.Table) -> Statement:
        made = self._statements.get((how, table))
        if made is None:
            made = self._statements[how, table] = statement(how, table, self._engine.dialect)
        return made

    def _broken(self, error: Exception) -> JournalBroken:
        return JournalBroken(f"the journal {self._place} cannot be used: {explained(error)}")

    def _own_namespace(self) -> str:
        """Two characters that tell this database's orders from another bot's; drawn once."""
        drawn = "".join(secrets.choice(_LETTERS) for _ in range(2))
        self._commit([Write(How.ADD, META, [{"key": "namespace", "value": drawn}])])
        with self._engine.connect() as connection:
            query = sa.select(META.c.value).where(META.c.key == "namespace")
            return str(connection.scalar(query))


def _told_again(event: Event, outcome: Outcome) -> bool:
    """Whether a power cut may take it: nothing is sent, and the exchange will say it once more."""
    acts = outcome.submit or outcome.cancel or outcome.answers
    return isinstance(event, _TOLD_AGAIN) and not acts


def _gist(decision: Decision) -> tuple[Any, ...]:
    """What makes a decision another one; what was measured changes with every candle."""
    return (decision.action, *(reason.code for reason in decision.reasons))
