"""A running daemon put together: its services, what it hears, how it begins and ends."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from trader.bridge import stop_file
from trader.bridge.publisher import Publisher
from trader.domain.commands import Command
from trader.domain.events import HaltFileSeen, ParametersChanged, TimePassed
from trader.domain.outcome import Outcome, Question
from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.engine.ports import Venues
from trader.shell import showing, terminal
from trader.shell.accounts import Accounts, NoAccounts
from trader.shell.commander import Commander, Taken, commanded
from trader.shell.cycle import Cycle, Face
from trader.shell.daemon import Core, Ending, Service, Stop, serve, stop_on_signals
from trader.shell.deeds import deeds
from trader.shell.guardian import duty
from trader.shell.guardian.keeper import Keeper, NoKeeper
from trader.shell.inbox import Inbox
from trader.shell.language import language_of
from trader.shell.optimiser import Desk, Optimiser
from trader.shell.options import Options
from trader.shell.outside import EMBEDDED, Outside
from trader.shell.panel.opening import Surroundings, desk_of
from trader.shell.recording.starting import NoRecording
from trader.shell.reporter import Reporter
from trader.shell.searching import Searcher
from trader.shell.stage import Stage
from trader.shell.tuning import Tuning
from trader.shell.wording import Words
from trader.storage.journal import SqlJournal

log = logging.getLogger("trader.shell")
POLL = 0.1  # seconds between two looks at the mailbox and at data/STOP


class Feed(Protocol):
    """Where prices and candles come from."""

    @property
    def at(self) -> Millis:
        """How far the market came."""

    def open(self) -> None:
        """Markets, universe and history, before the first price."""

    def settle(self) -> None:
        """No more prices: let answers under way come in."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composition root chose."""

    engine: Engine
    inbox: Inbox
    venues: Venues
    feed: Feed
    play: Callable[[], Awaitable[None]]
    journal: SqlJournal
    tuning: Tuning
    searcher: Searcher
    stage: Stage
    recast: Callable[[dict[str, Parameters]], None]
    remember: Callable[[Millis], None]
    market: str
    notices: tuple[str, ...]
    outside: Outside = EMBEDDED
    accounts: Accounts = field(default_factory=NoAccounts)
    recorded: NoRecording = field(default_factory=NoRecording)
    services: tuple[Service, ...] = ()
    keeper: Keeper | NoKeeper = field(default_factory=NoKeeper)


class System:
    """One life of the daemon, from recovery to the ordered stop."""

    def __init__(self, options: Options, parts: Parts) -> None:
        self._options = options
        self._parts = parts
        self._clock = options.clock
        self._stop = Stop()
        self._began = options.clock.now()
        self._halted = False
        self._optimiser = Optimiser(self._desk())
        works, done = self._optimiser.works(), deeds(parts.tuning, self._stop)
        self._commander = Commander(
            options.data_dir, parts.journal, options.clock, self._send, done, works
        )
        settings = parts.tuning.settings
        self._panel = desk_of(
            options, parts.engine, parts.journal, parts.tuning, self._surroundings()
        )
        self._reporter = Reporter(parts.journal, self._heard, self._panel.watchers)
        face = Face(
            settings.mode,
            self._began,
            settings.system.warmup_cycles,
            Publisher(options.data_dir),
            self._commander.answers.shown,
            lambda: self._optimiser.view,
            parts.outside,
            parts.keeper.view,
            "engine" if options.guarding is None else "guardian",
            parts.recorded.view,
            self._panel.equity_point,
        )
        self._cycle = Cycle(
            parts.engine, parts.inbox, parts.journal, parts.tuning, options.clock, face
        )

    def _desk(self) -> Desk:
        parts = self._parts
        return Desk(
            searcher=parts.searcher,
            journal=parts.journal,
            tuning=parts.tuning,
            clock=self._clock,
            market=self._searched,
            seen=parts.stage.seen,
            halted=lambda venue: ", ".join(showing.halted(parts.engine.state, venue)),
            changed=lambda: self._cycle.changed(),
        )

    def _surroundings(self) -> Surroundings:
        parts, settings = self._parts, self._parts.tuning.settings
        return Surroundings(
            started_at=self._began,
            sitting=parts.stage.sitting,
            market_at=lambda: parts.feed.at,
            speed=settings.system.demo_speed if settings.mode == "demo" else 1.0,
            gist=self._optimiser.gist,
            searches=self._optimiser.coming,
            outside=parts.outside,
        )

    def _searched(self, venue: str) -> tuple[tuple[str, ...], Millis]:
        """What may be entered on a venue, and the market's time."""
        symbols = self._parts.engine.state.venues[venue].symbols.values()
        return tuple(sym.key for sym in symbols if sym.listed), self._parts.feed.at

    # ------------------------------------------------------------ from start to end

    async def serve(self, duration: float | None) -> Ending:
        """Recover, run, stop in order. `duration` in seconds, None: until told."""
        parts = self._parts
        recorded = parts.recorded.beside(self._reporter)
        core = Core(parts.engine, parts.inbox, parts.venues, recorded)
        with stop_on_signals(self._stop, self._leave_at_once):  # before anybody can know of us
            self._cycle.publish("starting")
            await parts.accounts.open()
            self._open()
            services = self._services(duration)
            try:
                ending = await serve(core, services, self._stop, self._settle)
            finally:
                await parts.accounts.close()
        self._last_words()
        self._cycle.publish("stopped" if ending is Ending.STOPPED else "starting")
        self._show_end()
        return ending

    async def _settle(self) -> None:
        """Answers under way come in."""
        self._parts.feed.settle()
        await self._parts.accounts.rest()

    def _open(self) -> None:
        """Markets and history first, then the venues are asked for the truth."""
        parts = self._parts
        at = parts.engine.state.now
        if told := duty.notices(self._options, at):
            self._reporter.record(TimePassed(at), Outcome(notices=told))
        parts.feed.open()
        for name in parts.engine.state.venues:
            parts.venues.ask(Question("report", name))
        self._look_for_stop_file()
        if not self._options.quiet:
            _show_start(self._options, parts)

    def _services(self, duration: float | None) -> list[Service]:
        services = [
            Service("feed", self._play),
            Service("cycle", self._cycle.run),
            Service("panel", self._panel.run),
            Service("guardian", lambda: duty.kept(self._parts.keeper, self._stop)),
            Service("mailbox", self._listen),
            Service("settings", lambda: self._parts.tuning.watch.run(self._clock.sleep)),
            *self._parts.services,
        ]
        if self._options.guarding is None:
            services.append(Service("optimiser", self._optimiser.run))
        if duration is not None:
            services.append(Service("duration", lambda: self._end_after(duration)))
        return services

    async def _play(self) -> None:
        await self._parts.play()
        log.info("the recorded market is over")
        self._stop.ask()

    async def _end_after(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._stop.ask()

    async def _listen(self) -> None:
        while True:
            if self._commander.poll():
                self._cycle.changed()
            self._look_for_stop_file()
            await self._clock.sleep(POLL)

    def _look_for_stop_file(self) -> None:
        """`data/STOP` works when nothing else does: no entries while it exists."""
        there = stop_file.there(self._options.data_dir)
        if there != self._halted:
            self._halted = there
            self._parts.inbox.put(HaltFileSeen(there, self._parts.engine.state.now))

    def _last_words(self) -> None:
        """The final write: how far the market came, status, portfolios."""
        with contextlib.suppress(OSError):
            self._parts.remember(self._parts.feed.at)
        self._cycle.publish("stopping")
        self._panel.last()

    def _show_end(self) -> None:
        if not self._options.quiet:
            seconds = self._clock.now() - self._began
            mode = self._parts.tuning.settings.mode
            run = terminal.Run(self._reporter.figures, seconds, mode, _say(self._parts.tuning))
            terminal.exit_table(terminal.console(), self._parts.engine, run)

    def _leave_at_once(self) -> None:
        """The second Ctrl-C: what is journalled is safe, nothing else is waited for."""
        self._parts.keeper.dismiss()
        os._exit(130)

    # ------------------------------------------------------------ what is heard

    def _heard(self, outcome: Outcome) -> None:
        """After an outcome was written down: portfolios, acknowledgements, views."""
        self._cycle.heard(outcome)
        self._panel.hear(outcome)
        for answer in outcome.answers:
            self._commander.answered(answer)
        if outcome.books:
            with contextlib.suppress(OSError):  # only how far a demo's market came
                self._parts.remember(self._parts.feed.at)

    def retune(self, parameters: dict[str, Parameters], version: str) -> None:
        """New settings: to the engine as an event, to the feed where symbols or frames change."""
        self._parts.inbox.put(ParametersChanged(parameters, version, self._parts.engine.state.now))
        self._parts.recast(parameters)
        self._optimiser.plan()

    # ------------------------------------------------------------ commands

    def _send(self, taken: Taken, command: Command) -> None:
        at, wall = self._parts.engine.state.now, self._clock.now()
        self._parts.inbox.put(commanded(taken, command, at, wall))


def _show_start(options: Options, parts: Parts) -> None:
    around = terminal.Surroundings(
        parts.market,
        str(options.log_dir / "trading_bot.log"),
        str(options.data_dir),
        parts.notices,
        parts.outside.no_symbols,
        str(options.record or ""),
        _say(parts.tuning),
    )
    terminal.banner(terminal.console(), parts.tuning.settings, parts.engine, around)


def _say(tuning: Tuning) -> Words:
    """How the terminal speaks."""
    return Words(language_of(tuning.settings.system.language))
