"""The whole daemon on a virtual clock, killed twice, with faults on every wire."""

import os
from pathlib import Path

import pytest

from tests.simulation.daemon_world import DaemonWorld

SEEDS = range(200 if os.environ.get("SOAK") else 4)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
def test_killed_twice_it_keeps_its_promises(seed: int, tmp_path: Path) -> None:
    world = DaemonWorld(seed, tmp_path).run()
    assert world.fills() > 4  # else nothing would be proven
    assert not list(world.violations())


def test_the_same_seed_is_the_same_run(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        runs.append(DaemonWorld(1, tmp_path / name).run().history())
    assert runs[0] == runs[1]
