"""Books have one owner: who was away while another took them over writes nothing any more."""

from pathlib import Path

import pytest

from tests.storage.samples import TICK, order, position
from trader.domain.errors import AlreadyRunning
from trader.domain.outcome import Outcome
from trader.storage.journal import SqlJournal


def test_a_journal_that_was_taken_over_refuses_to_write(tmp_path: Path) -> None:
    away = SqlJournal.open(tmp_path / "trader.db")
    away.own()
    away.record(TICK, Outcome(positions=[position()]))
    here = SqlJournal.open(tmp_path / "trader.db")
    here.own()
    with pytest.raises(AlreadyRunning, match="took these books over"):
        away.record(TICK, Outcome(submit=[order()], orders=[order()]))
    with pytest.raises(AlreadyRunning):
        away.equity_point(1, "upbit", 1.0, 1.0)
    here.record(TICK, Outcome(orders=[order("aaE-2")]))
    assert [o.id for o in here.restore().orders] == ["aaE-2"]  # nothing of the other's
    away.close()
    here.close()


def test_who_only_looks_takes_nothing_over(tmp_path: Path) -> None:
    owner = SqlJournal.open(tmp_path / "trader.db")
    owner.own()
    SqlJournal.open(tmp_path / "trader.db").close()
    owner.flush()
    owner.own()  # the same process begins another life
    owner.flush()
    owner.close()
