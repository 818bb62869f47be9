"""One seed, one run: nothing in the core depends on a clock, a thread or the order of a set."""

from pathlib import Path

import pytest

from tests.simulation.world import Setting, World


def digest(seed: int, empty: Path) -> str:
    world = World(Setting(seed, empty)).run()
    try:
        return world.digest()
    finally:
        world.ledger.discard()


@pytest.mark.parametrize("seed", range(1_000, 1_020))
def test_the_same_seed_is_the_same_run(seed: int, empty: Path) -> None:
    assert digest(seed, empty) == digest(seed, empty)


def test_another_seed_is_another_run(empty: Path) -> None:
    assert len({digest(seed, empty) for seed in range(1_000, 1_005)}) == 5
