"""Backtests as real processes: begun from words, watched, ended exactly, told when they fail."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from dashboard.research import desk
from dashboard.research.desk import Busy, Desk, Job, State, job_in, state_of
from dashboard.research.order import Order, candle_files
from dashboard.research.shelf import Shelf
from tests.dashboard.research.shelf_samples import long_history

PATIENCE = 120.0  # seconds; machines are busy


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose processes are gone after the test."""
    one = Desk(tmp_path / "backtests")
    yield one
    gone(one, tmp_path)


def gone(one: Desk, data_dir: Path) -> None:
    """End and bury whatever was started on a shelf."""
    for job in one.running():
        one.cancel(job)
    jobs = [job_in(file.parent) for file in data_dir.glob("backtests/*/started.json")]
    pids = [job.pid for job in jobs if job and job.words]
    until(lambda: one.running() == [] and not any(map(psutil.pid_exists, pids)))


def test_a_real_backtest_leaves_a_run(at_work: Desk, tmp_path: Path) -> None:
    order = Order(symbols="BTC/KRW", timeframe="1d", engine="live", lines="K_VALUE=0.4\n# no\n")
    job = at_work.start(order.words, order.label)
    until(lambda: state_of(job) is not State.RUNNING)
    assert state_of(job) is State.DONE, desk.sentence(job)
    (run,), _ = Shelf(tmp_path).look()
    assert run.folder == job.folder
    assert run.parameters["K_VALUE"] == 0.4
    until(lambda: at_work.running() == [])


def test_progress_is_seen_and_cancelling_ends_exactly_that_process(
    at_work: Desk, tmp_path: Path
) -> None:
    slow = Order(data=(str(long_history(tmp_path)),), engine="live").words
    first, other = (at_work.start(slow, "slow") for _ in range(2))
    assert first.folder != other.folder
    with pytest.raises(Busy):
        at_work.start(slow, "third")
    until(lambda: desk.progress(first) is not None)
    assert 0.0 < (desk.progress(first) or 0.0) <= 1.0
    assert Desk(first.folder.parent).running() == at_work.running() == [first, other]
    assert at_work.cancel(first)
    until(lambda: not psutil.pid_exists(first.pid) or _dead(first.pid))
    assert at_work.running() == [other]
    marked = job_in(first.folder)
    assert marked is not None
    assert state_of(marked) is State.CANCELLED
    assert not at_work.cancel(first)
    assert at_work.cancel(other)


def _dead(pid: int) -> bool:
    return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_failure_is_the_sentence_that_the_command_printed(at_work: Desk) -> None:
    job = at_work.start(Order(data=("/no/such/file.parquet",)).words, "lost")
    until(lambda: state_of(job) is not State.RUNNING)
    assert state_of(job) is State.FAILED
    assert desk.sentence(job).startswith("error: ")
    assert "/no/such/file.parquet" in desk.sentence(job)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is none of ours."""
    words = [sys.executable, "-c", "input()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as one:
        yield one
        one.kill()


def test_a_recycled_number_is_never_ended(
    at_work: Desk, tmp_path: Path, stranger: subprocess.Popen[bytes]
) -> None:
    folder = tmp_path / "backtests" / "old"
    folder.mkdir(parents=True)
    born = psutil.Process(stranger.pid).create_time()
    for when in (born - 60.0, born):  # another's number, and even another's birth
        job = Job(folder, stranger.pid, when, time.time())
        job.written()
        assert state_of(job) is State.FAILED
        assert not at_work.cancel(job)
    assert stranger.poll() is None


@pytest.mark.parametrize("text", ["", "[]", '{"pid": "x"}', '{"pid": -1}', "{" * 50_000])
def test_a_damaged_note_is_no_job(tmp_path: Path, text: str) -> None:
    (tmp_path / "started.json").write_text(text)
    assert job_in(tmp_path) is None


@pytest.mark.parametrize("pid", [-1, 0, 2**40])
def test_no_process_has_a_senseless_number(tmp_path: Path, pid: int) -> None:
    assert state_of(Job(tmp_path, pid, 0.0, 0.0)) is State.FAILED


def test_the_output_is_shown_as_text(tmp_path: Path) -> None:
    job = Job(tmp_path, -1, 0.0, 0.0)
    assert (desk.sentence(job), desk.progress(job)) == ("", None)
    said = "backtest 10 % (1 of 9)\nbacktest 20 % (2 of 9)\nerror: \x1b[31mno\nmore\n"
    (tmp_path / "output.txt").write_text(said)
    assert desk.progress(job) == 0.2
    assert desk.sentence(job) == "error: \\u001b[31mno"


def test_no_typed_text_can_pass_for_a_flag() -> None:
    order = Order(data=("--debug",), symbols="--json", capital=" 5\0 ", lines="--out=/x\n\n#a\nA=1")
    assert order.words == ["--data=--debug", "--symbols=--json", "--capital=5",
                           "--set=--out=/x", "--set=A=1"]  # fmt: skip
    assert Order().words == []


@pytest.mark.parametrize(
    ("order", "label"),
    [
        (Order(), "backtest"),
        (Order(preset="day", timeframe="1h"), "day_1h"),
        (Order(strategy="../../etc:1,b"), "etc_1_b"),
        (Order(strategy="x" * 500), "x" * 40),
    ],
)
def test_a_folder_has_a_harmless_name(order: Order, label: str) -> None:
    assert order.label == label


def test_candle_files_are_found_by_name(tmp_path: Path) -> None:
    (tmp_path / "candles").mkdir()
    for name in ("candles/upbit__BTC-KRW__1h.parquet", "candles/upbit__BTC-KRW__funding.parquet",
                 "binance_spot__ETH-USDT__1m__2024.csv", "command.json"):  # fmt: skip
        (tmp_path / name).touch()
    assert [path.name for path in candle_files(tmp_path)] == [
        "upbit__BTC-KRW__1h.parquet", "binance_spot__ETH-USDT__1m__2024.csv",
    ]  # fmt: skip
    assert candle_files(tmp_path / "nowhere") == []


def test_the_note_survives_a_panel(tmp_path: Path) -> None:
    job = replace(Job(tmp_path, 7, 1.5, 2.5, ("--preset=day",)), cancelled_at=3.5)
    job.written()
    assert job_in(tmp_path) == job
    assert json.loads((tmp_path / "started.json").read_text())["words"] == ["--preset=day"]
