"""A small market and the commands on it, for the tests of this folder."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tests.backtest.drawing import T0, parquet
from trader.backtest.arguments import Arguments, parsed
from trader.backtest.sweep.preparing import Sweep, prepare
from trader.domain.time import HOUR

ROOT = Path(__file__).parents[3]
LOOSE = ("--set", "min_atr_pct=0", "--set", "adx_min=0", "--set", "adx_falling_filter=no")
AXES = ("--grid", "k_value=0.2:0.6:0.1", "--grid", "take_profit_percent=0.01,0.02,0.04")


def candles(folder: Path, rows: int = 1_200, seed: int = 3, symbol: str = "BTC-KRW") -> Path:
    """Hourly candles that move enough to be traded."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, rows)))
    opens = np.append(100.0, close[:-1])
    reach = np.abs(rng.normal(0.0, 0.004, (2, rows)))
    high = np.maximum(opens, close) * (1 + reach[0])
    low = np.minimum(opens, close) * (1 - reach[1])
    table = zip(*(a.tolist() for a in (opens, high, low, close)), strict=True)
    listed = [(T0 + hour * HOUR, *prices, 1e6) for hour, prices in enumerate(table)]
    return parquet(folder / f"upbit__{symbol}__1h.parquet", listed)


def words(data: Path, *more: str) -> list[str]:
    """The arguments of a sweep on this file."""
    return ["--data", str(data), *LOOSE, *more]


def arguments(data: Path, *more: str) -> Arguments:
    """The same, read."""
    return parsed(words(data, *more))


def sweep(data: Path, *more: str) -> Sweep:
    """A sweep that is ready to run."""
    return prepare(arguments(data, *more))


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by their columns' names."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def result(folder: Path) -> dict[str, Any]:
    """`result.json`."""
    found: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
    return found


def started(folder: Path, wanted: Iterable[str]) -> subprocess.Popen[str]:
    """`run_backtest.py` as a process of its own, which Ctrl-C in this terminal does not reach.

    Not under coverage: that writes files of its own, also where no file may grow.
    """
    hidden = ("COV", "COVERAGE")
    known = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run_backtest.py"), *wanted],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**known, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
