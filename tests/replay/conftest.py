"""One recorded life that many tests read, copies of it to be spoilt."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.replay.playing import recorded, rewritten


def changed_head(lines: list[Any]) -> list[Any]:
    for parameters in lines[0]["beginning"]["parameters"].values():
        parameters["take_profit_percent"] = 0.009
    return lines


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One recorded life."""
    return recorded(tmp_path_factory.mktemp("session"))


@pytest.fixture
def copy(session: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(session, tmp_path / "copy"))


@pytest.fixture(scope="module")
def spoilt(session: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with another parameter in its head."""
    folder = Path(shutil.copytree(session, tmp_path_factory.mktemp("spoilt") / "copy"))
    rewritten(folder, changed_head)
    return folder
