"""The people beside the bot: commands through a mailbox, settings, the stop file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.simulation.trouble import Asked, Trouble
from trader.domain import commands as cmd
from trader.domain import events as ev
from trader.domain.commands import CommandAnswer
from trader.domain.instrument import VENUES

if TYPE_CHECKING:
    from tests.simulation.world import World

_HALTS = {cmd.Pause: "paused", cmd.CloseAll: "stopped", cmd.EmergencyStop: "emergency"}


class People:
    """They act when their time has come and the bot lives. The mailbox holds one command."""

    def __init__(self, trouble: Trouble) -> None:
        self.mail: Asked | None = None
        self._asked = list(trouble.asked)
        self._retuned = list(trouble.retuned)
        self._stop_file = trouble.stop_file
        self._delivered = False
        self._stopped = False
        self._halts: set[tuple[str, str]] = set()

    def act(self, world: World) -> None:
        """Whatever is due."""
        if self.mail is None and self._asked and world.now >= self._asked[0].at:
            self.mail, self._delivered = self._asked.pop(0), False
        if self.mail is not None and not self._delivered:
            self._deliver(world, self.mail)
        while self._retuned and world.now >= self._retuned[0].at:
            values = self._retuned.pop(0).values
            world.parameters = {v: replace(p, **values) for v, p in world.parameters.items()}
            world.hear(ev.ParametersChanged(dict(world.parameters), "next", world.now))
        there = any(span.holds(world.now) for span in self._stop_file)
        if there != self._stopped:
            self._stopped = there
            world.hear(ev.HaltFileSeen(there, world.now))

    def meet_a_new_bot(self) -> None:
        """It finds the mailbox as it was, and has not looked for the stop file yet."""
        self._delivered = self._stopped = False

    def answered(self, answer: CommandAnswer, *, written: bool) -> None:
        """The bot answered: the mailbox is free. `written`: the journal could keep it."""
        if self.mail is not None and answer.id == self.mail.id:
            if answer.result == "done":
                self._remember(self.mail.command, written=written)
            self.mail = None

    def halts_in_force(self, venue: str) -> list[str]:
        """What people ordered and did not take back, by their own memory."""
        return sorted(code for code, where in self._halts if where == venue)

    def _remember(self, command: cmd.Command, *, written: bool) -> None:
        chosen = getattr(command, "venue", None)
        venues = [venue for venue in VENUES if chosen in (None, venue)]
        if isinstance(command, cmd.Resume):
            self._halts = {(code, venue) for code, venue in self._halts if venue not in venues}
        code = _HALTS.get(type(command))
        if code and written:
            self._halts |= {(code, venue) for venue in venues}

    def _deliver(self, world: World, mail: Asked) -> None:
        """As the daemon does: what the journal knows was done before."""
        if world.ledger.knows_command(mail.id):
            if world.ledger.read(
                "SELECT 1 FROM commands WHERE result = 'done' AND id = ?", mail.id
            ):
                self._remember(mail.command, written=True)
            self.mail = None
            return
        self._delivered = True
        name, wall = type(mail.command).__name__, world.now / 1_000
        world.hear(ev.Commanded(mail.id, name, mail.command, "panel", world.now, wall))
