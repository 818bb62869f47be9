"""Notices that `.env` was changed, and hands over new settings or the reason why not.

It looks at the content, not at the modification time: editors replace files, clocks jump. A change
counts once the content has been the same for a while, so a file that is being written is left
alone; and whatever is wrong with it, the running settings stay.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from config.env_file import EnvFile, parse, version_of
from config.errors import SettingsError
from config.settings import Change, Settings, diff, restart_needed, without_restart

POLL = 0.1  # seconds between two looks
SETTLED = 0.3  # seconds a content must stay the same
_MISSING = ""  # the version of no file, as EnvFile has it


@dataclass(frozen=True, slots=True)
class Reloaded:
    """New settings to apply: hot ones are new, the others (`waiting`) as they were at the start.

    `changes` is empty when a refused file was put right again. `version` is the file's.
    """

    settings: Settings
    changes: tuple[Change, ...]
    waiting: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be used; nothing of it was applied. One line for each problem."""

    text: str


News = Reloaded | Refused


class SettingsWatch:
    """Watches one file. `load` reads and checks it, `tell` hears each change or refusal once."""

    def __init__(
        self,
        path: Path,
        start: tuple[EnvFile, Settings],
        load: Callable[[EnvFile], Settings],
        tell: Callable[[News], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`start`: the file as it was read at the start, and the settings made of it."""
        self._path, self._load, self._tell, self._clock = path, load, tell, clock
        env, self._running = start
        self._written = self._running  # as the file says, cold settings included
        self._applied = self._judged = self._seen = env.version
        self._applied_data = b""
        self._since = clock()

    @property
    def version(self) -> str:
        """Of the file's content that is in force."""
        return self._applied

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look, every `POLL` seconds, until cancelled."""
        while True:
            self.poll()
            await sleep(POLL)

    def poll(self) -> None:
        """Look once; tell when something new has settled."""
        data = self._data()
        version = _version(data)
        now = self._clock()
        if version != self._seen:
            self._seen, self._since = version, now
        if version == self._applied and isinstance(data, bytes):
            self._applied_data = data
        if version != self._judged and now - self._since >= SETTLED:
            self._tell(self._judge(data, version))

    def reload(self) -> News:
        """Look and judge at once, however young the content is; the answer is not told again."""
        data = self._data()
        self._seen, self._since = _version(data), self._clock()
        return self._judge(data, self._seen)

    def _data(self) -> bytes | Refused | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Refused(f"{self._path.name}: cannot be read: {reason}")

    def _judge(self, data: bytes | Refused | None, version: str) -> News:
        self._judged = version
        if version == self._applied:
            return Reloaded(self._running, (), (), version)
        if isinstance(data, Refused):
            return data
        if data is None:
            name = self._path.name
            return Refused(f"{name}: was deleted; the settings stay as they were. Put it back")
        if half_written(self._applied_data, data):
            name = self._path.name
            return Refused(f"{name}: is cut off in the middle of a line; write it anew")
        return self._loaded(data, version)

    def _loaded(self, data: bytes, version: str) -> News:
        try:
            new = self._load(parse(data, self._path.name))
        except SettingsError as error:
            return Refused(str(error))
        changes = tuple(diff(self._written, new))
        self._written = new
        self._running = without_restart(self._running, new)
        self._applied, self._applied_data = version, data
        return Reloaded(self._running, changes, restart_needed(list(changes)), version)


def half_written(before: bytes, now: bytes) -> bool:
    """Whether this is the former content cut off inside a line, its line end lost.

    A cut number is still a number (0.0 of 0.03), so this cannot be left to the check of values.
    """
    rest = before[len(now) :]
    if not now or not before.startswith(now) or now.endswith((b"\n", b"\r")):
        return False
    return not rest.startswith((b"\n", b"\r")) and b"\n" in rest


def _version(data: bytes | Refused | None) -> str:
    if isinstance(data, Refused):
        return data.text
    return _MISSING if data is None else version_of(data)
