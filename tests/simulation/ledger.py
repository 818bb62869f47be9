"""The journal's file of a simulated run: opened by every life, read by the checks, made to fail."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.simulation.witness import Told
from trader.domain.errors import JournalBroken
from trader.domain.order import Fill
from trader.storage.codec import value_of
from trader.storage.journal import SqlJournal
from trader.storage.writes import Write

NAMESPACE = "sm"
TABLES = ("orders", "order_moves", "intents", "fills", "positions", "trades", "books", "events",
          "commands")  # fmt: skip


def template(folder: Path) -> Path:
    """An empty journal whose orders carry a fixed namespace: one seed, one run."""
    path = folder / "empty.db"
    SqlJournal.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'namespace'", (NAMESPACE,))
    db.close()
    return path


class SimulatedJournal(SqlJournal):
    """The real one, on a disk that can be full, and that nobody pulls the plug of."""

    full = False

    @property
    def behind(self) -> bool:
        """Whether something is kept in memory that could not be written."""
        return bool(self._unwritten)

    def on_a_fast_disk(self) -> None:
        """A killed process loses nothing that was committed, even when nothing was synced."""

        def relax(connection: Any, *_: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")

        self._engine.dispose()
        sa.event.listen(self._engine, "connect", relax)

    def _commit(self, writes: list[Write], *, synced: bool = True) -> int:
        if self.full:
            raise JournalBroken("the disk of the simulation is full")
        return super()._commit(writes, synced=synced)


class Ledger:
    """One journal file through all lives of a run. `read` sees what is committed, nothing else."""

    def __init__(self, empty: Path, path: Path) -> None:
        shutil.copyfile(empty, path)
        self._path = path
        self._reader = sqlite3.connect(path, isolation_level=None)
        self._reader.row_factory = sqlite3.Row
        self.journal: SimulatedJournal | None = None

    def open(self) -> SimulatedJournal:
        """A new life."""
        opened = SimulatedJournal.open(self._path)
        assert isinstance(opened, SimulatedJournal)
        opened.on_a_fast_disk()
        self.journal = opened
        return opened

    def close(self) -> None:
        """The process is gone: whatever it had not committed is lost."""
        if self.journal is not None:
            self.journal.close()
            self.journal = None

    def fill_disk(self, *, full: bool) -> None:
        """Whether the disk takes no more."""
        if self.journal is not None:
            self.journal.full = full

    def discard(self) -> None:
        """The run is over."""
        self.close()
        self._reader.close()
        for path in self._path.parent.glob(f"{self._path.name}*"):
            path.unlink()

    # ------------------------------------------------------------ what is committed

    def read(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of committed data."""
        return [dict(row) for row in self._reader.execute(query, values)]

    def knows_command(self, command_id: str) -> bool:
        """As the daemon asks before it acts on a command."""
        return self.journal is not None and self.journal.history.knows_command(command_id)

    def told(self) -> Told:
        """What the books must amount to, added up from their fills."""
        told = Told()
        for row in self.read("SELECT * FROM fills ORDER BY at, rowid"):
            row.pop("venue")
            told.add(value_of(Fill, row))
        return told

    def digest(self) -> str:
        """One number for everything that is written down."""
        digest = hashlib.sha256()
        for table in TABLES:
            rows = sorted(repr(tuple(row.values())) for row in self.read(f"SELECT * FROM {table}"))  # noqa: S608
            digest.update("\n".join((table, *rows)).encode())
        return digest.hexdigest()
