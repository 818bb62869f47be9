"""What the indicators bring along when they are imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ASK = "import sys{first}; import trader.indicators.averages; print({name!r} in sys.modules)"


@pytest.mark.parametrize(
    ("first", "loaded"),
    [
        ("", "False"),  # arrays are all we give TA-Lib
        (", pandas", "True"),  # somebody else's pandas is left alone
    ],
)
def test_talib_comes_without_pandas(first: str, loaded: str) -> None:
    words = [sys.executable, "-c", ASK.format(first=first, name="pandas")]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == loaded
