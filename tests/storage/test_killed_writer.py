"""A writer killed at any moment leaves books in which fills and cash belong together."""

import subprocess
import sys
import time
from pathlib import Path

from trader.storage.journal import SqlJournal

WRITER = """
import sys
from tests.storage.samples import TICK, book, fill
from trader.domain.outcome import Outcome
from trader.storage.journal import SqlJournal

journal = SqlJournal.open(sys.argv[1])
first = len(journal.restore().fill_ids)
for n in range(first + 1, first + 1_000_000):
    journal.record(TICK, Outcome(fills=[fill(f"f{n}")], books=[book(str(n))]))
    print(n, flush=True)
"""


def test_what_was_acknowledged_is_there_and_nothing_is_half_done(tmp_path: Path) -> None:
    for delay in (0.0, 0.07):
        acknowledged = _run_and_kill(tmp_path / "trader.db", delay)
        journal = SqlJournal.open(tmp_path / "trader.db")
        restored = journal.restore()
        journal.close()
        assert len(restored.fill_ids) >= acknowledged
        assert restored.books["upbit"].cash == len(restored.fill_ids)


def _run_and_kill(path: Path, delay: float) -> int:
    """The last number that the writer had committed and said so."""
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(delay)
        writer.kill()
        said = [first, *writer.stdout]
    return int([line for line in said if line.endswith("\n")][-1])
