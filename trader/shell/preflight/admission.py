"""Lets a run begin only with accounts that are fit for it, or to guard what is held already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from config.redaction import Redactor
from config.settings import Settings
from trader.bridge.words.checks import sentence
from trader.domain.errors import TraderError
from trader.domain.events import AccountJudged
from trader.domain.finding import Finding, Mark
from trader.domain.instrument import venue_of
from trader.engine.engine import Engine
from trader.engine.ports import Restored
from trader.feeds.live.ports import Wall
from trader.shell.daemon import Service
from trader.shell.inbox import Inbox
from trader.shell.language import language_of
from trader.shell.preflight.accounts import Examiner
from trader.shell.preflight.judging import GUARDING, against, away, guardable, refuse
from trader.shell.real_accounts import refuse_without_keys
from trader.shell.real_markets import Budgets

log = logging.getLogger("trader.preflight")
AGAIN = 30.0  # seconds until an exchange that was away is asked again
PATIENCE = 5.0  # seconds for each check: positions wait meanwhile


class Admission:
    """`enter` before the first order, `begin` with the engine, `watch` beside the run.

    `unfit`: what speaks against entries, by venue; a run that has something to guard begins all
    the same.
    """

    def __init__(self, examiner: Examiner, venues: tuple[str, ...]) -> None:
        self._examiner = examiner
        self._language = language_of(examiner.settings.system.language)
        self._clean = Redactor(examiner.settings.secrets.values()).clean
        self._unheard = venues
        self._found: dict[str, list[Finding]] = {}
        self._at = 0.0
        self._told: set[str] = set()
        self.unfit: dict[str, tuple[Finding, ...]] = {}

    async def enter(self) -> None:
        """Ask all accounts. Raises `KeysRefused`, `BadInput`, `TraderError` with one sentence for
        each reason, unless something is held that must be guarded; an exchange that does not answer
        is no reason."""
        found = await self._ask(self._unheard)
        if not guardable(found, self._examiner.holding):
            try:
                refuse(found, self._language)
            except TraderError as no:
                raise type(no)(self._clean(str(no))) from None
        for venue in dict.fromkeys(finding.about for finding in against(found)):
            self._judge(venue, found)

    @property
    def said(self) -> tuple[str, ...]:
        """For the banner: where nothing is entered, and why."""
        return tuple(text for found in self.unfit.values() for text in self._reasons(found))

    def begin(self, inbox: Inbox, engine: Engine) -> tuple[Service, ...]:
        """Tell the engine before its first price where it must not enter; what runs beside the
        loop. What is wrong later ends entries on that venue until it is right: what is open must
        be watched, so the run goes on."""

        def judged(venue: str, codes: tuple[str, ...]) -> None:
            inbox.put(AccountJudged(venue, codes, engine.state.now))

        for venue, found in self.unfit.items():
            judged(venue, _codes(found))
        return (Service("preflight", lambda: self.watch(judged)),) if self._open else ()

    def findings(self) -> tuple[list[Finding], float] | None:
        """What the accounts answered, and when last (seconds); None where none was asked."""
        found = [finding for findings in self._found.values() for finding in findings]
        return (found, self._at) if self._found else None

    async def watch(self, judged: Callable[[str, tuple[str, ...]], None]) -> None:
        """Ask those that were away, and those that are not fit, until they are."""
        while venues := self._open:
            await self._examiner.wall.sleep(AGAIN)
            found = await self._ask(venues)
            for venue in venues:
                if venue not in self._unheard:
                    judged(venue, self._judge(venue, found))

    @property
    def _open(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._unheard, *self.unfit)))

    def _judge(self, venue: str, found: list[Finding]) -> tuple[str, ...]:
        """What speaks against a venue, from now on; said once."""
        bad = tuple(finding for finding in against(found) if finding.about == venue)
        before = self.unfit.pop(venue, ())
        if bad:
            self.unfit[venue] = bad
        if _codes(bad) != _codes(before):
            for text in self._reasons(bad):
                log.error(text)
        return _codes(bad)

    def _reasons(self, found: tuple[Finding, ...]) -> list[str]:
        words = [f"{sentence(finding, self._language)} ({finding.code})" for finding in found]
        guarding = [sentence(Finding(Mark.WARN, f.about, GUARDING), self._language) for f in found]
        return [self._clean(f"{g}: {why}") for g, why in zip(guarding, words, strict=True)]

    async def _ask(self, venues: tuple[str, ...]) -> list[Finding]:
        found = await self._examiner.of_all(venues)
        self._at = self._examiner.wall.now() / 1_000
        for venue in venues:
            self._found[venue] = [finding for finding in found if finding.about == venue]
        silent = away(found)
        self._unheard = tuple(dict.fromkeys(finding.about for finding in silent))
        for finding in silent:
            log.warning("%s: %s", finding.about, sentence(finding, self._language))
        for finding in found:
            text = f"{finding.about}: {sentence(finding, self._language)}"
            if finding.mark is Mark.WARN and text not in self._told:
                self._told.add(text)
                log.warning(text)
        return found


def _codes(found: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.code for finding in found))


def admitted(settings: Settings, restored: Restored, wall: Wall, budgets: Budgets) -> Admission:
    """Ask the accounts that orders will go to (in mode paper there are none). Raises as `enter`."""
    sent = {venue_of(order.key) for order in restored.orders if order.live}
    holding = {venue_of(position.key) for position in restored.positions} | sent
    venues = () if settings.mode == "paper" else settings.venues
    admission = Admission(Examiner(settings, wall, holding, PATIENCE, budgets), venues)
    if venues:
        refuse_without_keys(settings)
        asyncio.run(admission.enter())
    return admission
