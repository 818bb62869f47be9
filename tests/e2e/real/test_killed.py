"""`kill -9` with orders on their way to three exchanges: nothing is lost, nothing doubled."""

import os
from pathlib import Path

import pytest

from tests.e2e.real.killing import LIVES, prove


@pytest.mark.soak
@pytest.mark.no_cover
@pytest.mark.skipif(not hasattr(os, "fork"), reason="lives are forked, which needs POSIX")
@pytest.mark.timeout(7_200)
def test_the_books_survive_every_death(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = prove(tmp_path, seed=1, lives=LIVES)
    with capsys.disabled():
        print(f"\n{line}")
