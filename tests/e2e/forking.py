"""Cheap lives: a process that has imported everything forks `run_bot.py`, as often as wanted.

A life made so has its own process id, files, lock, journal and sockets, and dies by the same
signals; what it saves is the second and a half in which Python reads modules.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
STARTS = 120.0  # seconds to import everything; machines are busy


class Life:
    """A forked process, as `subprocess.Popen` would show it."""

    def __init__(self, parent: Parent, pid: int) -> None:
        self._parent = parent
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        if self.returncode is None and self._parent.has_news(0.0):
            self.returncode = int(self._parent.news())
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code when it has ended. Raises `TimeoutExpired`."""
        if self.returncode is None and not self._parent.has_news(timeout):
            raise subprocess.TimeoutExpired("run_bot.py", timeout or 0.0)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """To this process, unless it has ended: its parent keeps its number until we know."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """`kill -9`."""
        self.send_signal(signal.SIGKILL)


class Parent:
    """The warm process, seen from a test. One life at a time."""

    def __init__(self) -> None:
        hidden = ("COV", "COVERAGE")  # slow, and dies with a kill
        environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.e2e.forking import serve; serve()"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        self._selector = selectors.DefaultSelector()
        assert self._process.stdout is not None
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        assert self.has_news(STARTS), "the warm process does not start"
        assert self.news() == "ready"

    def fork(self, words: Sequence[str], folder: Path) -> Life:
        """A life in `folder`, whose output is added to `output.txt` there."""
        wish = {"words": list(words), "folder": str(folder)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wish).encode() + b"\n")
        return Life(self, int(self.news()))

    def has_news(self, timeout: float | None) -> bool:
        """Whether something can be read within so many seconds."""
        return bool(self._selector.select(timeout))

    def news(self) -> str:
        """The next line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode().strip()
        assert line, "the warm process is gone"
        return line

    def close(self) -> None:
        """No more lives."""
        self._selector.close()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(STARTS)
        self._process.stdout.close()


@contextmanager
def warm() -> Iterator[Parent]:
    """A warm process that is gone afterwards. End its lives first."""
    parent = Parent()
    try:
        yield parent
    finally:
        parent.close()


# ---------------------------------------------------------------- in the warm process


def serve() -> None:
    """Import, then fork a life for every line that comes in, and tell how it ended."""
    start = _imported()
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1, "a fork would lose the other threads"
    print("ready", flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(start, wish)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _imported() -> Callable[[], int]:
    """The program, with what a life with real exchanges loads now or later."""
    sys.path.insert(0, str(ROOT))  # lives work in other folders
    import run_bot
    import trader.app  # noqa: F401
    from trader.venues.real.addresses import WIRINGS
    from trader.venues.real.library import ccxt_pro

    ccxt_pro({wiring.ccxt for wiring in WIRINGS.values()})
    return run_bot.start


def _live(start: Callable[[], int], wish: dict[str, Any]) -> NoReturn:
    """Become `python run_bot.py WORDS`."""
    code = 1
    try:
        os.chdir(wish["folder"])
        os.environ["NO_COLOR"] = "1"
        for stream, path, way in ((0, os.devnull, os.O_RDONLY), (1, "output.txt", _ADD)):
            opened = os.open(path, way)
            os.dup2(opened, stream)
            os.close(opened)
        os.dup2(1, 2)
        sys.argv = [str(ROOT / "run_bot.py"), *wish["words"]]
        code = start()
    except BaseException:  # noqa: BLE001  whatever it is, it ends here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


_ADD = os.O_WRONLY | os.O_CREAT | os.O_APPEND
