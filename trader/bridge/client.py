"""The panel's side of the bridge: read views with their age, drop commands, wait for answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trader.bridge import mailbox
from trader.bridge.commands import Envelope
from trader.bridge.publisher import GUARDIAN, STATUS, portfolio_name
from trader.bridge.reading import Reading, Views
from trader.bridge.schemas import BotStatus, CommandShown, GuardianFile, Portfolio

__all__ = ["Client", "Reading"]


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
        self._views = Views(data_dir, clock, sleep)

    def status(self) -> Reading[BotStatus]:
        """The daemon's status."""
        return self._views.reading(STATUS, BotStatus)

    def portfolio(self, venue: str) -> Reading[Portfolio]:
        """The portfolio of one venue."""
        return self._views.reading(portfolio_name(venue), Portfolio)

    def guardian(self) -> Reading[GuardianFile]:
        """What the guardian says of itself, also while the daemon is gone."""
        return self._views.reading(GUARDIAN, GuardianFile)

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

    def pending(self) -> Envelope | None:
        """The command that the daemon has not taken yet, as far as it can be read."""
        return mailbox.waiting(self._data_dir)

    def waiting(self) -> bool:
        """Whether a command lies in the mailbox that the daemon has not taken."""
        return (self._data_dir / mailbox.SLOT).exists()
