"""The panel's side of the bridge: read views with their age, drop commands, wait for answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from trader.bridge import mailbox
from trader.bridge.commands import in_words
from trader.bridge.files import read_whole
from trader.bridge.publisher import GUARDIAN, STATUS, portfolio_name
from trader.bridge.schemas import BotStatus, CommandShown, GuardianFile, Portfolio

_LARGEST = 32 * 1024 * 1024  # bytes of a view
_TRIES = 3
_PAUSE = 0.02  # seconds

View = TypeVar("View", BotStatus, Portfolio, GuardianFile)


@dataclass(frozen=True, slots=True)
class Reading(Generic[View]):
    """A view as last read. `value` None: never seen. `age` in seconds, None without a value.

    `error` tells why the newest file could not be used; then `value` is the last good one.
    """

    value: View | None
    age: float | None
    error: str | None = None

    def fresh(self, within: float = 10.0) -> bool:
        """Whether the daemon wrote it in the last `within` seconds; else it is not running."""
        return self.age is not None and self.age <= within


class Client:
    """Reads one data directory; writes nothing but commands. `clock` gives seconds since 1970."""

    def __init__(
        self,
        data_dir: Path,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._sleep = sleep
        self._good: dict[str, BotStatus | Portfolio | GuardianFile] = {}

    def status(self) -> Reading[BotStatus]:
        """The daemon's status."""
        return self._reading(STATUS, BotStatus)

    def portfolio(self, venue: str) -> Reading[Portfolio]:
        """The portfolio of one venue."""
        return self._reading(portfolio_name(venue), Portfolio)

    def guardian(self) -> Reading[GuardianFile]:
        """What the guardian says of itself, also while the daemon is gone."""
        return self._reading(GUARDIAN, GuardianFile)

    def drop(self, name: str, args: Mapping[str, Any], by: str = "panel") -> str:
        """Ask for something; the id to wait for. Raises `BadInput`, `MailboxFull`, `OSError`."""
        return mailbox.drop(self._data_dir, name, args, by, self._clock())

    def answer(self, command_id: str) -> CommandShown | None:
        """The answer to a command as last published; None: not yet."""
        status = self.status().value
        answers = status.commands if status else ()
        return next((answer for answer in answers if answer.id == command_id), None)

    def wait(self, command_id: str, seconds: float = 5.0) -> CommandShown | None:
        """The same, waited for; None: the daemon did not answer in time."""
        until = self._clock() + seconds
        while (found := self.answer(command_id)) is None and self._clock() < until:
            self._sleep(0.1)
        return found

    def waiting(self) -> bool:
        """Whether a command lies in the mailbox that the daemon has not taken."""
        return (self._data_dir / mailbox.SLOT).exists()

    def _reading(self, name: str, model: type[View]) -> Reading[View]:
        error: str | None = None
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(_PAUSE)
            try:
                value = model.model_validate_json(read_whole(self._data_dir / name, _LARGEST))
            except FileNotFoundError:
                error = f"{name} is not there; the bot has not been started with this folder"
                break
            except (OSError, ValidationError) as problem:
                error = f"{name} cannot be read: {_words(problem)}"
            else:
                self._good[name] = value
                return Reading(value, self._age(value))
        return self._last_good(name, model, error)

    def _last_good(self, name: str, model: type[View], error: str | None) -> Reading[View]:
        value = self._good.get(name)
        if not isinstance(value, model):
            return Reading(None, None, error)
        return Reading(value, self._age(value), error)

    def _age(self, value: BotStatus | Portfolio | GuardianFile) -> float:
        return max(0.0, self._clock() - value.timestamp)


def _words(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        return in_words(problem)
    return str(problem)
