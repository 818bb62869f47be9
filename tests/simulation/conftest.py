"""What every test of the simulation needs: an empty journal to begin with."""

from pathlib import Path

import pytest

from tests.simulation.ledger import template


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty journal whose orders carry a fixed namespace."""
    return template(tmp_path_factory.mktemp("simulation"))
