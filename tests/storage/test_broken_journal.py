"""A journal that cannot be used is named, explained and left alone; a full disk passes by."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.storage.samples import TICK, book, fill, order, position
from trader.domain.commands import CommandAnswer
from trader.domain.errors import BadInput, JournalBroken
from trader.domain.outcome import Notice, Outcome
from trader.storage.database import open_database
from trader.storage.journal import SqlJournal

resource = pytest.importorskip("resource", reason="limits files as only Unix can")
LARGE = Outcome(notices=[Notice("info", "code", "x" * 100_000, 1)])


def filled(n: int) -> Outcome:
    return Outcome(fills=[fill(f"f{n}")], positions=[position(str(n))], books=[book(str(n))])


def written(path: Path) -> Path:
    """A journal with something in it, closed."""
    journal = SqlJournal.open(path)
    journal.record(TICK, Outcome(orders=[order(f"o{n}") for n in range(200)]))
    journal.close()
    return path


# ---------------------------------------------------------------- a full disk


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """The system refuses every write that would make a file larger than `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    database = open_database(tmp_path / "trader.db")
    journal = SqlJournal(database, "trader.db")
    journal.record(TICK, filled(1))
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalBroken, match=r"trader\.db.*the disk is full; free some space"):
        journal.record(TICK, Outcome(fills=[fill("f2")], notices=LARGE.notices))
    assert journal.restore().fill_ids == ("upbit:f1",)
    journal.close()


def test_what_a_full_disk_refused_is_written_when_there_is_space(tmp_path: Path) -> None:
    journal = SqlJournal.open(tmp_path / "trader.db")
    journal.record(TICK, filled(1))
    with no_file_beyond(1):
        for n in (2, 3):
            with pytest.raises(JournalBroken, match="cannot be used: the disk"):
                journal.record(TICK, filled(n))
        with pytest.raises(JournalBroken):
            journal.flush()
        assert journal.restore().fill_ids == ("upbit:f1",)
    journal.flush()
    restored = journal.restore()
    journal.close()
    assert set(restored.fill_ids) == {"upbit:f1", "upbit:f2", "upbit:f3"}
    assert restored.books == {"upbit": book("3")}


def test_a_command_refused_by_a_full_disk_is_not_taken_later(tmp_path: Path) -> None:
    journal = SqlJournal.open(tmp_path / "trader.db")
    with no_file_beyond(1), pytest.raises(JournalBroken):
        journal.take_command("c1", "train", {}, "panel", 1.0)
    journal.flush()
    assert not journal.history.knows_command("c1")
    with no_file_beyond(1), pytest.raises(JournalBroken):
        journal.answer_command(CommandAnswer("c2", "train", "done", "", 1.0))
    journal.flush()
    assert journal.history.knows_command("c2")
    journal.close()


# ---------------------------------------------------------------- a damaged file


def _empty(content: bytes) -> bytes:
    return content[:0]


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _scribbled(content: bytes) -> bytes:
    return content[:100] + b"\xff" * 4000 + content[4100:]


def _zeroed(content: bytes) -> bytes:
    return bytes(len(content))


def _text(content: bytes) -> bytes:
    return b"this is not a database\n" * 100


@pytest.mark.parametrize("damage", [_empty, _cut, _scribbled, _zeroed, _text])
def test_a_damaged_journal_is_named_and_left_as_it_is(tmp_path: Path, damage: object) -> None:
    path = written(tmp_path / "trader.db")
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(JournalBroken, match=r"trader\.db is damaged .* put a backup in its place"):
        SqlJournal.open(path)
    assert path.read_bytes() == before


def test_a_log_whose_journal_is_missing_is_not_destroyed(tmp_path: Path) -> None:
    log = tmp_path / "trader.db-wal"
    log.write_bytes(b"books")
    with pytest.raises(JournalBroken, match=r"missing but its log trader\.db-wal is there"):
        SqlJournal.open(tmp_path / "trader.db")
    assert log.read_bytes() == b"books"


def test_a_journal_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "trader.db")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(JournalBroken, match=r"newer version \(schema 99.*update the program"):
        SqlJournal.open(path)


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trader.db"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("CREATE TABLE trades (id INTEGER)")
    with pytest.raises(JournalBroken, match="tables of another program: trades"):
        SqlJournal.open(path)


def test_columns_of_a_newer_domain_are_added_with_their_defaults(tmp_path: Path) -> None:
    path = written(tmp_path / "trader.db")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("ALTER TABLE orders DROP COLUMN exact_leverage")
        raw.execute("ALTER TABLE orders DROP COLUMN atr")
    journal = SqlJournal.open(path)
    assert repr(journal.restore().orders[0]) == repr(order("o0"))
    journal.close()


def test_a_folder_in_the_place_of_the_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trader.db").mkdir()
    with pytest.raises(JournalBroken, match=r"trader\.db"):
        SqlJournal.open(tmp_path / "trader.db")


def test_a_crash_while_the_journal_was_made_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "trader.db.new").write_bytes(b"half")
    SqlJournal.open(tmp_path / "trader.db").close()
    assert [path.name for path in tmp_path.iterdir()] == ["trader.db"]


def test_the_journal_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = written(tmp_path / "trader.db")
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(JournalBroken, match="Permission denied"):
        SqlJournal.open(tmp_path / "trader.db")


def test_a_row_that_makes_no_sense_is_a_broken_journal(tmp_path: Path) -> None:
    path = written(tmp_path / "trader.db")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE orders SET quantity = 'many'")
    journal = SqlJournal.open(path)
    with pytest.raises(JournalBroken, match=r"trader\.db"):
        journal.restore()
    journal.close()


# ---------------------------------------------------------------- a server


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:hidden-word@127.0.0.1:1/none",
        "postgresql://bot:hidden-word@127.0.0.1:port/none",
    ],
)
def test_a_server_that_is_not_there_is_explained_without_the_password(url: str) -> None:
    with pytest.raises(JournalBroken, match="DATABASE_URL cannot be used") as caught:
        SqlJournal.open(url)
    assert "hidden-word" not in str(caught.value)


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="DATABASE_URL must begin with"):
        SqlJournal.open("mysql://bot@127.0.0.1/bot")
    SqlJournal.open(f"sqlite:///{tmp_path}/trader.db").close()


def test_a_lost_connection_is_found_again(postgres_url: str) -> None:
    journal = SqlJournal.open(postgres_url)
    engine = sa.create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as other:
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        )
    engine.dispose()
    journal.record(TICK, Outcome(fills=[fill("after")]))
    assert "upbit:after" in journal.restore().fill_ids
    journal.close()
