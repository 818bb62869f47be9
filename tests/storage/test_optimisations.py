"""Searches of the optimiser in the journal: written twice, read once, in databases new and old."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from trader.storage.journal import SqlJournal
from trader.storage.optimisations import Optimisation
from trader.storage.tables import OPTIMISATIONS

BEGUN = Optimisation("o1", "grid", "upbit", "schedule", 1_700_000_000_000, ("BTC/KRW", "ETH/KRW"))
ENDED = replace(
    BEGUN,
    ended_at=1_700_000_060_000,
    state="done",
    tried=160,
    best={"K_VALUE": 0.45},
    running={"K_VALUE": 0.5},
    in_sample={"trades": 11, "sharpe": None},
    out_of_sample={"trades": 18},
    verdict={"promoted": False, "reasons": ["too_few_trades measured=18 wanted=30"]},
    message="tried 160 combinations",
)


def test_the_end_of_a_search_replaces_its_beginning(
    journal: SqlJournal, open_again: Callable[[], SqlJournal]
) -> None:
    journal.optimised(BEGUN)
    assert journal.history.optimisations() == (BEGUN,)
    journal.optimised(ENDED)
    assert open_again().history.optimisations() == (ENDED,)


def test_searches_come_oldest_first_and_only_the_newest(journal: SqlJournal) -> None:
    for number in range(5):
        journal.optimised(replace(BEGUN, id=f"o{number}", started_at=number))
    assert [one.id for one in journal.history.optimisations(3)] == ["o2", "o3", "o4"]


def test_a_database_of_an_older_version_gains_the_table(tmp_path: Path) -> None:
    path = tmp_path / "trader.db"
    SqlJournal.open(path).close()
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        OPTIMISATIONS.drop(connection)
        assert "optimisations" not in sa.inspect(connection).get_table_names()
    engine.dispose()
    journal = SqlJournal.open(path)
    journal.optimised(BEGUN)
    assert journal.history.optimisations() == (BEGUN,)
    journal.close()
