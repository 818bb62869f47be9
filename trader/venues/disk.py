"""The simulated exchange's own books on disk: a restarted demo finds it as it left it."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from trader.domain.errors import BadInput, JournalBroken
from trader.domain.events import FundingCharged
from trader.domain.order import Fill, Kind, Order, Purpose, Side, Status
from trader.venues.account import SpotAccount
from trader.venues.books import Books
from trader.venues.margin import Contract, MarginAccount
from trader.venues.orders import VenueOrder

_TABLES = """
CREATE TABLE IF NOT EXISTS account (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS holdings (
    key TEXT PRIMARY KEY, quantity TEXT NOT NULL, value TEXT NOT NULL, leverage INTEGER NOT NULL,
    funded_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY, venue_id TEXT UNIQUE NOT NULL, client_id TEXT NOT NULL,
    live INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trades (
    id TEXT PRIMARY KEY, venue_id TEXT NOT NULL, order_id TEXT NOT NULL, key TEXT NOT NULL,
    side TEXT NOT NULL, quantity TEXT NOT NULL, price TEXT NOT NULL, fee TEXT NOT NULL,
    fee_base TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS trades_of_order ON trades (venue_id);
CREATE TABLE IF NOT EXISTS fundings (
    key TEXT NOT NULL, at INTEGER NOT NULL, amount TEXT NOT NULL,
    PRIMARY KEY (key, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used_ids (client_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_DECIMALS = ("quantity", "cost", "price", "stop_price")


class Disk(Protocol):
    """Where an exchange's books survive its process."""

    def load(self, books: Books, remember: int) -> bool:
        """Fill empty books with what was kept; False when nothing was."""

    def write(self, books: Books) -> None:
        """Keep what the last step changed, all or nothing; returns when it is safe."""


class SimulatedDisk:
    """One SQLite file, written through with full sync before an answer leaves the exchange."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises `BadInput` when it cannot be used."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise BadInput(
                f"the simulated exchange's books {path} cannot be opened ({error}); make the "
                "folder writable, or move the file away to begin with a fresh account"
            ) from error

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def load(self, books: Books, remember: int) -> bool:
        """Fill empty books; of ended orders the last `remember`."""
        kept = dict(self._db.execute("SELECT name, value FROM account"))
        if "cash" not in kept:
            return False
        books.account.cash = Decimal(kept["cash"])
        books.sequence = int(kept["sequence"])
        self._load_holdings(books)
        for order in sorted(self._load_orders(remember), key=lambda o: (o.live, o.ended_at)):
            books.orders.put(order)
        for (client_id,) in self._db.execute("SELECT client_id FROM used_ids"):
            books.orders.use(client_id)
        for key, at, amount in self._db.execute("SELECT key, at, amount FROM fundings ORDER BY at"):
            books.charge(FundingCharged(key, Decimal(amount), at))
        books.written()
        return True

    def write(self, books: Books) -> None:
        """One transaction. Raises `JournalBroken` (full or read-only disk); then stop."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._write_account(books)
            for order in books.changed.values():
                self._write_order(order)
            self._db.executemany(
                "INSERT OR IGNORE INTO used_ids VALUES (?)", [(i,) for i in books.orders.new_ids]
            )
            charged = [(f.key, f.at, str(f.amount)) for f in books.charged]
            self._db.executemany("INSERT OR IGNORE INTO fundings VALUES (?, ?, ?)", charged)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise JournalBroken(
                f"the simulated exchange cannot write its books {self._path} ({error}); "
                "free some space or make the file writable, then start again"
            ) from error

    def _load_orders(self, remember: int) -> list[VenueOrder]:
        recent = "SELECT venue_id, body FROM orders WHERE live OR number IN "
        recent += "(SELECT number FROM orders ORDER BY number DESC LIMIT ?) ORDER BY number"
        rows = self._db.execute(recent, (remember,)).fetchall()
        return [_order(name, json.loads(body), self._fills(name)) for name, body in rows]

    def _load_holdings(self, books: Books) -> None:
        rows = self._db.execute("SELECT key, quantity, value, leverage, funded_at FROM holdings")
        for key, quantity, value, leverage, funded_at in rows:
            account = books.account
            if isinstance(account, SpotAccount):
                account.coins[key] = Decimal(quantity)
            elif isinstance(account, MarginAccount):
                contract = Contract(Decimal(quantity), Decimal(value), leverage, funded_at)
                account.contracts[key] = contract

    def _fills(self, venue_id: str) -> Iterable[Fill]:
        query = "SELECT id, order_id, key, side, quantity, price, fee, at, fee_base FROM trades "
        query += "WHERE venue_id = ? ORDER BY CAST(substr(id, 2) AS INTEGER)"
        for row in self._db.execute(query, (venue_id,)):
            number, order_id, key, side, quantity, price, fee, at, fee_base = row
            yield Fill(
                number, order_id, key, Side(side), Decimal(quantity), Decimal(price),
                Decimal(fee), at, Decimal(fee_base),
            )  # fmt: skip

    def _write_account(self, books: Books) -> None:
        scalars = [("cash", str(books.account.cash)), ("sequence", str(books.sequence))]
        self._db.executemany("INSERT OR REPLACE INTO account VALUES (?, ?)", scalars)
        self._db.execute("DELETE FROM holdings")
        self._db.executemany("INSERT INTO holdings VALUES (?, ?, ?, ?, ?)", _holdings(books))

    def _write_order(self, order: VenueOrder) -> None:
        number = int(order.venue_id.lstrip("oal"))
        row = (number, order.venue_id, order.request.id, order.live, json.dumps(_body(order)))
        self._db.execute("INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?)", row)
        for f in order.fills:
            amounts = (str(f.quantity), str(f.price), str(f.fee), str(f.fee_base))
            self._db.execute(
                "INSERT OR IGNORE INTO trades VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (f.id, order.venue_id, f.order_id, f.key, f.side.value, *amounts, f.at),
            )


def _holdings(books: Books) -> list[tuple[str, str, str, int, int]]:
    account = books.account
    if isinstance(account, MarginAccount):
        return [
            (key, str(c.quantity), str(c.value), c.leverage, c.funded_at)
            for key, c in account.contracts.items()
        ]
    return [(key, str(account.holding(key)), "0", 1, 0) for key in sorted(account.held_keys())]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _body(order: VenueOrder) -> dict[str, Any]:
    request = order.request
    asked = {name: _text(getattr(request, name)) for name in _DECIMALS}
    names = ("id", "key", "side", "kind", "purpose", "reduce_only", "leverage", "created_at")
    asked |= {name: getattr(request, name) for name in names}
    mine = ("accepted_at", "visible_at", "status", "triggered", "stop_dead", "child_id")
    known = {name: getattr(order, name) for name in (*mine, "ended_at", "reason")}
    return {"request": asked, **known}


def _order(venue_id: str, body: dict[str, Any], fills: Iterable[Fill]) -> VenueOrder:
    asked = dict(body.pop("request"))
    asked |= {name: asked[name] and Decimal(asked[name]) for name in _DECIMALS}
    types: dict[str, Callable[[str], Any]] = {"side": Side, "kind": Kind, "purpose": Purpose}
    asked |= {name: make(asked[name]) for name, make in types.items()}
    request = Order(**asked, position_id="", strategy="", reason="", decided_price=0.0)
    body["status"] = Status(body["status"])
    parts = tuple(fills)
    return VenueOrder(
        venue_id, request, **body, fills=parts,
        filled=sum((f.quantity for f in parts), Decimal(0)),
        spent=sum((f.quantity * f.price for f in parts), Decimal(0)),
    )  # fmt: skip
