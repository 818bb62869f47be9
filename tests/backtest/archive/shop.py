"""`run_backtest.py download` as a real process against the loopback exchanges."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.feeds.history.exchange import Exchange
from trader.domain.time import DAY, MINUTE
from trader.storage.candles import CandleStore

ROOT = Path(__file__).parents[3]
FIRST = 1_714_521_600_000  # 2024-05-01
LAST = FIRST + 40 * DAY
KEY = "binance_spot:BTC/USDT"
PAGES = 40 * DAY // MINUTE // 1_000 + 1
LONG = ("--venue", "binance_spot", "--timeframe", "1m", "--start", "2024-05-01",
        "--end", "2024-06-10")  # fmt: skip


def started(
    exchange: Exchange, folder: Path, *words: str, most: int | None = None
) -> subprocess.Popen[str]:
    """A download on its way; `most`: bytes that a file of it may have."""

    def limited() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    command = [sys.executable, "run_backtest.py", "download", *words, "--folder", str(folder)]
    addresses = dict.fromkeys(
        ("UPBIT_API_URL", "BINANCE_SPOT_API_URL", "BINANCE_FUTURES_API_URL"), exchange.address
    )
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | addresses, text=True, preexec_fn=limited,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def downloaded(
    exchange: Exchange, folder: Path, *words: str, most: int | None = None
) -> tuple[int, str, str]:
    """Exit code, stdout, stderr of a whole download."""
    process = started(exchange, folder, *words, most=most)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def stored(folder: Path, key: str = KEY, what: str = "1m") -> list[tuple[float, ...]]:
    """Rows of one file."""
    columns = CandleStore(folder).columns(key, what)
    return list(zip(*(column.tolist() for column in columns.values()), strict=True))


def true(exchange: Exchange, step: int = MINUTE) -> list[tuple[float, ...]]:
    """Rows of the spot market as the exchange has them."""
    market = exchange.market("spot", "BTCUSDT")
    assert market is not None
    rows = market.candles(step)
    return [(at, *row) for at, row in rows.items() if FIRST <= at < LAST]


def wait_for(holds: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)
