"""What state the bot is in, judged from its status file and that file's age."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dashboard.freshness import Level, bot_limits
from trader.bridge.client import Client, Reading
from trader.bridge.publisher import STATUS
from trader.bridge.schemas import BotStatus


class State(StrEnum):
    """What a page has to say of the bot; the first three are the panel's own findings."""

    NEVER = "never"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    UNKNOWN = "unknown"
    STARTING = "starting"
    WARMING_UP = "warming_up"
    RUNNING = "running"
    PAUSED = "paused"
    SAFE_MODE = "safe_mode"
    STOPPING = "stopping"
    STOPPED = "stopped"
    EMERGENCY = "emergency"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Condition:
    """The bot as the panel knows it; `age` of that knowledge in seconds."""

    state: State
    age: float | None

    @property
    def stale(self) -> bool:
        """Whether numbers are a memory rather than the present."""
        return self.state in (State.NEVER, State.UNREADABLE, State.SILENT, State.STOPPED)

    @property
    def listens(self) -> bool:
        """Whether a command can be expected to be answered."""
        return not self.stale


def condition_of(reading: Reading[BotStatus], *, file_there: bool) -> Condition:
    """Judge a status. `file_there`: something has its name, readable or not."""
    status = reading.value
    if status is None:
        return Condition(State.UNREADABLE if file_there else State.NEVER, None)
    stopped = status.status == State.STOPPED
    if not stopped and bot_limits(status).level(reading.age) is Level.RED:
        return Condition(State.SILENT, reading.age)
    return Condition(_published(status.status), reading.age)


def seen(client: Client, data_dir: Path) -> tuple[Reading[BotStatus], Condition]:
    """Read the status and judge it."""
    reading = client.status()
    return reading, condition_of(reading, file_there=(data_dir / STATUS).exists())


def _published(word: str) -> State:
    try:
        state = State(word)
    except ValueError:
        return State.UNKNOWN
    ours = (State.NEVER, State.UNREADABLE, State.SILENT)
    return State.UNKNOWN if state in ours else state
