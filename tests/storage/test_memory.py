"""The journal of a backtest keeps what reports need."""

from tests.storage.samples import TICK, fill, order, trade
from trader.domain.outcome import NOTHING, Outcome
from trader.engine.ports import Journal, Restored
from trader.storage.memory import MemoryJournal

OUTCOME = Outcome(orders=[order()], fills=[fill()], trades=[trade()])


def test_trades_and_fills_are_kept_in_order() -> None:
    memory = MemoryJournal()
    journal: Journal = memory
    for outcome in (NOTHING, OUTCOME, OUTCOME):
        journal.record(TICK, outcome)
    assert (memory.trades, memory.fills, memory.orders) == ([trade()] * 2, [fill()] * 2, [])


def test_orders_are_kept_when_asked_for() -> None:
    memory = MemoryJournal(orders=True)
    memory.record(TICK, OUTCOME)
    assert memory.orders == [order()]
    assert memory.restore() == Restored()
