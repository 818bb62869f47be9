"""A thousand seeds in four files, so that several workers share them."""

import os
from collections import Counter
from pathlib import Path

from tests.simulation.play import faulty

SEEDS = int(os.environ.get("SIMULATION_SEEDS", 10_000 if os.environ.get("SOAK") else 1_000))
FIRST = int(os.environ.get("SIMULATION_FIRST", 0))
PARTS = 4
AT_ONCE = 25


def firsts(part: int) -> range:
    """First seeds of the stretches that the file number `part` (0 to 3) runs."""
    return range(FIRST + part * AT_ONCE, FIRST + SEEDS, PARTS * AT_ONCE)


def prove(first: int, empty: Path) -> None:
    """Run a stretch of seeds: whatever goes wrong, no promise is broken, and all comes to rest."""
    reports = faulty(range(first, min(first + AT_ONCE, FIRST + SEEDS)), empty, Counter())
    assert not reports, "\n\n".join(reports)
