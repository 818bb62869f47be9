"""Our programs as users start them: how long until they answer, how much memory they need."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import psutil

from benchmarks.bars import year_of_minutes
from benchmarks.figure import Figure
from trader.domain.candles import Candles

ROOT = Path(__file__).parents[1]
LOOK_EVERY, GIVE_UP = 0.01, 120.0
MEGABYTE = 1 << 20


@dataclass(slots=True)
class Life:
    """One run of a program. Times in seconds since its start, memory in bytes, at its peak."""

    code: int = -1
    lasted: float = 0.0
    answered: float | None = None
    peak: int = 0


def figures() -> list[Figure]:
    """The daemon in demo mode, and a backtest from file to result."""
    return [*_daemon(), *_backtest()]


def _daemon() -> list[Figure]:
    if not (ROOT / "run_bot.py").exists():
        return [Figure("daemon: start to first status", "not measured: there is no run_bot.py")]
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as name:
        folder = Path(name)
        places = ["--data-dir", str(folder / "data"), "--log-dir", str(folder / "logs")]
        words = ["run_bot.py", "--duration", "10", *places]  # the folder has no .env
        life = lived(words, folder, lambda: _has_status(folder / "data" / "bot_status.json"))
    if life.answered is None or life.code != 0:
        return [Figure("daemon: start to first status", f"not measured: exit code {life.code}")]
    peers = "freqtrade about 4 s and 200 MB (specification 7.1)"
    return [
        Figure("daemon: start to first status", f"{life.answered:.2f} s", "<= 2 s", peers),
        Figure("daemon: peak memory, demo", f"{life.peak / MEGABYTE:.0f} MB", "<= 250 MB", peers),
    ]


def _backtest() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as name:
        folder = Path(name)
        candles, where = year_of_minutes()
        path = _written(candles, folder / "binance__BTC-USDT__1m.parquet")
        words = ["--data", str(path), "--strategy", "bb_breakout", "--json", "--out", name]
        life = lived(["run_backtest.py", *words], folder, lambda: False)
    work = f"backtest of a year of minutes ({where}) by the live engine, file to result"
    if life.code != 0:
        return [Figure(work, f"not measured: exit code {life.code}")]
    peers = "backtesting.py 3.7 s, vectorbt 2.4 s; 323 to 890 MB (specification 7.1)"
    return [
        Figure(f"{work}: time", f"{life.lasted:.2f} s", "", peers),
        Figure(f"{work}: peak memory", f"{life.peak / MEGABYTE:.0f} MB", "", peers),
    ]


def _written(candles: Candles, path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: getattr(candles, name) for name in ("open", "high", "low", "close", "volume")}
    parquet.write_table(pa.table({"timestamp": candles.time, **columns}), path)
    return path


def lived(words: list[str], folder: Path, answered: Callable[[], bool]) -> Life:
    """Run a program of ours in a folder to its end and watch it."""
    begin, life = perf_counter(), Life()
    with _started([sys.executable, str(ROOT / words[0]), *words[1:]], folder) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None and perf_counter() - begin < GIVE_UP:
            life.peak = max(life.peak, _memory(watched))
            if life.answered is None and answered():
                life.answered = perf_counter() - begin
            sleep(LOOK_EVERY)
        life.lasted = perf_counter() - begin
    life.code = process.returncode
    return life


@contextmanager
def _started(words: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    silent = subprocess.DEVNULL
    with subprocess.Popen(words, cwd=folder, stdin=silent, stdout=silent, stderr=silent) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has just ended
        return 0


def _has_status(path: Path) -> bool:
    try:
        return "status" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
