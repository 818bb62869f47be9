"""`kill -9` at random moments: books equal, nothing doubled, nothing unprotected (half one)."""

from pathlib import Path

import pytest

from tests.e2e.killing import LIVES, prove


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_the_books_survive_every_death(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = prove(tmp_path, seed=1, lives=LIVES // 2)
    with capsys.disabled():
        print(f"\n{line}")
