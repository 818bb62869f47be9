"""Searches in real processes: answered, failed, killed, given up, ended with the daemon."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest

from tests.backtest.optimise.markets import RUNNING, noise
from trader.backtest.optimise.processes import WorkerProcesses
from trader.backtest.optimise.sources import Invented, Shelf
from trader.domain.candles import Candles
from trader.feeds.generator import GeneratedMarket
from trader.shell.searching import Finding, Kind, SearchFailed, Wish

KEY = "upbit:BTC/KRW"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Endless:
    """A source whose candles never come; it leaves its process id in a file."""

    path: Path

    def opened(self, seen: Mapping[str, Candles]) -> Shelf:
        self.path.write_text(str(os.getpid()))
        while True:
            time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A source with a bug in it."""

    def opened(self, seen: Mapping[str, Candles]) -> Shelf:
        raise ZeroDivisionError("a bug")


def wish(timeout: float = 120.0) -> Wish:
    thresholds = MappingProxyType({"breakout": MappingProxyType({"x": 1.0})})
    running = replace(RUNNING, thresholds=thresholds)
    return Wish(Kind.K, "upbit", (KEY,), running, "sharpe", GeneratedMarket(1).start, timeout)


@pytest.fixture
def pid_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "pid"
    yield path
    if path.exists() and psutil.pid_exists(int(path.read_text())):
        os.kill(int(path.read_text()), signal.SIGKILL)
        pytest.fail("the worker process was left behind")


def pid_in(path: Path) -> int:
    until = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until, "the worker never began"
        time.sleep(0.02)
    return int(path.read_text())


def failure(searcher: WorkerProcesses, asked: Wish, meanwhile: Callable[[], None]) -> str:
    """Why a search failed while something was done to it."""
    said: list[str] = []

    def search() -> None:
        try:
            searcher.search(asked, lambda _: None)
        except SearchFailed as error:
            said.append(str(error))

    thread = threading.Thread(target=search)
    thread.start()
    meanwhile()
    thread.join(60)
    assert not thread.is_alive()
    assert said, "the search did not fail"
    return said[0]


def test_a_search_in_a_process_is_answered_and_tells_how_far_it_is() -> None:
    told: list[float] = []
    found = WorkerProcesses(Invented(1)).search(wish(), told.append)
    assert isinstance(found, Finding)
    assert (found.symbols, found.tried) == (("BTC/KRW",), 11)
    assert all(0.0 <= share <= 1.0 for share in told)


def test_what_cannot_be_searched_is_said_in_its_words() -> None:
    asked = replace(wish(), keys=())
    with pytest.raises(SearchFailed, match="not enough candles of upbit yet"):
        WorkerProcesses(Invented(1)).search(asked, lambda _: None)


def test_a_bug_in_the_worker_is_a_failed_search(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SearchFailed, match=r"unexpected ZeroDivisionError: a bug \(.*:\d+\)"):
        WorkerProcesses(Faulty()).search(wish(), lambda _: None)
    assert "Traceback" not in capfd.readouterr().err


def test_a_killed_worker_is_a_failed_search(pid_file: Path) -> None:
    def kill() -> None:
        os.kill(pid_in(pid_file), signal.SIGKILL)

    said = failure(WorkerProcesses(Endless(pid_file)), wish(), kill)
    assert said.startswith("the worker process was killed (signal 9)")


def test_a_worker_killed_before_it_read_its_job_is_a_failed_search(pid_file: Path) -> None:
    seen = {f"upbit:C{n}/KRW": noise(n) for n in range(40)}  # far more than a pipe takes at once
    known = set(psutil.Process().children())

    def kill() -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for child in set(psutil.Process().children()) - known:
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()
                    return
        pytest.fail("no worker process")

    said = failure(WorkerProcesses(Endless(pid_file)), replace(wish(), seen=seen), kill)
    assert said.startswith("the worker process was killed (signal 9)")
    assert not pid_file.exists()


def test_a_search_that_takes_too_long_is_given_up(pid_file: Path) -> None:
    said = failure(WorkerProcesses(Endless(pid_file)), wish(5.0), lambda: None)
    assert said == "it was given up after 5 s (OPTIMIZER_TIMEOUT)"
    assert not psutil.pid_exists(pid_in(pid_file))


def test_closing_ends_searches_at_once_and_none_begins_afterwards(pid_file: Path) -> None:
    searcher = WorkerProcesses(Endless(pid_file))

    def close() -> None:
        assert psutil.pid_exists(pid_in(pid_file))
        searcher.close()

    assert "killed" in failure(searcher, wish(), close)
    assert not psutil.pid_exists(pid_in(pid_file))
    with pytest.raises(SearchFailed, match="stopping"):
        searcher.search(wish(), lambda _: None)


def test_a_worker_steps_back_and_lets_ctrl_c_be(pid_file: Path) -> None:
    searcher = WorkerProcesses(Endless(pid_file))

    def look() -> None:
        worker = psutil.Process(pid_in(pid_file))
        assert worker.nice() > psutil.Process().nice()
        worker.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert worker.is_running()
        searcher.close()

    assert "signal 9" in failure(searcher, wish(), look)


DAEMON = """
import sys, threading, time
from pathlib import Path
from tests.backtest.optimise.test_processes import Endless, wish
from trader.backtest.optimise.processes import WorkerProcesses

if __name__ == "__main__":
    searcher = WorkerProcesses(Endless(Path(sys.argv[1])))
    threading.Thread(target=searcher.search, args=(wish(), print), daemon=True).start()
    time.sleep(600)
"""


def test_a_worker_does_not_outlive_a_killed_daemon(pid_file: Path, tmp_path: Path) -> None:
    script = tmp_path / "daemon.py"
    script.write_text(DAEMON)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    daemon = subprocess.Popen([sys.executable, script, pid_file], env=environment)
    worker = psutil.Process(pid_in(pid_file))
    daemon.kill()
    daemon.wait()
    worker.wait(20)
    assert not worker.is_running()


ALONE = """
import sys
from tests.backtest.optimise.test_processes import wish
from trader.backtest.optimise.processes import WorkerProcesses
from trader.backtest.optimise.sources import Invented

if __name__ == "__main__":
    WorkerProcesses(Invented(1)).search(wish(), lambda share: None)
    print(sorted({"numba", "scipy", "pandas"} & set(sys.modules)))
"""


def test_what_a_search_loads_never_comes_into_the_daemon(tmp_path: Path) -> None:
    script = tmp_path / "alone.py"
    script.write_text(ALONE)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
