"""The journal's books beside the exchanges' own, read from the files of a bot that does not run."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tests.e2e.bot import VENUES, rows

ZERO = Decimal(0)
LIVE = ("sending", "open", "partial", "unknown", "canceling")
NEARLY = Decimal("1e-9")  # futures: shares of an entry value are rounded
MARGINED = "binance_futures"


class Trade(NamedTuple):
    """One execution, as either side has it."""

    order_id: str
    key: str
    side: str
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_base: Decimal

    @property
    def coins(self) -> Decimal:
        """What it did to the holding."""
        return self.quantity - self.fee_base if self.side == "buy" else -self.quantity


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the journal holds of one venue."""

    fills: dict[str, Trade]
    orders: dict[str, str]  # client id -> status
    held: dict[str, Decimal]  # signed, dust included
    cash: Decimal | None

    @property
    def live(self) -> set[str]:
        """Orders that may still trade, as far as the journal knows."""
        return {order_id for order_id, status in self.orders.items() if status in LIVE}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one exchange's own database holds."""

    trades: dict[str, Trade]
    orders: list[tuple[str, bool]]  # client id, live
    held: dict[str, Decimal]
    cash: Decimal
    exits: dict[str, list[tuple[str, str, bool]]]  # key -> live exits: client id, kind, reduce-only

    @property
    def live(self) -> set[str]:
        """Orders that rest there."""
        return {order_id for order_id, alive in self.orders if alive}


def ledger(data: Path, venue: str) -> Ledger:
    """The journal's side."""
    path = data / "trader.db"
    fills = rows(path, f"SELECT id, {_COLUMNS} FROM fills WHERE venue = ?", venue)  # noqa: S608
    orders = rows(path, "SELECT id, status FROM orders WHERE venue = ?", venue)
    positions = "SELECT key, direction, quantity FROM positions WHERE venue = ?"
    held: dict[str, Decimal] = defaultdict(Decimal)
    for key, direction, quantity in rows(path, positions, venue):
        held[key] += int(direction) * Decimal(quantity)
    book = rows(path, "SELECT body FROM books WHERE venue = ?", venue)
    body = json.loads(book[0][0]) if book else {"dust": [], "cash": None}
    for key, quantity in body["dust"]:
        held[key] += Decimal(quantity)
    cash = None if body["cash"] is None else Decimal(body["cash"])
    return Ledger(_trades(fills), dict(orders), _nonzero(held), cash)


def exchange(data: Path, venue: str) -> Exchange:
    """The exchange's side."""
    path = data / f"simulated_{venue}.db"
    orders = rows(path, "SELECT client_id, live, body FROM orders ORDER BY number")
    exits: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for client_id, alive, body in orders:
        asked = json.loads(body)["request"]
        if alive and asked["purpose"] != "E":
            exits[asked["key"]].append((client_id, asked["kind"], asked["reduce_only"]))
    holdings = rows(path, "SELECT key, quantity FROM holdings")
    return Exchange(
        _trades(rows(path, f"SELECT id, {_COLUMNS} FROM trades")),  # noqa: S608
        [(client_id, bool(alive)) for client_id, alive, _ in orders],
        _nonzero({key: Decimal(quantity) for key, quantity in holdings}),
        Decimal(rows(path, "SELECT value FROM account WHERE name = 'cash'")[0][0]),
        exits,
    )


_COLUMNS = "order_id, key, side, quantity, price, fee, fee_base"


def _trades(found: Iterable[tuple[str, ...]]) -> dict[str, Trade]:
    return {
        name: Trade(order, key, side, *(Decimal(number) for number in numbers))
        for name, order, key, side, *numbers in found
    }


def _nonzero(held: dict[str, Decimal]) -> dict[str, Decimal]:
    return {key: quantity for key, quantity in held.items() if quantity}


def summed(trades: Iterable[Trade]) -> dict[str, Decimal]:
    """What executions add up to, by key."""
    held: dict[str, Decimal] = defaultdict(Decimal)
    for trade in trades:
        held[trade.key] += trade.coins
    return _nonzero(held)


# ---------------------------------------------------------------- what holds at every moment


def always(data: Path) -> list[str]:
    """Breaches of what must hold whenever the process dies (page 4.1, promises 1 to 4 and 6)."""
    found = []
    for venue in VENUES:
        ours, theirs = ledger(data, venue), exchange(data, venue)
        found += [
            f"{venue}: {text}" for text in (*_of_orders(ours, theirs), *_of_fills(ours, theirs))
        ]
        found += [f"{venue}: {text}" for text in _of_exits(theirs, venue)]
    return found


def _of_orders(ours: Ledger, theirs: Exchange) -> Iterable[str]:
    names = Counter(name for name, _ in theirs.orders)
    yield from (f"order {name} was accepted {n} times" for name, n in names.items() if n > 1)
    yield from (
        f"order {name} was not journalled before" for name in names if name not in ours.orders
    )


def _of_fills(ours: Ledger, theirs: Exchange) -> Iterable[str]:
    for name, trade in ours.fills.items():
        if theirs.trades.get(name) != trade:
            yield f"fill {name} {trade} is not what the exchange has: {theirs.trades.get(name)}"
    if summed(ours.fills.values()) != ours.held:
        yield f"fills add up to {summed(ours.fills.values())}, positions are {ours.held}"
    if summed(theirs.trades.values()) != theirs.held:
        yield f"trades add up to {summed(theirs.trades.values())}, holdings are {theirs.held}"


def _of_exits(theirs: Exchange, venue: str) -> Iterable[str]:
    for key, orders in theirs.exits.items():
        allowed = {"stop_market", "take_profit_market"} if venue == MARGINED else {"oco"}
        kinds = Counter(kind for _, kind, _ in orders if kind in allowed)
        if any(count > 1 for count in kinds.values()):
            yield f"{key} has more than one of its exits: {orders}"
        if venue == MARGINED and not all(reduce_only for _, _, reduce_only in orders):
            yield f"{key} has an exit that could open a position: {orders}"


# ---------------------------------------------------------------- what holds when all is settled


def settled(data: Path) -> list[str]:
    """Differences between the two sides after an ordered stop with nothing in flight."""
    found = always(data)
    for venue in VENUES:
        ours, theirs = ledger(data, venue), exchange(data, venue)
        found += [f"{venue}: {text}" for text in _differences(ours, theirs)]
    return found


def _differences(ours: Ledger, theirs: Exchange) -> Iterable[str]:
    for name in theirs.trades.keys() - ours.fills.keys():
        yield f"the journal lacks fill {name} {theirs.trades[name]}"
    if ours.held != theirs.held:
        yield f"the journal holds {ours.held}, the account {theirs.held}"
    if ours.cash is not None and abs(ours.cash - theirs.cash) > NEARLY:
        yield f"the journal's cash is {ours.cash}, the account's {theirs.cash}"
    if ours.live != theirs.live:
        yield f"live orders differ: {sorted(ours.live)} and {sorted(theirs.live)}"
    for key, orders in theirs.exits.items():
        if key not in ours.held:
            yield f"{key} has exits but no position: {orders}"


# ---------------------------------------------------------------- how dangerous a death was


def dangers(data: Path) -> Counter[str]:
    """What was in flight when the process died."""
    found: Counter[str] = Counter()
    for venue in VENUES:
        ours, theirs = ledger(data, venue), exchange(data, venue)
        there = dict(theirs.orders)
        sending = {name for name, status in ours.orders.items() if status == "sending"}
        found["request lost"] += len(sending - there.keys())
        found["answer lost"] += len(sending & there.keys())
        found["end not heard"] += sum(not there.get(name, True) for name in ours.live - sending)
        found["fill not heard"] += len(theirs.trades.keys() - ours.fills.keys())
        found["at rest there"] += len(theirs.live)
        found["held"] += len(ours.held)
    return found
