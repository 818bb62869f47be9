"""A machine of values: processes that live as long as told, a clock that moves when waited for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.storage.samples import position
from trader.domain.events import TimePassed
from trader.domain.outcome import Outcome
from trader.shell.guardian.guardian import Guardian, Post
from trader.shell.lock import owned
from trader.storage.journal import SqlJournal

DAEMON = 4_711


@dataclass
class FakeChild:
    """`ended`: its exit code, None while it runs."""

    ended: int | None = None
    said: str = ""

    def code(self) -> int | None:
        return self.ended

    def words(self) -> str:
        return self.said


@dataclass
class FakeMachine:
    """`alive`: process id -> birth. `starting`: what happens when a daemon is started."""

    at: float = 1_000.0
    alive: dict[int, float] = field(default_factory=lambda: {DAEMON: 1.0})
    stubborn: bool = False
    started: list[str] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    starting: Callable[[], FakeChild] = FakeChild
    ticking: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.at

    def wall(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.ticking()

    def born(self, pid: int | None) -> float | None:
        return self.alive.get(pid) if pid is not None else None

    def end(self, pid: int, born: float) -> bool:
        assert self.alive[pid] == born
        self.ended.append(pid)
        if not self.stubborn:
            del self.alive[pid]
        return not self.stubborn

    def start(self, command: Sequence[str], why: str) -> FakeChild:
        assert list(command) == ["python", "run_bot.py"]
        self.started.append(why)
        return self.starting()


class World:
    """A data directory, a daemon that beats when told, and a guardian of ten seconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.machine = FakeMachine()
        self.env = folder / ".env"
        self.env.write_text("A=1\n")
        self.journal: Path | None = folder / "trader.db"
        self.guarded: list[tuple[bytes | None, str]] = []
        self.ending: list[bool | Exception] = []
        self.books()

    def books(self, *, held: bool = True, orders: Sequence[Any] = ()) -> None:
        """A journal with a position or none, and these orders."""
        (self.folder / "trader.db").unlink(missing_ok=True)
        journal = SqlJournal.open(self.folder / "trader.db")
        positions = [position()] if held else []
        outcome = Outcome(positions=positions, orders=list(orders))
        if outcome.durable:
            journal.record(TimePassed(1), outcome)
        journal.close()

    def beat(self, pid: int = DAEMON, word: str = "running", **more: Any) -> None:
        """The daemon shows itself."""
        (self.folder / "bot.owner.json").write_text(json.dumps({"pid": pid, "started_at": 1.0}))
        status = {"status": word, "timestamp": self.machine.at, **more}
        (self.folder / "bot_status.json").write_text(json.dumps(status))

    def hire(self) -> Guardian:
        """A guardian that has seen the daemon alive."""
        post = Post(self.folder, self.env, 10.0, ["python", "run_bot.py"], self.journal)
        guardian = Guardian(post, self.machine, self._guard)
        assert guardian.look()
        return guardian

    def _guard(self, settings: bytes | None, why: str) -> bool:
        self.guarded.append((settings, why))
        ending = self.ending.pop(0)
        with owned(self.folder, self.machine.at):  # nobody else may, not even who asks for it
            pass
        if isinstance(ending, Exception):
            raise ending
        return ending

    def said(self) -> dict[str, Any]:
        """The guardian's own file."""
        found: dict[str, Any] = json.loads((self.folder / "guardian.json").read_text())
        return found

    def wait(self, guardian: Guardian, seconds: float) -> bool:
        """Looks every second; the last answer."""
        goes_on = True
        until = self.machine.at + seconds
        while goes_on and self.machine.at < until:
            self.machine.sleep(1.0)
            goes_on = guardian.look()
        return goes_on
