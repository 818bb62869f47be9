"""Takes commands from the mailbox: each acts once, and each gets one answer."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from config.errors import SettingsError
from trader.bridge import mailbox
from trader.bridge.commands import engine_command
from trader.domain.commands import Command, CommandAnswer
from trader.domain.errors import JournalBroken, TraderError
from trader.domain.events import Commanded
from trader.shell.clock import Clock
from trader.storage.journal import SqlJournal

log = logging.getLogger("trader.commands")
KEPT = 50
Deed = Callable[[Mapping[str, Any], str], tuple[str, str]]  # args, by -> result, message
Finish = Callable[[str, str], None]  # result, message of what was `accepted`
Work = Callable[[Mapping[str, Any], str, Finish], tuple[str, str]]


class Answers:
    """The newest answers, as `bot_status.json` shows them; a later one replaces `accepted`."""

    def __init__(self, known: Iterable[CommandAnswer]) -> None:
        self._by_id = OrderedDict((answer.id, answer) for answer in known)

    def add(self, answer: CommandAnswer) -> None:
        """Remember an answer, the newest last."""
        self._by_id.pop(answer.id, None)
        self._by_id[answer.id] = answer
        while len(self._by_id) > KEPT:
            self._by_id.popitem(last=False)

    def shown(self) -> tuple[CommandAnswer, ...]:
        """Oldest first."""
        return tuple(self._by_id.values())


class Commander:
    """Polls the mailbox. The engine's commands become events; the shell's are `deeds` by name.

    `works` take long: they are `accepted`, and finish with another answer under the same id.
    """

    def __init__(
        self,
        data_dir: Path,
        journal: SqlJournal,
        clock: Clock,
        send: Callable[[Taken, Command], None],
        deeds: Mapping[str, Deed],
        works: Mapping[str, Work] | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._journal = journal
        self._clock = clock
        self._send = send
        self._deeds = deeds
        self._works = works or {}
        self._in_engine: mailbox.Taken | None = None
        self._finish_interrupted()
        self.answers = Answers(journal.history.answers(KEPT))

    def _finish_interrupted(self) -> None:
        """Whoever asked is told: a process died between taking a command and answering it."""
        for command in self._journal.history.unfinished_commands():
            text = "interrupted: the bot ended before it answered; see whether it was done"
            answer = CommandAnswer(command.id, command.name, "failed", text, self._clock.now())
            self._journal.answer_command(answer)

    def poll(self) -> bool:
        """Look once; whether a command was taken. Never raises for what a file holds."""
        if self._in_engine is not None:
            return False
        try:
            found = mailbox.take(self._data_dir, self._clock.now())
            if found is None:
                return False
            self._handle(found)
        except (JournalBroken, OSError) as error:
            log.warning("a command waits until the disk can be written: %s", error)
            return False
        return True

    def _handle(self, found: mailbox.Taken | mailbox.Refused) -> None:
        if isinstance(found, mailbox.Refused):
            self._refuse(found)
        elif self._journal.history.knows_command(found.id):
            log.info("command %s was answered before", found.id)
            mailbox.settle(self._data_dir, found)
        else:
            self._obey(found)

    def _refuse(self, found: mailbox.Refused) -> None:
        at = self._clock.now()
        answer = CommandAnswer(found.id, found.name, "refused", found.message, at)
        if self._journal.refuse_command(answer, found.by):
            self.answers.add(answer)
            log.warning(
                "command refused: %s",
                found.message,
                extra={"code": found.code, "command": found.id},
            )
        mailbox.settle(self._data_dir, found)

    def _obey(self, taken: mailbox.Taken) -> None:
        command = engine_command(taken.name, taken.args)
        if command is not None:
            self._in_engine = taken
            self._send(taken, command)
            return
        at = self._clock.now()
        if self._journal.take_command(taken.id, taken.name, taken.args, taken.by, at):
            result, message = self._do(taken)
            answer = CommandAnswer(taken.id, taken.name, result, message, self._clock.now())
            self.answers.add(answer)
            self._journal.answer_command(answer)
            _said(taken, result, message)
        mailbox.settle(self._data_dir, taken)

    def _do(self, taken: mailbox.Taken) -> tuple[str, str]:
        deed, work = self._deeds.get(taken.name), self._works.get(taken.name)
        try:
            if work is not None:
                return work(taken.args, taken.by, partial(self._finish, taken))
            if deed is not None:
                return deed(taken.args, taken.by)
            return "refused", f"not_available {taken.name} is not part of this version"
        except (SettingsError, TraderError) as error:
            return "refused", f"bad_arguments {error}"

    def _finish(self, taken: mailbox.Taken, result: str, message: str) -> None:
        """The final answer to what was accepted."""
        answer = CommandAnswer(taken.id, taken.name, result, message, self._clock.now())
        self.answers.add(answer)
        _said(taken, result, message)
        try:
            self._journal.answer_command(answer)
        except JournalBroken as error:
            log.warning("the answer will be journalled later: %s", error)

    def answered(self, answer: CommandAnswer) -> None:
        """The engine's answer was written down: show it and free the mailbox."""
        self.answers.add(answer)
        taken = self._in_engine
        if taken is not None and taken.id == answer.id:
            self._in_engine = None
            try:
                mailbox.settle(self._data_dir, taken)
            except OSError as error:
                log.warning("the mailbox cannot be cleared: %s", error)


def _said(taken: mailbox.Taken, result: str, message: str) -> None:
    about = {"code": "command", "command": taken.id}
    log.info("%s by %s: %s, %s", taken.name, taken.by, result, message, extra=about)


Taken = mailbox.Taken


def commanded(taken: Taken, command: Command, at: int, wall: float) -> Commanded:
    """The event of a command that was taken. `at` market ms, `wall` seconds."""
    return Commanded(taken.id, taken.name, command, taken.by, at, wall)
