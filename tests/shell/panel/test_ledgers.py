"""Files of lines and the journal: the same, whatever happened to the file."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from tests.bridge.samples import trade
from tests.disks import small
from trader.bridge.panel import names
from trader.bridge.panel.client import PanelClient
from trader.bridge.panel.writer import PanelWriter
from trader.domain.events import TimePassed
from trader.domain.outcome import Outcome
from trader.domain.position import ClosedTrade
from trader.domain.time import DAY, HOUR, MINUTE
from trader.shell.panel.ledgers import (
    Ledger,
    equity_line,
    equity_of,
    thinned,
    trade_line,
    trades_of,
)
from trader.storage.history import EquityPoint
from trader.storage.journal import SqlJournal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqlJournal]:
    with closing(SqlJournal.open(tmp_path / "trader.db")) as opened:
        yield opened


@pytest.fixture
def ledger(tmp_path: Path, journal: SqlJournal) -> Ledger:
    return trades_of(PanelWriter(tmp_path), names.TRADES, journal.history)


def closed(number: int) -> ClosedTrade:
    """One trade after another."""
    made = trade(trade_id=f"t{number:05d}")
    return replace(made, closed_at=made.closed_at + number)


def journalled(journal: SqlJournal, ledger: Ledger | None, *trades: ClosedTrade) -> None:
    journal.record(TimePassed(0), Outcome(trades=list(trades)))
    for one in trades if ledger is not None else ():
        assert ledger is not None
        ledger.add(trade_line(one))


def ids(tmp_path: Path) -> list[str]:
    return [row.id for row in PanelClient(tmp_path).trades().rows]


def test_trades_follow_one_another(tmp_path: Path, journal: SqlJournal, ledger: Ledger) -> None:
    journalled(journal, ledger, closed(0))
    ledger.write()
    journalled(journal, ledger, closed(1), closed(2))
    ledger.write()
    assert ids(tmp_path) == ["t00000", "t00001", "t00002"]


def test_a_line_says_what_trades_csv_says(
    tmp_path: Path, journal: SqlJournal, ledger: Ledger
) -> None:
    journalled(journal, ledger, closed(0))
    ledger.write()
    (row,) = PanelClient(tmp_path).trades().rows
    assert (row.venue, row.symbol, row.side) == ("upbit", "BTC/KRW", "long")
    assert (row.exit_reason, row.pnl, row.pnl_percent) == ("take_profit", 3673.1, 4.9)
    assert row.closed_at == closed(0).closed_at / 1_000


def test_no_trades_are_an_empty_file(tmp_path: Path, ledger: Ledger) -> None:
    ledger.write()
    assert (tmp_path / "panel" / names.TRADES).read_bytes() == b""


@pytest.mark.parametrize("harm", ["delete", "tear", "foreign"])
def test_at_a_start_the_file_is_made_again_of_the_journal(
    tmp_path: Path, journal: SqlJournal, ledger: Ledger, harm: str
) -> None:
    journalled(journal, ledger, *map(closed, range(5)))
    ledger.write()
    path = tmp_path / "panel" / names.TRADES
    if harm == "delete":
        shutil.rmtree(path.parent)
    else:
        with path.open("a") as file:
            file.write('{"id": "x' if harm == "tear" else '{"id": "other"}\n')
    trades_of(PanelWriter(tmp_path), names.TRADES, journal.history).write()
    assert ids(tmp_path) == [f"t{number:05d}" for number in range(5)]


def test_a_file_that_fits_is_continued(tmp_path: Path, journal: SqlJournal, ledger: Ledger) -> None:
    journalled(journal, ledger, closed(0))
    ledger.write()
    inode = (tmp_path / "panel" / names.TRADES).stat().st_ino
    again = trades_of(PanelWriter(tmp_path), names.TRADES, journal.history)
    again.write()
    journalled(journal, again, closed(1))
    again.write()
    assert (tmp_path / "panel" / names.TRADES).stat().st_ino == inode
    assert ids(tmp_path) == ["t00000", "t00001"]


def test_a_file_deleted_while_it_grows_is_made_again(
    tmp_path: Path, journal: SqlJournal, ledger: Ledger
) -> None:
    journalled(journal, ledger, closed(0))
    ledger.write()
    shutil.rmtree(tmp_path / "panel")
    ledger.write()
    assert ids(tmp_path) == ["t00000"]
    shutil.rmtree(tmp_path / "panel")
    journalled(journal, ledger, closed(1))
    ledger.write()
    assert ids(tmp_path) == ["t00000", "t00001"]


def test_what_the_journal_told_already_is_not_told_twice(
    tmp_path: Path, journal: SqlJournal, ledger: Ledger
) -> None:
    journalled(journal, None, closed(0))
    ledger.write()  # made of the journal before the loop came to note it
    ledger.add(trade_line(closed(0)))
    ledger.write()
    assert ids(tmp_path) == ["t00000"]


def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path, journal: SqlJournal) -> None:
    with small(tmp_path / "small", "64k") as folder:
        ledger = trades_of(PanelWriter(folder), names.TRADES, journal.history)
        ledger.write()
        (folder / "filler").write_bytes(b"x" * 56_000)
        journalled(journal, ledger, *map(closed, range(60)))
        with pytest.raises(OSError, match="space"):
            ledger.write()
        (folder / "filler").unlink()
        ledger.write()
        assert len(ids(folder)) == 60


def test_ten_thousand_trades_are_made_again_quickly_beside_a_loop(
    tmp_path: Path, journal: SqlJournal, ledger: Ledger
) -> None:
    journalled(journal, None, *map(closed, range(10_000)))
    longest, last = 0.0, perf_counter()
    thread = threading.Thread(target=ledger.write)
    began = perf_counter()
    thread.start()
    while thread.is_alive():
        thread.join(0.001)
        longest, last = max(longest, perf_counter() - last), perf_counter()
    assert len(ids(tmp_path)) == 10_000
    assert perf_counter() - began < 20
    assert longest < (perf_counter() - began) / 2  # the other thread came to its turn meanwhile


def test_the_curve_is_thinned_where_it_is_old() -> None:
    points = tuple(EquityPoint(at, 1.0, 1.0) for at in range(0, 10 * DAY, 10 * MINUTE))
    kept = [row["at"] for row in thinned("upbit", points)]
    assert len([at for at in kept if at < 2 * 86_400]) == 48
    assert kept[-1] == points[-1].at / 1_000
    crowded = tuple(EquityPoint(at, 1.0, 1.0) for at in range(0, HOUR, MINUTE // 4))
    assert len(list(thinned("upbit", crowded))) == 60


def test_curves_of_all_venues_share_a_file(tmp_path: Path, journal: SqlJournal) -> None:
    for at in (MINUTE, 2 * MINUTE):
        for venue in ("upbit", "binance_spot"):
            journal.equity_point(at, venue, 100.5, 50.0)
    writer, venues = PanelWriter(tmp_path), ("upbit", "binance_spot")
    equity_of(writer, names.EQUITY, journal.history, venues).write()
    rows = PanelClient(tmp_path).equity().rows
    assert [(row.at, row.venue) for row in rows] == [
        (60.0, "upbit"), (60.0, "binance_spot"), (120.0, "upbit"), (120.0, "binance_spot"),
    ]  # fmt: skip
    inode = (writer.folder / names.EQUITY).stat().st_ino
    again = equity_of(writer, names.EQUITY, journal.history, venues)
    again.add(equity_line("upbit", 3 * MINUTE, 101.0, 50.0))
    again.write()
    assert (writer.folder / names.EQUITY).stat().st_ino == inode
