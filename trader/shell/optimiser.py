"""Runs the searches for better parameters: by schedule or command, journalled, adopted or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from trader.bridge import mailbox
from trader.bridge.views import OptimiserView, SearchView
from trader.domain.candles import Candles
from trader.domain.errors import JournalBroken
from trader.domain.time import Millis
from trader.shell.adoption import adopted
from trader.shell.clock import Clock
from trader.shell.commander import Finish, Work
from trader.shell.schedule import Schedule
from trader.shell.searching import WORDS, Kind, Searcher, SearchFailed, Wish
from trader.shell.tuning import Tuning
from trader.storage.journal import SqlJournal
from trader.storage.optimisations import RUNNING, Optimisation

log = logging.getLogger("trader.optimiser")
SCHEDULE = "schedule"
_STOPPED = "the bot stopped before it was over"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the optimiser works with. `market` tells a venue's symbols (keys) and the market's time,
    `seen` their candles, `halted` what stops entries on a whole venue (empty: nothing); `changed`
    is called when there is something new to show."""

    searcher: Searcher
    journal: SqlJournal
    tuning: Tuning
    clock: Clock
    market: Callable[[str], tuple[tuple[str, ...], Millis]]
    seen: Callable[[Iterable[str]], Mapping[str, Candles]]
    halted: Callable[[str], str]
    changed: Callable[[], None]


class Optimiser:
    """One search a venue at a time; OPTIMIZER_WORKERS of them at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._schedule = Schedule(self._begin_by_schedule)
        self._group: asyncio.TaskGroup | None = None
        self._busy: dict[str, SearchView] = {}
        self._free = asyncio.Semaphore(desk.tuning.settings.system.optimizer_workers)
        self._last = self._close_interrupted()

    def _close_interrupted(self) -> Optimisation | None:
        """Searches of a process that died are over; the newest of all is shown."""
        last = None
        for one in self._desk.journal.history.optimisations():
            last = one
            if one.state == RUNNING:
                last = replace(one, state="interrupted", message=_STOPPED)
                self._write(last)
        return last

    async def run(self) -> None:
        """Until cancelled; then searches under way end at once, with an answer."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            self.plan()
            try:
                await asyncio.Event().wait()
            finally:
                self._group = None
                self._schedule.close()
                self._desk.searcher.close()

    def plan(self) -> None:
        """Follow the settings' times."""
        if self._group is not None:
            self._schedule.plan(self._desk.tuning.settings.system)

    def coming(self) -> list[tuple[str, float]]:
        """The searches to come: kind and when, in seconds since 1970."""
        return [(kind.value, at) for kind, at in self._schedule.coming()]

    def gist(self) -> object:
        """What changes when a search begins or ends."""
        return self._last, tuple(self._busy)

    @property
    def view(self) -> OptimiserView:
        """What the status shows."""
        last = self._last
        if last is None:
            return OptimiserView(tuple(self._busy.values()))
        return OptimiserView(
            tuple(self._busy.values()),
            last.kind,
            last.venue,
            last.state,
            None if last.ended_at is None else last.ended_at / 1_000,
            last.adopted,
            last.message,
        )

    # ------------------------------------------------------------ beginnings

    def works(self) -> dict[str, Work]:
        """The commands."""
        return {"optimize": self._work(Kind.GRID), "search_k": self._work(Kind.K)}

    def _work(self, kind: Kind) -> Work:
        def work(args: Mapping[str, Any], by: str, finish: Finish) -> tuple[str, str]:
            return self._begin(kind, args.get("venue"), by, finish)

        return work

    def _begin_by_schedule(self, kind: Kind) -> None:
        result, message = self._begin(kind, None, SCHEDULE, lambda _result, _message: None)
        if result == "refused":
            log.info("%s was due and is left out: %s", WORDS[kind], message)

    def _begin(self, kind: Kind, venue: str | None, by: str, finish: Finish) -> tuple[str, str]:
        traded = self._desk.tuning.settings.venues
        if venue is not None and venue not in traded:
            return "refused", f"bad_arguments {venue} is not traded; VENUES={','.join(traded)}"
        wanted = (venue,) if venue else traded
        free = [name for name in wanted if name not in self._busy]
        if not free or self._group is None:
            return "refused", f"busy {self._why_not(wanted)}"
        for name in free:
            self._busy[name] = SearchView(kind, name, self._desk.clock.now(), 0.0)
        self._group.create_task(self._all(kind, free, by, finish), name=f"search {kind}")
        self._desk.changed()
        return "accepted", f"{WORDS[kind]} begins on {', '.join(free)}"

    def _why_not(self, wanted: Iterable[str]) -> str:
        there = [self._busy[name] for name in wanted if name in self._busy]
        if not there:
            return "the bot is starting or stopping"
        words = (f"{WORDS[Kind(one.kind)]} is already at work on {one.venue}" for one in there)
        return "; ".join(words)

    async def _all(self, kind: Kind, venues: list[str], by: str, finish: Finish) -> None:
        """Searches on these venues, and one answer for all of them."""
        ended: dict[str, Optimisation] = {}
        try:
            async with asyncio.TaskGroup() as group:
                for name in venues:
                    group.create_task(self._one(kind, name, by, ended))
        finally:
            for name in venues:
                self._busy.pop(name, None)
            finish(*_answer(venues, ended))
            self._desk.changed()

    # ------------------------------------------------------------ one search

    async def _one(self, kind: Kind, venue: str, by: str, ended: dict[str, Optimisation]) -> None:
        async with self._free:
            search_id = mailbox.new_id(self._desk.clock.now())
            began = Optimisation(search_id, kind, venue, by, self._now())
            self._write(began)
            try:
                ended[venue] = await self._searched(began)
            except Exception as error:
                log.exception("a search ended by a bug of ours")
                text = f"unexpected {type(error).__name__}: {error}"
                ended[venue] = self._over(began, "failed", text)
            finally:
                self._busy.pop(venue, None)
                ended.setdefault(venue, self._over(began, "interrupted", _STOPPED))
                self._write(ended[venue])
                _tell(ended[venue])

    def _wish(self, kind: Kind, venue: str) -> Wish:
        tuning = self._desk.tuning
        keys, until = self._desk.market(venue)
        system = tuning.settings.system
        return Wish(
            kind=kind,
            venue=venue,
            keys=keys,
            parameters=tuning.parameters()[venue],
            objective=system.optimizer_objective,
            until=until,
            timeout=system.optimizer_timeout,
            seen=self._desk.seen(keys),
        )

    async def _searched(self, began: Optimisation) -> Optimisation:
        wish = self._wish(Kind(began.kind), began.venue)

        def told(share: float) -> None:  # from the thread: one assignment
            known = self._busy.get(wish.venue)
            if known is not None:
                self._busy[wish.venue] = replace(known, progress=share)

        try:
            found = await asyncio.to_thread(self._desk.searcher.search, wish, told)
        except SearchFailed as error:
            return self._over(began, "failed", str(error))
        in_force, said = adopted(self._desk.tuning, wish, found, self._desk.halted(wish.venue))
        ended = self._over(began, "done", "; ".join(filter(None, (found.text, said))))
        verdict = {"promoted": found.promoted, "dsr": found.dsr, "reasons": list(found.reasons)}
        return replace(
            ended,
            symbols=found.symbols,
            tried=found.tried,
            best=found.best,
            running=found.running,
            in_sample=found.in_sample,
            out_of_sample=found.out_of_sample,
            verdict=verdict,
            adopted=in_force,
        )

    def _over(self, began: Optimisation, state: str, message: str) -> Optimisation:
        return replace(began, ended_at=self._now(), state=state, message=message)

    # ------------------------------------------------------------ the journal

    def _now(self) -> Millis:
        return round(self._desk.clock.now() * 1_000)

    def _write(self, optimisation: Optimisation) -> None:
        self._last = optimisation
        try:
            self._desk.journal.optimised(optimisation)
        except JournalBroken as error:
            log.warning("the search will be journalled later: %s", error)


def _answer(venues: Iterable[str], ended: Mapping[str, Optimisation]) -> tuple[str, str]:
    """Result and message of the command: done when one of its searches was."""
    done = any(one.state == "done" for one in ended.values())
    texts = [f"{name}: {ended[name].message if name in ended else _STOPPED}" for name in venues]
    return "done" if done else "failed", "; ".join(texts)


def _tell(over: Optimisation) -> None:
    words, extra = WORDS[Kind(over.kind)], {"code": f"optimiser_{over.kind}", "venue": over.venue}
    level = logging.INFO if over.state == "done" else logging.WARNING
    log.log(level, "%s on %s: %s", words, over.venue, over.message, extra=extra)
