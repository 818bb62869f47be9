"""A backup is a whole journal or it does not exist."""

import shutil
from pathlib import Path

import pytest

from tests.storage.samples import TICK, fill
from trader.domain.errors import JournalBroken
from trader.domain.outcome import Outcome
from trader.domain.time import DAY
from trader.storage.backups import back_up, backups, restore
from trader.storage.journal import SqlJournal


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A journal with one fill."""
    path = tmp_path / "trader.db"
    journal = SqlJournal.open(path)
    journal.record(TICK, Outcome(fills=[fill()]))
    journal.close()
    return path


def test_a_journal_in_use_is_copied_and_can_be_restored(tmp_path: Path) -> None:
    path = tmp_path / "trader.db"
    journal = SqlJournal.open(path)
    journal.record(TICK, Outcome(fills=[fill()]))  # still in the log, not in the file
    copy = back_up(path, tmp_path / "backups", 1_698_400_800_000)
    journal.close()
    assert copy.name == "trader-20231027T100000.db"
    path.unlink()
    restore(copy, path)
    again = SqlJournal.open(path)
    assert again.restore().fill_ids == ("upbit:f1",)
    again.close()


def test_only_the_newest_are_kept(live: Path, tmp_path: Path) -> None:
    made = [back_up(live, tmp_path / "backups", day * DAY, keep=2) for day in range(4)]
    assert backups(tmp_path / "backups") == made[2:]


def test_a_damaged_journal_makes_no_backup(live: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    good = back_up(live, folder, 0)
    live.write_bytes(b"nothing of use" * 1000)
    with pytest.raises(JournalBroken, match="cannot be made"):
        back_up(live, folder, DAY, keep=1)
    assert list(folder.iterdir()) == [good]


def test_a_missing_journal_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(JournalBroken, match="is not there"):
        back_up(tmp_path / "trader.db", tmp_path / "backups", 0)


def test_restoring_overwrites_nothing(live: Path, tmp_path: Path) -> None:
    copy = back_up(live, tmp_path / "backups", 0)
    before = live.read_bytes()
    with pytest.raises(JournalBroken, match="is there already"):
        restore(copy, live)
    assert live.read_bytes() == before


def test_a_damaged_backup_is_not_restored(live: Path, tmp_path: Path) -> None:
    copy = back_up(live, tmp_path / "backups", 0)
    shutil.copy(copy, tmp_path / "whole")
    copy.write_bytes(copy.read_bytes()[:5000])
    live.unlink()
    with pytest.raises(JournalBroken, match="is damaged"):
        restore(copy, live)
    assert not live.exists()
