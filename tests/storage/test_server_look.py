"""A look at the journal's server finds what a start would, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from trader.domain.finding import Mark
from trader.shell.preflight.journal import findings
from trader.storage.journal import SqlJournal
from trader.storage.server_look import Look, look_at

psycopg = pytest.importorskip("psycopg")


def told(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def empty(postgres_url: str) -> str:
    """A server's database with nothing in it."""
    told(postgres_url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return postgres_url


@pytest.fixture
def guest(empty: str) -> str:
    """The address of a user who may only enter."""
    told(
        empty,
        "DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "REVOKE ALL ON SCHEMA public FROM guest",
        "GRANT USAGE ON SCHEMA public TO guest",
    )
    return empty.replace("trader@", "guest@")


def tables(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return int(found.fetchone()[0])


def codes(url: str) -> list[tuple[Mark, str]]:
    return [(one.mark, one.code) for one in findings(url)]


def test_an_empty_database_is_tried_and_stays_empty(empty: str) -> None:
    assert look_at(empty) == Look("fine")
    assert tables(empty) == 0
    assert codes(empty) == [(Mark.OK, "journal_server_empty")]


def test_books_of_ours_are_fine_and_a_running_bot_is_told(empty: str) -> None:
    journal = SqlJournal.open(empty)
    assert look_at(empty) == Look("fine", "", tables=True, in_use=True)
    assert codes(empty) == [(Mark.OK, "journal_server"), (Mark.WARN, "journal_in_use")]
    journal.close()
    assert look_at(empty) == Look("fine", "", tables=True)


def test_a_newer_version_or_another_program_is_refused(empty: str) -> None:
    SqlJournal.open(empty).close()
    told(empty, "UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    assert look_at(empty).code == "unfit"
    assert "newer version" in look_at(empty).reason
    assert codes(empty) == [(Mark.FAIL, "journal_broken")]
    told(empty, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CREATE TABLE orders (x int)")
    assert "tables of another program: orders" in look_at(empty).reason


def test_a_user_without_rights_is_told(empty: str, guest: str) -> None:
    look = look_at(guest)
    assert look.code == "closed"
    assert "permission denied" in look.reason
    assert codes(guest) == [(Mark.FAIL, "journal_closed")]
    SqlJournal.open(empty).close()
    told(empty, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    look = look_at(guest)
    assert (look.code, look.tables) == ("closed", True)
    assert "no right to write into " in look.reason
    told(empty, "DROP OWNED BY guest")


def test_no_server_and_no_address_are_told(tmp_path: Path) -> None:
    assert look_at(f"postgresql://me@/books?host={tmp_path}").code == "unreachable"
    assert look_at("postgresql://me@host:what/books").code == "unreachable"
    assert codes("postgresql://me@host:what/books") == [(Mark.FAIL, "journal_unreachable")]
