"""The simulation is trusted because it notices: every planted fault breaks a promise somewhere."""

from pathlib import Path

import pytest

from tests.simulation.planted import PLANTED, Plant
from tests.simulation.play import play
from tests.simulation.world import Setting

WITHIN = range(3_000, 3_060)


@pytest.mark.no_cover  # each run must fail in its own way, the tracer would triple its time
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_noticed(
    plant: Plant, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert any(play(Setting(seed, empty)).observer.violations for seed in WITHIN)


@pytest.mark.no_cover
def test_without_a_fault_nothing_is_noticed(empty: Path) -> None:
    for seed in WITHIN[:20]:
        assert not play(Setting(seed, empty)).observer.violations
