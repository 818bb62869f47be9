"""A real daemon in a process of its own, for tests: started, watched, steered, stopped, killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.forking import Life
from trader.bridge import mailbox
from trader.bridge.client import Client
from trader.bridge.schemas import BotStatus, CommandShown, Portfolio

ROOT = Path(__file__).parents[2]
VENUES = ("upbit", "binance_spot", "binance_futures")
PATIENCE = 30.0  # seconds for anything that has no limit of its own; machines are busy
LOOK_EVERY = 0.02

# Refusals of a purchase by hand that are over with the next prices.
PASSING = frozenset({"no_price", "stale_price", "duplicate_order", "safe_mode", "warming_up"})


class TooLate(AssertionError):
    """Something did not happen in time."""


class Bot:
    """One data directory, and the process on it while there is one. Everything lies in `folder`."""

    def __init__(self, folder: Path, env: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.data, self.logs = folder, folder / "data", folder / "logs"
        self.env_file = folder / ".env"
        self.process: subprocess.Popen[bytes] | Life | None = None
        self.program = ROOT / "run_bot.py"
        self.client = Client(self.data)
        if env is not None:
            self.write_env(env)

    # ------------------------------------------------------------ life and death

    def start(self, *flags: str, measured: bool = True, **popen: Any) -> Bot:
        """Start it. `measured` False: not under coverage, which is slow and dies with a kill."""
        words = [sys.executable, str(self.program)]
        words += ["--data-dir", "data", "--log-dir", "logs", *flags]
        hidden = () if measured else ("COV", "COVERAGE")
        environment = {k: v for k, v in os.environ.items() if not (hidden and k.startswith(hidden))}
        environment |= {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **popen.pop("environment", {})}
        with (self.folder / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, env=environment, **popen,
            )  # fmt: skip
        return self

    def up(self, *flags: str, **how: Any) -> Bot:
        """Start it and wait until it compares its books with the exchanges' and goes on."""
        self.start(*flags, **how)
        self.until(lambda status: status.status not in ("starting", "stopping"), fresh=True)
        return self

    def code(self, seconds: float = PATIENCE) -> int:
        """Wait for its end; the exit code."""
        process = self._process()
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise TooLate(f"it still runs after {seconds} s\n{self.output()[-3_000:]}") from error

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to our own process."""
        self._process().send_signal(number)

    def stop(self) -> int:
        """Ask for the ordered stop."""
        self.signal(signal.SIGTERM)
        return self.code()

    def kill(self) -> None:
        """`kill -9`."""
        process = self._process()
        process.kill()
        process.wait()

    def end(self) -> None:
        """After a test: nothing of ours is left behind."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def _process(self) -> subprocess.Popen[bytes] | Life:
        assert self.process is not None
        return self.process

    # ------------------------------------------------------------ what it shows

    def output(self) -> str:
        """Everything that it wrote to the terminal."""
        return (self.folder / "output.txt").read_text("utf-8", "replace")

    def status(self) -> BotStatus | None:
        """The newest status of this process; None before its first."""
        found = self.client.status().value
        return found if found is not None and found.pid == self._process().pid else None

    def portfolio(self, venue: str) -> Portfolio:
        """A venue's portfolio, which must be there and fit the schema."""
        found = self.client.portfolio(venue).value
        assert found is not None, f"no portfolio of {venue}"
        return found

    def until(
        self,
        holds: Callable[[BotStatus], object],
        seconds: float = PATIENCE,
        *,
        fresh: bool = False,
    ) -> BotStatus:
        """Wait for a status for which this holds. `fresh`: written after now."""
        began, until = time.time(), time.monotonic() + seconds
        while time.monotonic() < until:
            status = self.status()
            if status is not None and not (fresh and status.timestamp < began) and holds(status):
                return status
            if not self.alive:
                raise TooLate(f"it has ended\n{self.output()[-3_000:]}")
            time.sleep(LOOK_EVERY)
        raise TooLate(f"not within {seconds} s; the last status: {self.status()}")

    # ------------------------------------------------------------ how it is steered

    def write_env(self, text: str | bytes) -> None:
        """Write the settings file whole, as an editor does."""
        self.env_file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def send(self, name: str, args: Mapping[str, Any] | None = None) -> str:
        """Drop a command as the panel does, waiting while the mailbox is full; its id."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.client.drop(name, args or {}, "panel")
            except mailbox.MailboxFull:
                if time.monotonic() > until:
                    raise
                time.sleep(LOOK_EVERY)

    def ask(self, name: str, args: Mapping[str, Any] | None = None) -> CommandShown:
        """Drop a command; its answer, which must come within five seconds."""
        return self.answer(self.send(name, args))

    def buy(self, args: Mapping[str, Any]) -> CommandShown:
        """Buy by hand; asked again while the reason against it passes by itself."""
        answer = self.ask("buy", args)
        for _ in range(20):
            if not PASSING.intersection(answer.message.split()):
                break
            time.sleep(0.3)  # some market seconds: the next price, the minute after the last try
            answer = self.ask("buy", args)
        return answer

    def answer(self, command_id: str, seconds: float = 5.0) -> CommandShown:
        """The answer to a command; `TooLate` when there is none in time."""
        found = self.client.wait(command_id, seconds)
        if found is None:
            raise TooLate(f"no answer within {seconds} s\n{self.output()[-3_000:]}")
        return found

    def put(self, document: object) -> None:
        """Put anything at all into the mailbox, whole."""
        draft = self.data / f"draft-{time.monotonic_ns()}"
        draft.write_bytes(
            document if isinstance(document, bytes) else json.dumps(document).encode()
        )
        draft.replace(self.data / mailbox.SLOT)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the journal."""
        return rows(self.data / "trader.db", query, *values)


@contextmanager
def bot(folder: Path, env: str | None = None) -> Iterator[Bot]:
    """A bot that is certainly gone afterwards."""
    made = Bot(folder, env)
    try:
        yield made
    finally:
        made.end()


def rows(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a SQLite file that another process may be writing."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def command(name: str, args: Mapping[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """A command file as other programs write it."""
    return {
        "id": mailbox.new_id(time.time()),
        "name": name,
        "args": dict(args or {}),
        "issued_at": time.time(),
        "issued_by": "a test",
        **changed,
    }


def settings(*lines: str, seconds: float = 0.2) -> str:
    """A settings file of a bot that is quick to try."""
    head: Sequence[str] = (f"LOOP_SECONDS={seconds}", "WARMUP_CYCLES=0")
    return "\n".join((*head, *lines)) + "\n"
