"""A download that is cut, killed or out of disk: nothing stored is lost, the next one goes on."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import disks
from tests.backtest.archive.shop import LONG, PAGES, downloaded, started, stored, true, wait_for
from tests.feeds.history.exchange import Exchange

FILE = "binance__BTC-USDT__1m.parquet"
ROOM = 700_000  # bytes: a part of the file, not all of it


def test_a_kill_in_mid_download_loses_nothing_that_was_stored(
    exchange: Exchange, tmp_path: Path
) -> None:
    process = started(exchange, tmp_path, *LONG)
    wait_for((tmp_path / FILE).exists)
    time.sleep(0.1)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    met = len(exchange.history)
    assert 25 <= met < PAGES  # it was in mid-download
    kept = stored(tmp_path)
    assert kept == true(exchange)[: len(kept)]
    assert len(kept) >= 24_000

    code, _, err = downloaded(exchange, tmp_path, *LONG)
    assert code == 0, err
    assert stored(tmp_path) == true(exchange)
    assert len(exchange.history) - met <= PAGES - 24  # the stored pages were not asked for again

    whole = tmp_path / "uninterrupted"
    assert downloaded(exchange, whole, *LONG)[0] == 0
    assert stored(whole) == stored(tmp_path)


def test_ctrl_c_stores_what_came_and_says_so(exchange: Exchange, tmp_path: Path) -> None:
    process = started(exchange, tmp_path, *LONG)
    wait_for(lambda: len(exchange.history) >= 12)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; what came is stored: run the same command again" in err
    assert "Traceback" not in err
    met = len(exchange.history)
    assert met < 25  # before the first time that pages are stored anyway
    assert len(stored(tmp_path)) >= 10_000
    assert downloaded(exchange, tmp_path, *LONG)[0] == 0
    assert stored(tmp_path) == true(exchange)


def test_a_file_that_may_not_grow_stays_as_it_was(exchange: Exchange, tmp_path: Path) -> None:
    short = [*LONG[:-1], "2024-05-04"]
    assert downloaded(exchange, tmp_path, *short)[0] == 0
    before = stored(tmp_path)
    code, _, err = downloaded(exchange, tmp_path, *LONG, most=ROOM)
    assert code == 1
    assert "cannot be written" in err
    assert "free some space and run the same again" in err
    assert "Traceback" not in err
    kept = stored(tmp_path)
    assert kept == true(exchange)[: len(kept)]
    assert len(before) <= len(kept) < len(true(exchange))
    assert not list(tmp_path.glob("*.tmp")) + list(tmp_path.glob(".*.tmp"))
    assert downloaded(exchange, tmp_path, *LONG)[0] == 0
    assert stored(tmp_path) == true(exchange)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system that holds one file of this size, not two."""
    with disks.small(tmp_path / "disk", "1400k") as folder:
        yield folder


def test_a_really_full_disk(exchange: Exchange, small_disk: Path) -> None:
    code, _, err = downloaded(exchange, small_disk, *LONG)
    assert code == 1
    assert "No space left on device" in err
    assert "Traceback" not in err
    kept = stored(small_disk)
    assert 0 < len(kept) < len(true(exchange))
    assert kept == true(exchange)[: len(kept)]
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    assert downloaded(exchange, small_disk, *LONG)[0] == 0
    assert stored(small_disk) == true(exchange)


def test_two_downloads_at_once_make_one_file(exchange: Exchange, tmp_path: Path) -> None:
    halves = [*LONG[:-1], "2024-06-01"], [*LONG[:-3], "2024-05-20", *LONG[-2:]]
    both = [started(exchange, tmp_path, *words) for words in halves]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert stored(tmp_path) == true(exchange)


def test_an_exchange_that_goes_away_in_mid_download(exchange: Exchange, tmp_path: Path) -> None:
    exchange.schedule = dict.fromkeys(range(30, 36), "cut")
    exchange.at_markets = []
    code, out, err = downloaded(exchange, tmp_path, *LONG)
    assert code == 1
    assert exchange.fired["cut"] >= 6
    assert "BTC/USDT 1m: Binance spot" in err
    assert "run the same command again" in err
    assert "BTC/USDT" in out  # the table tells what is there
    assert len(stored(tmp_path)) == 29_000
    exchange.schedule = {}
    assert downloaded(exchange, tmp_path, *LONG)[0] == 0
    assert stored(tmp_path) == true(exchange)
