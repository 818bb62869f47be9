"""Seeds that failed once are run for ever."""

from collections import Counter
from pathlib import Path

from tests.simulation.play import faulty, kept


def test_seeds_that_failed_once_do_not_fail_again(empty: Path) -> None:
    reports = faulty(kept(), empty, Counter())
    assert not reports, "\n\n".join(reports)
