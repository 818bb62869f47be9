"""What one event and its outcome leave in the journal: rows, ready for one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from trader.domain.commands import CommandAnswer
from trader.domain.events import Commanded
from trader.domain.instrument import venue_of
from trader.domain.order import Order
from trader.domain.outcome import Outcome
from trader.domain.position import Position
from trader.domain.signal import Decision
from trader.storage.codec import clean, json_of, packed, row_of
from trader.storage.tables import (
    BOOKS,
    COMMANDS,
    EVENTS,
    FILLS,
    INTENTS,
    ORDER_MOVES,
    ORDERS,
    POSITIONS,
    SIGNALS,
    TRADES,
)

Row = dict[str, Any]


class How(Enum):
    """What becomes of a row whose key is there already."""

    ADD = "add"  # the first one stays: repeats are harmless
    PUT = "put"  # the new one replaces it
    DROP = "drop"  # it goes
    ANSWER = "answer"  # a command's final answer stays, an `accepted` one is replaced


class Write(NamedTuple):
    """Rows of one table, written the same way."""

    how: How
    table: sa.Table
    rows: list[Row]


# ---------------------------------------------------------------- statements


class Statement:
    """SQL text compiled once; the driver caches its plan. `run` takes rows as dictionaries."""

    def __init__(self, clause: sa.ClauseElement, dialect: sa.Dialect) -> None:
        compiled = clause.compile(dialect=dialect)
        self._text = str(compiled)
        self._order: list[str] = list(getattr(compiled, "positiontup", None) or ())
        self._fixed = {k: v for k, v in compiled.params.items() if v is not None}

    def run(self, connection: sa.Connection, rows: list[Row]) -> int:
        """Execute for every row; the number of rows touched."""
        full = [{**self._fixed, **row} for row in rows] if self._fixed else rows
        parameters: Any = full
        if self._order:
            parameters = [tuple(row[name] for name in self._order) for row in full]
        only = parameters[0] if len(parameters) == 1 else parameters
        return connection.exec_driver_sql(self._text, only).rowcount


def statement(how: How, table: sa.Table, dialect: sa.Dialect) -> Statement:
    """The statement for one way of writing one table, in the words of SQLite or PostgreSQL."""
    keys = [column.name for column in table.primary_key]
    if how is How.DROP:
        matches = [table.c[key] == sa.bindparam(key) for key in keys]
        return Statement(sa.delete(table).where(*matches), dialect)
    insert = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    columns = [c.name for c in table.c if c.autoincrement is not True]
    clause: Any = insert.values({name: sa.bindparam(name) for name in columns})
    if how is How.ADD:
        clause = clause.on_conflict_do_nothing()
    elif how is How.PUT:
        clause = clause.on_conflict_do_update(
            index_elements=keys,
            set_={name: insert.excluded[name] for name in columns if name not in keys},
        )
    else:
        clause = clause.on_conflict_do_update(
            index_elements=keys,
            set_={name: insert.excluded[name] for name in ("result", "message", "answered_at")},
            where=sa.or_(
                table.c.result.is_(None), table.c.result == sa.literal_column("'accepted'")
            ),
        )
    return Statement(clause, dialect)


# ---------------------------------------------------------------- rows


def writes_of(outcome: Outcome) -> list[Write]:
    """Everything of an outcome that is to be remembered, except decisions."""
    orders = [*outcome.submit, *outcome.orders]
    books = [{"venue": book.venue, "body": json_of(book)} for book in outcome.books]
    intents = [{"order_id": i.order_id, "controls": json_of(i.controls)} for i in outcome.intents]
    writes = [
        Write(How.ADD, INTENTS, intents),
        Write(How.PUT, ORDERS, _latest(orders)),
        Write(How.ADD, ORDER_MOVES, [_move(order) for order in orders]),
        Write(How.ADD, FILLS, [_of_venue(fill) for fill in outcome.fills]),
        *_positions(outcome.positions),
        Write(How.ADD, TRADES, [_of_venue(trade) for trade in outcome.trades]),
        Write(How.PUT, BOOKS, books),
        Write(How.ADD, EVENTS, [row_of(notice) for notice in outcome.notices]),
        Write(How.ANSWER, COMMANDS, [answer_row(answer) for answer in outcome.answers]),
    ]
    return [write for write in writes if write.rows]


def command_write(event: Commanded) -> Write:
    """A command's id, to be committed together with what it did."""
    args = json.dumps(packed(event.command), ensure_ascii=False)
    return Write(How.ADD, COMMANDS, [command_row(event.id, event.name, args, event.by, event.wall)])


def command_row(command_id: str, name: str, args: str, by: str, at: float) -> Row:
    """A command that is taken and not answered yet. `at` in seconds since the epoch."""
    row = {"id": clean(command_id), "name": clean(name), "args": clean(args), "by": clean(by)}
    return {
        **row,
        "received_at": round(at * 1000),
        "result": None,
        "message": None,
        "answered_at": None,
    }


def answer_row(answer: CommandAnswer, by: str = "") -> Row:
    """The same with its answer; also makes the row of a command that was refused unread."""
    row = command_row(answer.id, answer.name, "{}", by, answer.at)
    row.update(result=answer.result, message=clean(answer.message), answered_at=row["received_at"])
    return row


def signal_rows(decisions: Iterable[Decision]) -> list[Row]:
    """Rows of the table `signals`."""
    return [
        {
            "at": decision.at,
            "key": decision.key,
            "strategy": decision.strategy,
            "action": decision.action.value,
            "level": decision.level,
            "reasons": json.dumps([clean(str(r)) for r in decision.reasons], ensure_ascii=False),
        }
        for decision in decisions
    ]


def signal_write(decisions: Iterable[Decision]) -> Write:
    """What was decided, where it differs from what was decided before."""
    return Write(How.ADD, SIGNALS, signal_rows(decisions))


def _of_venue(value: Any) -> Row:
    return {"venue": venue_of(value.key), **row_of(value)}


def _latest(orders: list[Order]) -> list[Row]:
    return [_of_venue(order) for order in {order.id: order for order in orders}.values()]


def _positions(positions: list[Position]) -> tuple[Write, Write]:
    """Held ones are replaced; one of quantity 0 is gone."""
    last = {position.id: position for position in positions}.values()
    held = [_of_venue(position) for position in last if position.quantity]
    gone = [{"id": position.id} for position in last if not position.quantity]
    return Write(How.PUT, POSITIONS, held), Write(How.DROP, POSITIONS, gone)


def _move(order: Order) -> Row:
    return {
        "order_id": order.id,
        "at": order.updated_at or order.created_at,
        "status": order.status.value,
        "filled": str(order.filled),
        "venue_id": clean(order.venue_id),
        "note": clean(order.note),
    }
