"""Holds requests at the exchanges, so that a bot is in the midst of something when it dies."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import suppress

from tests.e2e.bot import Bot
from tests.e2e.real.moments import HOLDS, QUESTIONS, Deed, Pending, Point, pending, place
from tests.e2e.real.sites import Site
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.server import Server

LATE = 30.0  # seconds, longer than any life
SLICE = 0.0005  # seconds that a bot runs between two looks at its journal


class Hold:
    """Requests of one kind at one exchange are held from now on, until the bot is dead."""

    def __init__(self, server: Server, trouble: Trouble, method: str, path: str) -> None:
        self._server, self._asked = server, (method, path)
        self._fault = server.fault(trouble, method, path, seconds=LATE, times=0)

    @property
    def fired(self) -> bool:
        """Whether one is held."""
        return self._fault.fired > 0

    @property
    def answered(self) -> bool:
        """Whether none is held any more."""
        return all(asked.status for asked in self._server.asked(*self._asked))

    def end(self) -> None:
        """What is held goes on, and what comes later is not held."""
        self._fault.let_go = True
        with suppress(ValueError):
            self._server.plan.faults.remove(self._fault)


def on_questions(server: Server) -> Hold:
    """A start waits for the first answers that tell what became of its orders."""
    return Hold(server, Trouble.ANSWERS_LATE, "GET", QUESTIONS)


class Aim:
    """One exchange, what is to be under way there, and how far it is to have come."""

    def __init__(self, site: Site, server: Server, deed: Deed, point: Point) -> None:
        self.site, self.deed, self.point = site, deed, point
        self.caught = False
        self.hold = Hold(server, HOLDS[point], *place(site, deed))

    @property
    def met(self) -> bool:
        """Whether it is so far."""
        return self.caught or self.hold.fired

    @property
    def died_at(self) -> Point:
        """How far a request that was held had come in the end."""
        return Point.UNANSWERED if self.point is Point.LEAVING else self.point

    def wait(self, bot: Bot, seconds: float) -> None:
        """Until it is so far, no longer. What is to die before it leaves is frozen there."""
        until = time.monotonic() + seconds
        before = pending(bot.data, self.site.venue) if self.point is Point.LEAVING else []
        while not self.met and time.monotonic() < until:
            if self.point is Point.LEAVING:
                self._look_between_two_steps(bot, before)
            else:
                time.sleep(SLICE)

    def _look_between_two_steps(self, bot: Bot, before: list[Pending]) -> None:
        """A stopped process changes nothing: journalled and not sent is seen for certain."""
        bot.signal(signal.SIGSTOP)
        names = {order.name for order in before}
        new = [o for o in pending(bot.data, self.site.venue) if o.name not in names]
        if any(order.deed is self.deed for order in new):
            self.caught = True
            return
        bot.signal(signal.SIGCONT)
        time.sleep(SLICE)


def deliver(aims: list[Aim], bot: Bot) -> None:
    """Answers that are to come and not to be heard reach a process that stands still."""
    unheard = [aim for aim in aims if aim.point is Point.UNHEARD]
    if not unheard:
        return
    bot.signal(signal.SIGSTOP)
    for aim in unheard:
        aim.hold.end()
    wait(lambda: all(aim.hold.answered for aim in unheard), 2.0)


def wait(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(SLICE)
    return holds()
