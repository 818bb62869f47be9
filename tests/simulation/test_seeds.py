"""Hundreds of seeds: whatever goes wrong, no promise is broken, and all comes to rest."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.play import faulty, kept

SEEDS = int(os.environ.get("SIMULATION_SEEDS", 10_000 if os.environ.get("SOAK") else 300))
FIRST = int(os.environ.get("SIMULATION_FIRST", 0))
AT_ONCE = 25


@pytest.mark.soak
@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, AT_ONCE))
def test_no_promise_is_broken(first: int, empty: Path) -> None:
    seeds = range(first, min(first + AT_ONCE, FIRST + SEEDS))
    reports = faulty(seeds, empty, Counter())
    assert not reports, "\n\n".join(reports)


def test_seeds_that_failed_once_do_not_fail_again(empty: Path) -> None:
    reports = faulty(kept(), empty, Counter())
    assert not reports, "\n\n".join(reports)
