"""Lets a run begin only with accounts that are fit for it; who is away is asked later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from config.redaction import Redactor
from config.settings import Settings
from trader.domain.commands import Pause
from trader.domain.errors import TraderError
from trader.domain.events import Commanded
from trader.domain.finding import Finding, Mark
from trader.domain.instrument import venue_of
from trader.engine.engine import Engine
from trader.engine.ports import Restored
from trader.feeds.live.ports import Wall
from trader.shell.clock import Clock
from trader.shell.daemon import Service
from trader.shell.inbox import Inbox
from trader.shell.preflight.accounts import Examiner
from trader.shell.preflight.judging import against, away, refuse
from trader.shell.preflight.wording import language_of, sentence
from trader.shell.real_accounts import refuse_without_keys

log = logging.getLogger("trader.preflight")
AGAIN = 30.0  # seconds until an exchange that was away is asked again
PATIENCE = 5.0  # seconds for each check: positions wait meanwhile


class Admission:
    """`enter` before the first order, `watch` beside the run."""

    def __init__(self, examiner: Examiner, venues: tuple[str, ...]) -> None:
        self._examiner = examiner
        self._language = language_of(examiner.settings.system.language)
        self._unheard = venues
        self._found: dict[str, list[Finding]] = {}
        self._at = 0.0

    async def enter(self) -> None:
        """Ask all accounts. Raises `KeysRefused`, `BadInput`, `TraderError` with one sentence for
        each reason; an exchange that does not answer is none."""
        found = await self._ask(self._unheard)
        cleaner = Redactor(self._examiner.settings.secrets.values())
        try:
            refuse(found, self._language)
        except TraderError as no:
            raise type(no)(cleaner.clean(str(no))) from None

    def services(self, inbox: Inbox, engine: Engine, clock: Clock) -> tuple[Service, ...]:
        """What runs beside the loop. What is wrong later ends entries on that venue, as `pause`
        does: what is open must be watched, so the run goes on."""

        def halt(venue: str) -> None:
            now, name = clock.now(), f"preflight-{venue}"
            at = engine.state.now
            inbox.put(Commanded(f"{name}-{now:.3f}", "pause", Pause(venue), "preflight", at, now))

        return (Service("preflight", lambda: self.watch(halt)),) if self._unheard else ()

    def findings(self) -> tuple[list[Finding], float] | None:
        """What the accounts answered, and when last (seconds); None where none was asked."""
        found = [finding for findings in self._found.values() for finding in findings]
        return (found, self._at) if self._found else None

    async def watch(self, halt: Callable[[str], None]) -> None:
        """Ask those that were away until they have answered; `halt` those that are not fit."""
        while self._unheard:
            await self._examiner.wall.sleep(AGAIN)
            for finding in against(await self._ask(self._unheard)):
                log.error("%s: %s", finding.about, sentence(finding, self._language))
                halt(finding.about)

    async def _ask(self, venues: tuple[str, ...]) -> list[Finding]:
        found = await self._examiner.of_all(venues)
        self._at = self._examiner.wall.now() / 1_000
        for venue in venues:
            self._found[venue] = [finding for finding in found if finding.about == venue]
        silent = away(found)
        self._unheard = tuple(dict.fromkeys(finding.about for finding in silent))
        others = [finding for finding in found if finding.mark is Mark.WARN]
        for finding in (*silent, *others):
            log.warning("%s: %s", finding.about, sentence(finding, self._language))
        return found


def admitted(settings: Settings, restored: Restored, wall: Wall) -> Admission:
    """Ask the accounts that orders will go to (in mode paper there are none). Raises as `enter`."""
    holding = {venue_of(position.key) for position in restored.positions}
    venues = () if settings.mode == "paper" else settings.venues
    admission = Admission(Examiner(settings, wall, holding, PATIENCE), venues)
    if venues:
        refuse_without_keys(settings)
        asyncio.run(admission.enter())
    return admission
