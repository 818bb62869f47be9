"""Processes that are stopped, killed and run out of room: nothing is lost, the rest goes on."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.backtest.sweep.market import candles, result, rows, started, words
from trader.backtest.cli import main
from trader.backtest.sweep import measuring, work
from trader.backtest.sweep.journal import NAME
from trader.backtest.sweep.measuring import Measure

AXES = ("--grid", "k_value=0.2:0.65:0.05", "--grid", "take_profit_percent=0.01:0.1:0.01")
COMBINATIONS = 100
PATIENCE = 60.0
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs signals and /proc")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return candles(tmp_path_factory.mktemp("market"), 1_500)


@pytest.fixture(scope="module")
def whole(data: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """`grid.csv` of the sweep that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert main([*command(data), "--workers", "1", "--out", str(out)]) == 0
    return (out / "grid.csv").read_bytes()


def command(data: Path) -> list[str]:
    """A sweep of the slow engine: some seconds of work."""
    return words(data, *AXES, "--engine", "live", "--language", "en")


@pytest.fixture
def running(data: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The sweep on two workers, about a fifth done."""
    process = started(tmp_path, [*command(data), "--workers", "2"])
    try:
        until(lambda: done(tmp_path) >= COMBINATIONS // 5, process)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def until(holds: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.005)


def folder_in(cwd: Path) -> Path | None:
    """Where the one sweep of a working directory writes."""
    return next((cwd / "data" / "backtests").glob("*"), None)


def done(cwd: Path) -> int:
    """Rows that are kept."""
    folder = folder_in(cwd)
    if folder is None or not (folder / NAME).exists():
        return 0
    return (folder / NAME).read_bytes().count(b"\n") - 1


def shared_memory_of(process: psutil.Process) -> set[str]:
    """Shared memory that a process looks at."""
    maps = Path(f"/proc/{process.pid}/maps").read_text("utf-8")
    return set(re.findall(r"/dev/shm/(\S+)", maps))  # noqa: S108


def workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    children = psutil.Process(process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def gone(workers: list[psutil.Process]) -> bool:
    return not any(w.is_running() and w.status() != psutil.STATUS_ZOMBIE for w in workers)


def go_on(data: Path, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The same command again, in this process; how many combinations it measured."""
    count = 0
    original = measuring.measured

    def counted(*args: object) -> Measure:
        measure = original(*args)  # type: ignore[arg-type]

        def once(parameters: object) -> object:
            nonlocal count
            count += 1
            return measure(parameters)  # type: ignore[arg-type]

        return once  # type: ignore[return-value]

    monkeypatch.setattr(work, "measured", counted)
    monkeypatch.chdir(cwd)
    assert main([*command(data), "--workers", "1"]) == 0
    return count


def check_gone_on(
    data: Path, cwd: Path, whole: bytes, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes up the same folder, does what is missing and nothing else, and ends the same."""
    assert 0 < kept < COMBINATIONS
    folder = folder_in(cwd)
    assert folder is not None
    assert go_on(data, cwd, monkeypatch) == COMBINATIONS - kept
    assert list((cwd / "data" / "backtests").iterdir()) == [folder]
    assert (folder / "grid.csv").read_bytes() == whole
    assert not (folder / NAME).exists()
    assert result(folder)["sweep"]["measured"] == COMBINATIONS


def test_kill_9_loses_nothing_that_was_kept_and_the_same_command_goes_on(
    running: subprocess.Popen[str],
    data: Path,
    whole: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    workers = workers_of(running)
    memory = set.union(*map(shared_memory_of, workers))
    assert len(workers) == 2
    assert memory
    running.kill()
    running.wait()
    until(lambda: gone(workers))
    until(lambda: not any((Path("/dev/shm") / name).exists() for name in memory))  # noqa: S108
    kept = done(tmp_path)
    check_gone_on(data, tmp_path, whole, kept, monkeypatch)
    assert f"{kept} of 100 combinations are done" in capsys.readouterr().err


def test_killed_again_and_again_it_still_ends_the_same(
    data: Path, whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = 0
    for _ in range(3):
        process = started(tmp_path, [*command(data), "--workers", "2"])
        until(lambda known=known: done(tmp_path) > known + 10, process)  # type: ignore[misc]
        process.kill()
        process.communicate()
        assert done(tmp_path) >= known
        known = done(tmp_path)
    check_gone_on(data, tmp_path, whole, known, monkeypatch)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    running: subprocess.Popen[str],
    data: Path,
    whole: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workers = workers_of(running)
    memory = set.union(*map(shared_memory_of, workers))
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert "Traceback" not in told
    said = re.search(r"stopped: (\d+) of 100 combinations are kept in (\S+); the same", told)
    assert said, told
    assert gone(workers)
    assert not any((Path("/dev/shm") / name).exists() for name in memory)  # noqa: S108
    assert int(said[1]) == done(tmp_path) == len(rows(tmp_path / said[2] / "grid.csv"))
    check_gone_on(data, tmp_path, whole, done(tmp_path), monkeypatch)


def test_a_worker_killed_half_way_is_replaced_and_its_work_done_again(
    running: subprocess.Popen[str], whole: bytes, tmp_path: Path
) -> None:
    first = {worker.pid for worker in workers_of(running)}
    victim = workers_of(running)[0]
    assert victim.status() in (psutil.STATUS_RUNNING, psutil.STATUS_SLEEPING)
    at = done(tmp_path)
    victim.kill()
    until(lambda: {w.pid for w in workers_of(running)} - first, running)
    _, told = running.communicate(timeout=PATIENCE)
    assert (running.returncode, at < COMBINATIONS) == (0, True), told
    folder = folder_in(tmp_path)
    assert folder is not None
    assert (folder / "grid.csv").read_bytes() == whole
    assert result(folder)["sweep"]["set_aside"] == []
    assert "Traceback" not in told


def test_a_full_disk_is_one_sentence_and_the_rest_is_done_when_there_is_room(
    running: subprocess.Popen[str],
    data: Path,
    whole: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = folder_in(tmp_path)
    assert folder is not None
    room = (folder / NAME).stat().st_size + 1_000  # not even two more rows
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (room, room))
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1
    assert re.search(r"error: File too large: \d+ of 100 combinations are kept in", told), told
    assert "Traceback" not in told
    assert (folder / NAME).stat().st_size == room  # it was really full, in the middle of a row
    whole_lines = (folder / NAME).read_bytes().splitlines(keepends=True)[1:]
    kept = sum(line.endswith(b"\n") and "n" in json.loads(line) for line in whole_lines)
    check_gone_on(data, tmp_path, whole, kept, monkeypatch)


def test_other_candles_or_parameters_begin_a_sweep_of_their_own(
    running: subprocess.Popen[str],
    data: Path,
    whole: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running.kill()
    running.communicate()
    kept = done(tmp_path)
    monkeypatch.chdir(tmp_path)
    unfinished = folder_in(tmp_path)
    few = ("--engine", "live", "--workers", "1")
    assert main(words(data, "--grid", "k_value=0.2,0.3", *few)) == 0
    assert main(words(candles(tmp_path, 300, seed=9), "--grid", "k_value=0.2", *few)) == 0
    assert len(list((tmp_path / "data" / "backtests").iterdir())) == 3
    assert unfinished is not None
    assert (unfinished / NAME).read_bytes().count(b"\n") - 1 == kept
