"""The journal's tables. Money is exact text, times are integer milliseconds UTC."""

from dataclasses import MISSING
from typing import Any

import sqlalchemy as sa

from trader.domain.order import Fill, Order
from trader.domain.outcome import Notice
from trader.domain.position import ClosedTrade, Position
from trader.storage.codec import cells

SCHEMA_VERSION = 1
SCHEMA = sa.MetaData()

_KINDS: dict[type, Any] = {int: sa.BigInteger, float: sa.Double, bool: sa.Boolean, str: sa.Text}


def _columns_of(kind: Any, *keys: str) -> list[sa.Column[Any]]:
    """One column for each field of a flat dataclass, so that plain SQL can read all of it."""
    return [
        sa.Column(cell.name, _KINDS[cell.kind], primary_key=cell.name in keys)
        for cell in cells(kind)
    ]


def _table(name: str, *parts: Any) -> sa.Table:
    return sa.Table(name, SCHEMA, *parts)


def _text(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, primary_key=key)


def _time(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, primary_key=key)


def _counter() -> sa.Column[Any]:
    return sa.Column("number", sa.Integer, primary_key=True, autoincrement=True)


META = _table("meta", _text("key", key=True), _text("value"))

# What is true now: one row each, replaced.
ORDERS = _table(
    "orders", _text("venue"), *_columns_of(Order, "id"), sa.Index("by_status", "status")
)
POSITIONS = _table("positions", _text("venue"), *_columns_of(Position, "id"))
BOOKS = _table("books", _text("venue", key=True), _text("body"))

# What happened: added, never changed.
INTENTS = _table("intents", _text("order_id", key=True), _text("controls"))
ORDER_MOVES = _table(
    "order_moves",
    _text("order_id", key=True),
    _time("at", key=True),
    _text("status", key=True),
    _text("filled", key=True),
    _text("venue_id"),
    _text("note"),
)
FILLS = _table(
    "fills", _text("venue", key=True), *_columns_of(Fill, "id"), sa.Index("by_order", "order_id")
)
TRADES = _table(
    "trades",
    _text("venue"),
    *_columns_of(ClosedTrade, "id"),
    sa.Index("trades_by_time", "venue", "closed_at"),
)
SIGNALS = _table(
    "signals",
    _counter(),
    _time("at"),
    _text("key"),
    _text("strategy"),
    _text("action"),
    sa.Column("level", sa.Double),
    _text("reasons"),
)
EQUITY = _table(
    "equity", _text("venue", key=True), _time("at", key=True), _text("equity"), _text("cash")
)
SETTINGS_CHANGES = _table(
    "settings_changes",
    _counter(),
    _time("at"),
    _text("by"),
    _text("key"),
    _text("old"),
    _text("new"),
)
COMMANDS = _table(
    "commands",
    _text("id", key=True),
    _text("name"),
    _text("args"),
    _text("by"),
    _time("received_at"),
    _text("result"),
    _text("message"),
    _time("answered_at"),
)
OPTIMISATIONS = _table(
    "optimisations",
    _text("id", key=True),
    _text("kind"),
    _text("venue"),
    _text("symbols"),
    _text("by"),
    _time("started_at"),
    _time("ended_at"),
    _text("state"),
    sa.Column("tried", sa.BigInteger),
    _text("best"),
    _text("running"),
    _text("in_sample"),
    _text("out_of_sample"),
    _text("verdict"),
    sa.Column("adopted", sa.Boolean),
    _text("message"),
    sa.Index("optimisations_by_time", "started_at"),
)
EVENTS = _table("events", _counter(), *_columns_of(Notice))

GROWN = ((ORDERS, Order), (POSITIONS, Position), (FILLS, Fill), (TRADES, ClosedTrade))


def add_new_columns(connection: sa.Connection) -> None:
    """Columns of fields that the domain gained since this database was made, with defaults."""
    known = sa.inspect(connection)
    for table, kind in GROWN:
        there = {column["name"] for column in known.get_columns(table.name)}
        for cell in cells(kind):
            if cell.name not in there:
                _add_column(connection, table, cell.name, cell.default)


def _add_column(connection: sa.Connection, table: sa.Table, name: str, default: Any) -> None:
    column = table.c[name]
    spelled = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {spelled}"))
    if default is not MISSING:
        connection.execute(table.update().values({name: default}))
