"""Opens the journal's database: makes a new one whole, refuses a damaged one untouched."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from trader.domain.errors import AlreadyRunning, BadInput, JournalBroken
from trader.storage.tables import META, SCHEMA, SCHEMA_VERSION, add_new_columns

LOCK = 7_246_823  # any number, the same for every bot: one bot on one PostgreSQL database
_LOCK_TRIES = 10


@dataclass(frozen=True, slots=True)
class Database:
    """An open database; `holder` is the connection that keeps the lock of a server's database."""

    engine: sa.Engine
    holder: sa.Connection | None = None

    def promise(self, connection: sa.Connection, *, synced: bool) -> None:
        """Before the first statement of a transaction: whether its commit waits for the disk.

        A killed process loses neither; a power cut may take the newest that were not `synced`,
        and those only until the next one that is. PostgreSQL always waits.
        """
        if connection.dialect.name == "sqlite":
            mode = "FULL" if synced else "NORMAL"
            connection.exec_driver_sql(f"PRAGMA synchronous={mode}")

    def close(self) -> None:
        """Let go of everything."""
        if self.holder is not None:
            self.holder.close()
        self.engine.dispose()


def open_database(where: str | Path) -> Database:
    """A checked database at a path or a `DATABASE_URL`.

    `postgresql://` and `postgres://` mean psycopg; `sqlite:///path` and a bare path mean a file.
    Raises `JournalBroken`, `AlreadyRunning`, and `BadInput` for another kind of URL.
    """
    text = str(where)
    if is_server(text):
        return _open_server(text)
    path = text.removeprefix("sqlite:///")
    if "://" in path:
        raise BadInput("DATABASE_URL must begin with postgresql:// or sqlite:///")
    return _open_file(Path(path))


def is_server(where: str | Path) -> bool:
    """Whether a journal is on a PostgreSQL server rather than in a file."""
    return str(where).startswith(("postgresql", "postgres:"))


def explained(error: BaseException) -> str:
    """Why the database did not do as told, in plain words, without the statement's values."""
    cause = getattr(error, "orig", None) or error
    name = str(getattr(cause, "sqlite_errorname", ""))
    for start, words in _REASONS.items():
        if name.startswith(start):
            return words
    return " ".join(str(cause).split()) or type(cause).__name__


_REASONS = {
    "SQLITE_FULL": "the disk is full; free some space",
    "SQLITE_READONLY": "it cannot be written; check the rights of the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened; check the rights of its folder",
    "SQLITE_IOERR": "the disk reports an error; check the disk and its free space",
    "SQLITE_BUSY": "another program keeps it locked; close that program",
    "SQLITE_CORRUPT": "the file is damaged; restore a backup",
    "SQLITE_NOTADB": "the file is damaged; restore a backup",
}


# ---------------------------------------------------------------- SQLite


def _open_file(path: Path) -> Database:
    try:
        if not path.exists():
            _create(path)
        check_file(path)
        database = Database(_sqlite(path))
        _prepare(database)
    except (OSError, sqlite3.Error, sa.exc.SQLAlchemyError) as error:
        raise JournalBroken(f"the journal {path} cannot be used: {explained(error)}") from error
    return database


def check_file(path: Path) -> None:
    """Read through a SQLite file without touching it. Raises `JournalBroken` naming what is wrong.

    We make the file whole under another name, so an empty one is never ours.
    """
    found = _quick_check(path) if path.stat().st_size else "the file is empty"
    if found != "ok":
        raise JournalBroken(
            f"the journal {path} is damaged ({found}); it is left as it is: put a backup in its "
            f"place, or move it elsewhere to begin with empty books"
        )


def _quick_check(path: Path) -> str:
    """`ok` or what is wrong. Raises `sqlite3.OperationalError` when it cannot even be read."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()


def _create(path: Path) -> None:
    """Build a new database beside its place and move it there: half of one is never seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _refuse_orphans(path)
    draft = path.with_name(f"{path.name}.new")
    for leftover in path.parent.glob(f"{draft.name}*"):
        leftover.unlink()
    os.close(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600))
    database = Database(_sqlite(draft))
    _prepare(database)
    database.close()
    draft.replace(path)


def _refuse_orphans(path: Path) -> None:
    """A write-ahead log without its database holds books that a new database would destroy."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise JournalBroken(
            f"the journal {path} is missing but its log {log.name} is there: put the journal or a "
            f"backup back, or move {log.name} elsewhere to begin with empty books"
        )


def _sqlite(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), hide_parameters=True, poolclass=sa.QueuePool
    )

    def set_up(connection: Any, _record: Any) -> None:
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    sa.event.listen(engine, "connect", set_up)
    return engine


# ---------------------------------------------------------------- PostgreSQL


def _open_server(text: str) -> Database:
    try:
        engine = server_engine(text)
        database = Database(engine, _lock(engine))
        _prepare(database)
    except (ValueError, sa.exc.SQLAlchemyError) as error:
        raise JournalBroken(f"DATABASE_URL cannot be used: {explained(error)}") from error
    return database


def server_engine(url: str) -> sa.Engine:
    """Connections to a PostgreSQL server. Raises `ValueError` for what is no address."""
    _, _, rest = url.partition("://")
    return sa.create_engine(
        f"postgresql+psycopg://{rest}",
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted is found again by itself
        connect_args={"connect_timeout": 5, "tcp_user_timeout": 10_000},
    )


def _lock(engine: sa.Engine) -> sa.Connection:
    """A connection that holds the lock; the server lets go when this process ends."""
    holder = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    holder.detach()  # closing it must close the session, not lend it on
    for _ in range(_LOCK_TRIES):
        if holder.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))):
            return holder
        time.sleep(0.1)  # the server may not have noticed yet that the last bot is gone
    holder.close()
    raise AlreadyRunning("another bot writes to the database of DATABASE_URL; stop it first")


# ---------------------------------------------------------------- both


def _prepare(database: Database) -> None:
    """Tables as this version wants them. Refuses a database written by a newer one."""
    try:
        with database.engine.begin() as connection:
            check_version(connection)
            SCHEMA.create_all(connection)
            connection.execute(STAMP)
            add_new_columns(connection)
    except BaseException:
        database.close()
        raise


def check_version(connection: sa.Connection) -> None:
    """Before anything is changed. Raises `JournalBroken` for books of another program or of a newer
    version."""
    there = sa.inspect(connection).get_table_names()
    if META.name not in there:
        foreign = sorted(set(there) & set(SCHEMA.tables))
        if foreign:
            raise JournalBroken(
                f"the database holds tables of another program: {', '.join(foreign)}; "
                f"give the bot a database of its own"
            )
        return
    query = sa.select(META.c.value).where(META.c.key == "schema_version")
    version = connection.scalar(query)
    if int(version or 0) > SCHEMA_VERSION:
        raise JournalBroken(
            f"the journal was written by a newer version (schema {version}, this one knows "
            f"{SCHEMA_VERSION}): update the program or restore an older backup"
        )


_NOSTAMP = ~sa.exists().where(META.c.key == "schema_version")
STAMP = META.insert().from_select(
    ["key", "value"],
    sa.select(sa.literal("schema_version"), sa.literal(str(SCHEMA_VERSION))).where(_NOSTAMP),
)
