"""How long the loop waits for the journal before an order may leave: one commit, flushed."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from benchmarks.figure import Figure, milliseconds, percentile
from trader.domain.events import PriceSeen
from trader.domain.order import Kind, Order, Purpose, Side
from trader.domain.outcome import Outcome
from trader.storage.journal import SqlJournal

COMMITS = 500
KEY = "upbit:BTC/KRW"


def figures() -> list[Figure]:
    """Commits of one order each, SQLite with a write-ahead log and full synchronisation."""
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as folder:
        journal = SqlJournal.open(Path(folder) / "trader.db")
        spent = [_commit(journal, number) for number in range(COMMITS)]
        journal.close()
    result = (
        f"p50 {milliseconds(percentile(spent, 0.5))}, p99 {milliseconds(percentile(spent, 0.99))}"
    )
    return [Figure("journal: commit of one order (SQLite, WAL, synchronous=FULL)", result)]


def _commit(journal: SqlJournal, number: int) -> float:
    event, outcome = PriceSeen(KEY, 50_000_000.0, number), Outcome(submit=[_order(number)])
    begin = perf_counter()
    journal.record(event, outcome)
    return perf_counter() - begin


def _order(number: int) -> Order:
    return Order(
        id=f"aaUE-{number}",
        key=KEY,
        side=Side.BUY,
        kind=Kind.MARKET,
        purpose=Purpose.ENTRY,
        quantity=Decimal("0.001"),
        position_id=f"aaUE-{number}",
        strategy="breakout",
        reason="entry",
        created_at=number,
        decided_price=50_000_000.0,
    )
