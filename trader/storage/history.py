"""Questions to the journal: what a restart, the published views and reports need to know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from trader.domain.book import VenueBook
from trader.domain.commands import CommandAnswer
from trader.domain.order import LIVE, Fill, Order
from trader.domain.outcome import Notice
from trader.domain.position import ClosedTrade, Position
from trader.domain.time import Millis
from trader.engine.ports import Restored
from trader.storage.codec import unpacked, value_of
from trader.storage.optimisations import Optimisation
from trader.storage.optimisations import value_of as optimisation_of
from trader.storage.tables import (
    BOOKS,
    COMMANDS,
    EQUITY,
    EVENTS,
    FILLS,
    OPTIMISATIONS,
    ORDERS,
    POSITIONS,
    SETTINGS_CHANGES,
    SIGNALS,
    TRADES,
)

_FILL_IDS = 40_000  # venues repeat recent fills only; the table itself refuses all others


class SettingChange(NamedTuple):
    """One setting that changed. `at` ms UTC; `by` file, panel, optimiser or telegram.

    Secrets come masked: the journal keeps what it is given.
    """

    at: Millis
    by: str
    key: str
    old: str
    new: str


class EquityPoint(NamedTuple):
    """Worth of a venue's account and its free cash at one moment, quote currency."""

    at: Millis
    equity: float
    cash: float


class WrittenDecision(NamedTuple):
    """A decision as it was written down when it changed; `reasons` with what was measured."""

    at: Millis
    key: str
    strategy: str
    action: str
    level: float | None
    reasons: tuple[str, ...]


class TakenCommand(NamedTuple):
    """A command that was taken and has no final answer (the bot stopped meanwhile)."""

    id: str
    name: str
    args: Mapping[str, Any]
    result: str | None


class JournalledCommand(NamedTuple):
    """A command and its answer, null while there is none. Times ms UTC; `args` may hold secrets."""

    id: str
    name: str
    args: Mapping[str, Any]
    by: str
    received_at: Millis
    result: str | None
    message: str | None
    answered_at: Millis | None


class History:
    """Reads only. Every list is oldest first and holds at most the newest `newest` rows."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def trades(self, venue: str | None = None, newest: int = 500) -> tuple[ClosedTrade, ...]:
        """Closed trades of a venue, or of all."""
        query = sa.select(TRADES).order_by(TRADES.c.closed_at.desc(), TRADES.c.id.desc())
        if venue is not None:
            query = query.where(TRADES.c.venue == venue)
        return self._values(ClosedTrade, query.limit(newest))

    def fills(self, order_id: str) -> tuple[Fill, ...]:
        """Everything that traded of one order."""
        query = sa.select(FILLS).where(FILLS.c.order_id == order_id).order_by(FILLS.c.at.desc())
        return self._values(Fill, query)

    def orders(self, newest: int = 500) -> tuple[Order, ...]:
        """Orders in whatever state, by the time they were made."""
        query = sa.select(ORDERS).order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc())
        return self._values(Order, query.limit(newest))

    def notices(self, newest: int = 200) -> tuple[Notice, ...]:
        """What people were told."""
        return self._values(
            Notice, sa.select(EVENTS).order_by(EVENTS.c.number.desc()).limit(newest)
        )

    def signals(self, newest: int = 200) -> tuple[WrittenDecision, ...]:
        """Decisions, each where it began to differ from the one before."""
        rows = self._rows(sa.select(SIGNALS).order_by(SIGNALS.c.number.desc()).limit(newest))
        whole = [{**row, "reasons": tuple(json.loads(row["reasons"]))} for row in reversed(rows)]
        return tuple(WrittenDecision(*(r[f] for f in WrittenDecision._fields)) for r in whole)

    def answers(self, newest: int = 50) -> tuple[CommandAnswer, ...]:
        """Answered commands, as `bot_status.json` shows them."""
        query = sa.select(COMMANDS).where(COMMANDS.c.result.is_not(None))
        order = (COMMANDS.c.answered_at.desc(), COMMANDS.c.received_at.desc(), COMMANDS.c.id.desc())
        rows = self._rows(query.order_by(*order).limit(newest))
        return tuple(_answer(row) for row in reversed(rows))

    def commands(self, newest: int = 200) -> tuple[JournalledCommand, ...]:
        """What people asked for."""
        query = sa.select(COMMANDS).order_by(COMMANDS.c.received_at.desc(), COMMANDS.c.id.desc())
        rows = self._rows(query.limit(newest))
        whole = ({**row, "args": json.loads(row["args"])} for row in reversed(rows))
        return tuple(JournalledCommand(*(r[f] for f in JournalledCommand._fields)) for r in whole)

    def knows_command(self, command_id: str) -> bool:
        """Whether a command of this id was ever taken or refused."""
        return bool(self._rows(sa.select(COMMANDS.c.id).where(COMMANDS.c.id == command_id)))

    def unfinished_commands(self) -> tuple[TakenCommand, ...]:
        """Commands without a final answer."""
        open_ended = sa.or_(COMMANDS.c.result.is_(None), COMMANDS.c.result == "accepted")
        rows = self._rows(sa.select(COMMANDS).where(open_ended).order_by(COMMANDS.c.received_at))
        return tuple(
            TakenCommand(row["id"], row["name"], json.loads(row["args"]), row["result"])
            for row in rows
        )

    def equity(self, venue: str, since: Millis = 0) -> tuple[EquityPoint, ...]:
        """The curve of one venue from a moment on."""
        wanted = (EQUITY.c.venue == venue) & (EQUITY.c.at >= since)
        rows = self._rows(sa.select(EQUITY).where(wanted).order_by(EQUITY.c.at))
        return tuple(EquityPoint(r["at"], float(r["equity"]), float(r["cash"])) for r in rows)

    def newest_equity(self, venue: str) -> EquityPoint | None:
        """The last point of a venue's curve."""
        query = sa.select(EQUITY).where(EQUITY.c.venue == venue).order_by(EQUITY.c.at.desc())
        for row in self._rows(query.limit(1)):
            return EquityPoint(row["at"], float(row["equity"]), float(row["cash"]))
        return None

    def settings(self, newest: int = 200) -> tuple[SettingChange, ...]:
        """Changes of settings."""
        query = sa.select(SETTINGS_CHANGES).order_by(SETTINGS_CHANGES.c.number.desc())
        rows = self._rows(query.limit(newest))
        return tuple(SettingChange(*(r[f] for f in SettingChange._fields)) for r in reversed(rows))

    def optimisations(self, newest: int = 50) -> tuple[Optimisation, ...]:
        """Searches of the optimiser, by the time they began."""
        order = (OPTIMISATIONS.c.started_at.desc(), OPTIMISATIONS.c.id.desc())
        rows = self._rows(sa.select(OPTIMISATIONS).order_by(*order).limit(newest))
        return tuple(optimisation_of(row) for row in reversed(rows))

    def restored(self, namespace: str, ended_orders: int, trades: int) -> Restored:
        """What the engine starts with. Fills are named `venue:id`, the newest ones only."""
        live = sa.select(ORDERS).where(ORDERS.c.status.in_([status.value for status in LIVE]))
        ended = sa.select(ORDERS).where(ORDERS.c.status.not_in([status.value for status in LIVE]))
        ended = ended.order_by(ORDERS.c.updated_at.desc(), ORDERS.c.id.desc()).limit(ended_orders)
        fills = sa.select(FILLS.c.venue, FILLS.c.id).order_by(FILLS.c.at.desc()).limit(_FILL_IDS)
        return Restored(
            books={row["venue"]: _book(row["body"]) for row in self._rows(sa.select(BOOKS))},
            positions=self._values(Position, sa.select(POSITIONS).order_by(POSITIONS.c.id.desc())),
            orders=self._values(Order, ended)
            + self._values(Order, live.order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc())),
            trades=self.trades(newest=trades),
            fill_ids=tuple(f"{row['venue']}:{row['id']}" for row in reversed(self._rows(fills))),
            namespace=namespace,
        )

    def _values(self, kind: Any, newest_first: sa.Select[Any]) -> tuple[Any, ...]:
        return tuple(value_of(kind, row) for row in reversed(self._rows(newest_first)))

    def _rows(self, query: sa.Select[Any]) -> list[Mapping[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _book(body: str) -> VenueBook:
    book: VenueBook = unpacked(VenueBook, json.loads(body))
    return book


def _answer(row: Mapping[str, Any]) -> CommandAnswer:
    return CommandAnswer(
        row["id"], row["name"], row["result"], row["message"], row["answered_at"] / 1000
    )
