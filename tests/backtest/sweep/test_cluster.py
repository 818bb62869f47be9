"""A sweep on a real scheduler with real workers: the same rows, also when a worker is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.backtest.sweep.market import ROOT, candles, result, words
from trader.backtest.cli import main

distributed: Any = pytest.importorskip("distributed", reason="needs requirements-cluster.txt")
AXES = ("--grid", "k_value=0.2:0.65:0.05", "--grid", "take_profit_percent=0.01:0.4:0.01")
PATIENCE = 60.0
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


LOCAL = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")  # nobody else hears of it


class Machines:
    """A scheduler and workers of this test, each a process on this computer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("dask_scheduler", "--port", "0", "--scheduler-file", str(self._file))
        until(self._file.exists)
        with suppress(AttributeError):
            until(lambda: self._file.stat().st_size > 0)
        self.client = distributed.Client(scheduler_file=str(self._file), set_as_default=False)
        self.address: str = self.client.scheduler.address

    @property
    def _file(self) -> Path:
        return self.folder / "scheduler.json"

    def _start(self, module: str, *more: str, path: Path | None = ROOT) -> subprocess.Popen[bytes]:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *LOCAL, *more]
            + ["--host", "127.0.0.1"],
            cwd=self.folder,
            env=env | ({"PYTHONPATH": str(path)} if path else {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def worker(self, name: str, path: Path | None = ROOT) -> subprocess.Popen[bytes]:
        """One more worker of one thread, whose code lies in `path`."""
        known = len(self.names)
        process = self._start(
            "dask_worker", self.address, "--no-nanny", "--nthreads", "1", "--name", name, path=path
        )
        until(lambda: len(self.names) > known)
        return process

    @property
    def names(self) -> list[str]:
        workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        return sorted(str(worker["name"]) for worker in workers)

    def busy(self) -> set[str]:
        """Names of the workers that hold tasks right now."""
        addresses = [a for a, tasks in self.client.processing().items() if tasks]
        workers = self.client.scheduler_info(n_workers=-1)["workers"]
        return {str(workers[address]["name"]) for address in addresses if address in workers}

    def close(self) -> None:
        self.client.close()
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return candles(tmp_path_factory.mktemp("market"), 500)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    found = Machines(tmp_path)
    try:
        yield found
    finally:
        found.close()


def sweep(data: Path, out: Path, *more: str) -> int:
    """A sweep of the live engine, some seconds of work."""
    return main(words(data, *AXES, "--engine", "live", "--out", str(out), *more))


def test_a_worker_killed_half_way_changes_nothing(
    data: Path, machines: Machines, tmp_path: Path
) -> None:
    assert sweep(data, tmp_path / "here", "--workers", "1") == 0
    workers = {name: machines.worker(name) for name in ("one", "two")}
    codes: list[int] = []
    there = tmp_path / "there"

    def run() -> None:
        codes.append(sweep(data, there, "--cluster", machines.address))

    thread = threading.Thread(target=run)
    thread.start()
    journal = there / "grid.partial.jsonl"
    until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 30)
    until(lambda: "one" in machines.busy())  # it dies with work in its hands
    workers["one"].send_signal(signal.SIGKILL)
    until(lambda: machines.names == ["two"])
    assert not codes  # it was not finished by then
    thread.join(PATIENCE)
    assert codes == [0]
    assert (there / "grid.csv").read_bytes() == (tmp_path / "here" / "grid.csv").read_bytes()
    assert result(there)["sweep"]["set_aside"] == []


def test_a_scheduler_that_goes_away_ends_it_with_a_sentence_and_what_is_done_is_kept(
    data: Path, machines: Machines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machines.worker("one")
    out, address = tmp_path / "out", machines.address
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(sweep(data, out, "--cluster", address)))
    thread.start()
    journal = out / "grid.partial.jsonl"
    until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 5)
    machines.processes[0].kill()
    thread.join(2 * PATIENCE)
    assert codes == [2]
    assert "scheduler or workers are gone; start them and give the same" in capsys.readouterr().err
    assert 5 < journal.read_bytes().count(b"\n") < 401


def test_the_fast_engine_there_counts_as_here(
    data: Path, machines: Machines, tmp_path: Path
) -> None:
    machines.worker("one")
    for name, more in (("here", ("--workers", "1")), ("there", ("--cluster", machines.address))):
        assert main(words(data, *AXES, "--out", str(tmp_path / name), *more)) == 0
    here, there = (tmp_path / name / "grid.csv" for name in ("here", "there"))
    assert here.read_bytes() == there.read_bytes()


def refused(data: Path, out: Path, address: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence."""
    assert sweep(data, out, "--cluster", address) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    return told


def test_workers_that_cannot_do_it_are_refused_with_the_remedy(
    data: Path, machines: Machines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    told = refused(data, out, machines.address, capsys)
    assert "has no workers; start them from a checkout of this version: python -m" in told
    without = machines.worker("without", path=None)
    told = refused(data, out, machines.address, capsys)
    assert "its workers cannot run this program" in told
    assert "pip install -r requirements-cluster.txt" in told
    without.kill()
    until(lambda: not machines.names)
    machines.worker("other", path=other_code(tmp_path))
    told = refused(data, out, machines.address, capsys)
    assert "has trader " in told
    assert "and here is trader " in told


def other_code(folder: Path) -> Path:
    """Our packages with one line more."""
    root = folder / "checkout"
    for package in ("trader", "config"):
        shutil.copytree(ROOT / package, root / package)
    with (root / "trader" / "rules" / "exits.py").open("a", encoding="utf-8") as file:
        file.write("# a rule that was changed\n")
    return root


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:9", "no Dask scheduler answers there; start one with"),
        ("nonsense://x:1", "no Dask scheduler answers there; start one with"),
        ("tcp://", "write it as tcp://host:port"),
        ("foo", "write it as tcp://host:port"),
    ],
)
def test_a_scheduler_that_cannot_be_reached_is_one_sentence(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    address: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from trader.backtest.sweep import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    told = refused(data, tmp_path / "out", address, capsys)
    assert f"--cluster {address}: {said}" in told
    assert "Traceback" not in told
    assert list((tmp_path / "out").iterdir()) == []  # nothing that blocks the next sweep there
