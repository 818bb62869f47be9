"""A shelf of backtests beside a running bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboard.daemon import FakeDaemon
from tests.dashboard.research import shelf_samples


@pytest.fixture
def shelf(running: FakeDaemon) -> Path:
    """Two runs, a damaged one, and a folder of something else."""
    shelf_samples.run(running.data_dir, "2023-10-28T10-00-00Z_new", share=0.8)
    few = {"trades": 3, "total_return": -0.01}
    shelf_samples.run(
        running.data_dir, "2023-10-27T10-00-00Z_old", name="old_one", metrics=few,
        parameters={"K_VALUE": 0.45},
    )  # fmt: skip
    folder = running.data_dir / "backtests"
    (folder / "photos").mkdir()
    (folder / "torn").mkdir()
    (folder / "torn" / "result.json").write_text('{"metr')
    return folder
