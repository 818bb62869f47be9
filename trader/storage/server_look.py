"""A look at the journal's server before a start: reached, allowed to write, fit, free."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from trader.domain.errors import JournalBroken
from trader.storage.database import (
    LOCK,
    STAMP,
    check_version,
    explained,
    server_engine,
)
from trader.storage.tables import META, SCHEMA, add_new_columns

_PATIENCE = "3s"
_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `code`: fine, unreachable, closed (no right to write), unfit (of another
    program or a newer version). `reason` of the last three; `tables`: books are there already;
    `in_use`: another bot writes to it now."""

    code: str
    reason: str = ""
    tables: bool = False
    in_use: bool = False


def look_at(url: str) -> Look:
    """Try everything that a start does, and take it back: nothing is left behind. Never raises for
    what the server or the address is to blame for."""
    try:
        engine = server_engine(url)
        connection = engine.connect()
    except (ValueError, sa.exc.SQLAlchemyError) as error:
        return Look("unreachable", explained(error))
    try:
        return _tried(connection)
    except JournalBroken as error:
        return Look("unfit", str(error))
    except sa.exc.SQLAlchemyError as error:
        return Look("closed", explained(error))
    finally:
        connection.close()  # rolls back
        engine.dispose()


def _tried(connection: sa.Connection) -> Look:
    for limit in ("lock_timeout", "statement_timeout"):
        connection.execute(sa.text(f"SET LOCAL {limit} = '{_PATIENCE}'"))
    there = set(sa.inspect(connection).get_table_names()) & set(SCHEMA.tables)
    check_version(connection)
    in_use = bool(connection.scalar(_HELD, {"lock": LOCK}))
    lacking = [name for name in sorted(there) if not _allowed(connection, name)]
    if lacking:
        return Look("closed", f"no right to write into {', '.join(lacking)}", bool(there), in_use)
    if not in_use:  # tables that a running bot uses are not touched
        SCHEMA.create_all(connection)
        connection.execute(STAMP)
        add_new_columns(connection)
        connection.execute(META.delete().where(META.c.key == "nothing"))
    return Look("fine", "", bool(there), in_use)


def _allowed(connection: sa.Connection, table: str) -> bool:
    asked = (sa.func.has_table_privilege(table, right) for right in _RIGHTS)
    return bool(connection.scalar(sa.select(sa.and_(*asked))))


_HELD = sa.text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock AND classid = 0 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
