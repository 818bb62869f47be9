"""The guardian: it waits, and when the daemon is gone it restarts it or takes its place."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import SettingsError
from trader.domain.errors import AlreadyRunning, TraderError
from trader.shell.guardian.heartbeat import Heartbeat
from trader.shell.guardian.known_good import KnownGood
from trader.shell.guardian.machine import Child, Machine
from trader.shell.guardian.stake import Stake, stake_of
from trader.shell.guardian.view import Face
from trader.shell.lock import quiet

log = logging.getLogger("trader.guardian")
MOST_RESTARTS = 3
WITHIN = 3_600.0  # seconds in which so many are tried; then it guards itself
START_WITHIN = 60.0  # seconds until a daemon that was started must have said something
LONGEST_PAUSE = 60.0
WRONG_SETTINGS = 2  # the exit code that another try cannot change
_ENDED = ("stopping", "stopped")

Guard = Callable[[bytes | None, str], bool]


@dataclass(frozen=True, slots=True)
class Post:
    """What is guarded, and after how many seconds of silence. `command` starts the daemon.

    `journal`: its file; None when it is a database elsewhere.
    """

    data_dir: Path
    env_file: Path
    after: float
    command: Sequence[str]
    journal: Path | None = None

    @property
    def pause(self) -> float:
        """Seconds between two looks."""
        return min(1.0, self.after / 5)


class Guardian:
    """Acts only while nobody holds the data directory's lock. `guard` is a life of the daemon with
    entries off, in this process: of these settings, for this reason; it answers whether a person
    wants the daemon back."""

    def __init__(self, post: Post, machine: Machine, guard: Guard) -> None:
        self._post, self._machine, self._guard = post, machine, guard
        self._heart = Heartbeat(post.data_dir)
        self._face = Face(post.data_dir, post.after, machine.wall)
        self._settings = KnownGood(post.env_file, settled=max(5.0, post.after))
        self._who: tuple[int, float] | None = None  # the daemon: process id, when it began
        self._child: Child | None = None
        self._failures = 0
        self._hopeless = False  # the settings are wrong: another start ends as the last did

    def watch(self) -> None:
        """Until there is nothing to watch any more, or a signal says so."""
        try:
            while self.look():
                self._machine.sleep(self._post.pause)
        finally:
            self._face.show("off")

    def look(self) -> bool:
        """One look, and what follows from it; False: nothing is to be watched any more."""
        now = self._machine.now()
        if self._heart.look(now):
            self._beat(now)
        silent, gone = self._heart.silent, self._gone()
        if gone and self._heart.pulse.word in _ENDED:
            log.info("the bot was stopped in order; nothing to watch")
            return False
        if silent < self._post.after:
            self._face.show("watching", silent)
            return True
        stake = self._stake()
        if not stake.open:
            self._face.show("idle", silent, stake.shares)
            return bool(stake.shares) or not gone
        return self._act(stake)

    def _beat(self, now: float) -> None:
        pid = self._heart.pulse.pid
        born = self._machine.born(pid)
        if pid is not None and born is not None and pid != os.getpid():
            self._who = (pid, born)
        self._settings.beat(now, fine=self._heart.pulse.settings_fine)

    def _gone(self) -> bool:
        if self._child is not None:
            self._child.code()  # collects it once it has ended
        return self._who is None or self._machine.born(self._who[0]) != self._who[1]

    def _stake(self) -> Stake:
        return stake_of(self._post.journal, self._heart.pulse.coverage)

    # ------------------------------------------------------------ acting

    def _act(self, stake: Stake) -> bool:
        """The daemon is silent and something may be lost."""
        silent = self._heart.silent
        self._face.show("restarting", silent, stake.shares)
        if not self._fenced(silent):
            return True
        try:
            with quiet(self._post.data_dir):  # nobody writes now: what stands there is the truth
                still = self._stake().open
        except AlreadyRunning:
            log.info("another bot has taken over; watching it")
            still = False
        if not still:
            self._heart.forgive()
            return True
        why = f"the bot was silent for {silent:.0f} s"
        if not self._hopeless and self._face.restarts(WITHIN) < MOST_RESTARTS:
            self._restart(why)
            return True
        return self._take_over(why, stake)

    def _fenced(self, silent: float) -> bool:
        """A frozen daemon must never wake up beside another one: it is ended before anything."""
        if self._gone() or self._who is None:
            return True
        log.warning("the bot (process %d) is silent for %.0f s; ending it", self._who[0], silent)
        if self._machine.end(*self._who):
            return True
        self._face.show("failed", silent)
        log.error("process %d does not end; nothing can be done beside it", self._who[0])
        return False

    def _restart(self, why: str) -> None:
        self._face.restarting()
        number = self._face.restarts(WITHIN)
        self._say(f"{why}; it is started again ({number} of {MOST_RESTARTS})")
        try:
            self._child = self._machine.start(self._post.command, why)
            failed = self._waited(self._child)
        except OSError as error:
            failed = error.strerror or str(error)
        self._heart.forgive()
        if not failed:
            self._failures = 0
            self._say(f"{why}; it runs again")
            return
        self._say(f"{why}; it did not start again: {failed}")
        if not self._hopeless:
            self._rest()
        self._stay_alarmed()

    def _waited(self, child: Child) -> str:
        """Until it says something: empty; else why it does not."""
        began, wall = self._machine.now(), self._machine.wall()
        while self._machine.now() - began < START_WITHIN:
            code = child.code()
            if code is not None:
                self._hopeless = code == WRONG_SETTINGS
                return child.words() or f"exit code {code}"
            now = self._machine.now()
            if self._heart.look(now) and self._heart.pulse.at >= wall:
                self._beat(now)
                return ""
            self._machine.sleep(min(0.2, self._post.pause))
        return f"it said nothing for {START_WITHIN:.0f} s"

    def _take_over(self, why: str, stake: Stake) -> bool:
        """The daemon's own code in this process, with entries off; whether to watch on."""
        shares = {
            venue: {"exchange": share["exchange"], "guardian": share["nobody"]}
            for venue, share in stake.shares.items()
        }
        self._face.show("guarding", self._heart.silent, shares)
        self._say(f"{why} and cannot be started; the guardian guards its positions, no entries")
        try:
            back = self._guard(self._settings.text, why)
        except AlreadyRunning:
            self._heart.forgive()
            return True
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            self._face.show("failed", self._heart.silent, stake.shares)
            self._say(f"{why} and cannot be guarded: {_first(error)}; trying again")
            self._rest()
            self._stay_alarmed()
            return True
        return self._relieved(back=back)

    def _relieved(self, *, back: bool) -> bool:
        """A person ended the guarding: for good, or to have the daemon back."""
        if not back:
            self._say("told to stop; what is not protected on the exchange is not protected now")
            return False
        self._face.forget_restarts()
        self._hopeless, self._failures = False, 0
        self._restart("a restart was asked for")
        return True

    def _stay_alarmed(self) -> None:
        """What a failed try wrote is no heartbeat."""
        self._heart.look(self._machine.now())
        self._heart.silent = self._post.after

    def _rest(self) -> None:
        """Longer after every failure; positions wait as long, so it begins short."""
        pause = min(LONGEST_PAUSE, self._post.after, 5.0) * 2.0 ** min(self._failures, 6)
        self._failures += 1
        self._machine.sleep(min(LONGEST_PAUSE, pause))

    def _say(self, text: str) -> None:
        log.warning("%s", text, extra={"code": "guardian"})
        self._face.acted(text)


def _first(error: BaseException) -> str:
    """The cause in words; only of errors whose words are ours, others might hold a secret."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    known = isinstance(error, (TraderError, SettingsError, OSError))
    return str(error) if known else f"unexpected {type(error).__name__}"
