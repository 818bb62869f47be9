"""A real panel in a process of its own, for tests that look at it in a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(file.stem for file in (ROOT / "dashboard" / "pages").glob("*.py"))
PATIENCE = 60.0  # seconds until a panel must answer; machines are busy


class Panel:
    """A panel on a free port that shows the folder of a bot."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.folder, self.flags = folder, flags
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that serves it."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> Panel:
        """Serve, and wait until it answers."""
        words = [sys.executable, str(ROOT / "run_dashboard.py"), "--port", str(self.port)]
        words += ["--data-dir", str(self.folder / "data"), "--log-dir", str(self.folder / "logs")]
        hidden = ("COV", "COVERAGE", "PANEL_PASSWORD")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        with (self.folder / "panel.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [*words, *self.flags], cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, env=environment,
            )  # fmt: skip
        self._wait()
        return self

    def end(self) -> None:
        """Stop serving."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:  # noqa: S310
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"no panel: {(self.folder / 'panel.txt').read_text('utf-8')[-2_000:]}")


@contextmanager
def panel(folder: Path, *flags: str) -> Iterator[Panel]:
    """A panel that is gone after the test."""
    folder.mkdir(parents=True, exist_ok=True)
    one = Panel(folder, *flags)
    try:
        yield one.start()
    finally:
        one.end()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
