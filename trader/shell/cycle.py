"""The daemon's loop every few seconds: time, status, portfolios, equity, heartbeat."""

from __future__ import annotations

import logging
import math
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import psutil

import trader
from trader.bridge.publisher import Publisher
from trader.bridge.views import GuardianView, LoopView, OptimiserView, RecordingView, StatusView
from trader.domain.commands import CommandAnswer
from trader.domain.errors import JournalBroken
from trader.domain.events import JournalFailed, TimePassed
from trader.domain.instrument import venue_of
from trader.domain.outcome import Outcome
from trader.domain.position import ClosedTrade
from trader.engine.engine import Engine
from trader.shell import showing
from trader.shell.clock import Clock
from trader.shell.inbox import Inbox
from trader.shell.outside import EMBEDDED, Outside
from trader.shell.tuning import Tuning
from trader.storage.journal import SqlJournal

log = logging.getLogger("trader.heartbeat")
EQUITY_EVERY = 60.0
HEARTBEAT_EVERY = 60.0
TRADES_SHOWN = 500
AT_MOST_EVERY = 0.25  # seconds between two publications


@dataclass(slots=True)
class Beat:
    """What the cycle knows of itself."""

    count: int = 0
    took: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    equity_at: float = 0.0
    heartbeat_at: float = 0.0
    due: bool = True
    stale: set[str] = field(default_factory=set)  # venues whose books changed since then
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """What the daemon shows of itself besides the engine's state, and how."""

    mode: str
    started_at: float
    warmup: int
    publisher: Publisher
    answers: Callable[[], tuple[CommandAnswer, ...]]
    optimiser: Callable[[], OptimiserView]
    outside: Outside = EMBEDDED
    guardian: Callable[[], GuardianView | None] = lambda: None
    watcher: str = "engine"  # whose engine this is: engine or guardian
    recording: Callable[[], RecordingView | None] = lambda: None
    noted: Callable[[str, int, float, float], None] = lambda *_: None  # a point of equity


class Cycle:
    """Called by the shell's service; publishes at once when something happened."""

    def __init__(
        self,
        engine: Engine,
        inbox: Inbox,
        journal: SqlJournal,
        tuning: Tuning,
        clock: Clock,
        face: Face,
    ) -> None:
        self._engine, self._inbox, self._journal = engine, inbox, journal
        self._publisher, self._tuning, self._clock = face.publisher, tuning, clock
        self._face = face
        self._beat = Beat(heartbeat_at=clock.now())
        self._price_times = showing.PriceTimes()
        self._process = psutil.Process(os.getpid())
        self._trades: dict[str, deque[ClosedTrade]] = {}
        for venue in engine.state.venues:
            newest = journal.history.trades(venue, TRADES_SHOWN)
            self._trades[venue] = deque(newest, maxlen=TRADES_SHOWN)

    def heard(self, outcome: Outcome) -> None:
        """People should see it before the next cycle, and the books of the venues it changed."""
        for trade in outcome.trades:
            self._trades[venue_of(trade.key)].append(trade)
        self._beat.stale |= {book.venue for book in outcome.books}
        self._beat.stale |= {venue_of(position.key) for position in outcome.positions}
        self.changed()

    def changed(self) -> None:
        """Something happened that people should see before the next cycle."""
        self._beat.due = True

    async def run(self) -> None:
        """One cycle every LOOP_SECONDS; in between, publish what is due."""
        while True:
            began = self._clock.now()
            self.once()
            wait = self._tuning.settings.system.loop_seconds
            while (left := wait - (self._clock.now() - began)) > 0:
                await self._clock.sleep(min(left, AT_MOST_EVERY))
                if self._beat.due and left > AT_MOST_EVERY:
                    self._publish("", self._beat.stale)

    def once(self) -> None:
        """One cycle. Its parts are small; nothing here waits for a network."""
        started = perf_counter()
        now = self._clock.now()
        if self._face.outside.ready():  # before, no cycle counts as warm-up
            self._inbox.put(TimePassed(self._engine.state.now, cycle=True))
        self._beat.count += 1
        self._write_equity(now)
        self.publish("")
        if now - self._beat.heartbeat_at >= HEARTBEAT_EVERY:
            self._beat.heartbeat_at = now
            log.info("%s", self.heartbeat())
        self._beat.took.append((perf_counter() - started) * 1_000)

    def _write_equity(self, now: float) -> None:
        """A point a minute; also how a journal that failed is found to work again."""
        broken = any(("journal", "") in v.halts for v in self._engine.state.venues.values())
        try:
            if broken:
                self._journal.flush()
                self._journal_is(broken=False, reason="")
            if now - self._beat.equity_at >= EQUITY_EVERY:
                self._beat.equity_at = now
                for name, venue in self._engine.state.venues.items():
                    equity, free = venue.equity(), venue.account.spendable
                    if not math.isnan(equity):  # NaN: something held has no price yet
                        self._journal.equity_point(round(now * 1_000), name, equity, free)
                        self._face.noted(name, round(now * 1_000), equity, free)
        except JournalBroken as error:
            if not broken:
                self._journal_is(broken=True, reason=str(error))

    def _journal_is(self, *, broken: bool, reason: str) -> None:
        self._inbox.put(JournalFailed(broken, reason, self._engine.state.now))

    def publish(self, status: str) -> None:
        """Write all views. A disk that refuses is said once and never stops the loop."""
        self._publish(status, set(self._engine.state.venues))

    def _publish(self, status: str, venues: set[str]) -> None:
        """Write the status and the portfolios of these venues."""
        now = self._clock.now()
        self._beat.due, self._beat.stale = False, set()
        refused = self._publisher.status(self.status(status))
        for name in venues:
            venue = self._engine.state.venues[name]
            view = showing.portfolio(venue, tuple(self._trades[name]), self._price_times, now)
            refused = self._publisher.portfolio(view) or refused
        if refused and refused != self._beat.refused:
            log.warning("%s", refused, extra={"code": "publish"})
        self._beat.refused = refused or ""

    def status(self, word: str) -> StatusView:
        """`bot_status.json`; `word` overrides what the engine says (starting, stopping ...)."""
        engine, face, took = self._engine, self._face, self._beat.took
        parameters = {n: v.parameters.shown() for n, v in engine.state.venues.items()}
        return StatusView(
            status=word or self._word(),
            timestamp=self._clock.now(),
            version=trader.__version__,
            mode=face.mode,
            pid=os.getpid(),
            started_at=face.started_at,
            cpu=self._process.cpu_percent(),
            memory=self._process.memory_info().rss / 1e6,
            warmup_current=min(face.warmup, showing.cycles(engine)),
            warmup_total=face.warmup,
            loop=LoopView(self._beat.count, took[-1] if took else 0.0, _p99(took)),
            venues=showing.links(
                engine, self._price_times, self._clock.now(), face.outside.sources()
            ),
            settings_error=self._tuning.error,
            settings_version=self._tuning.settings.version,
            parameters=parameters,
            halts=showing.halts(engine),
            decisions=showing.decisions(engine),
            commands=face.answers(),
            optimiser=face.optimiser(),
            coverage=showing.coverage(engine, face.watcher),
            guardian=face.guardian(),
            recording=face.recording(),
        )

    def _word(self) -> str:
        if not self._face.outside.ready():
            return "starting"
        return showing.status_word(self._engine, self._face.warmup)

    def heartbeat(self) -> str:
        """One line with content: alive, and why idle."""
        venues = self._engine.state.venues.values()
        held = sum(len(venue.holding) for venue in venues)
        slots = sum(venue.parameters.max_positions for venue in venues)
        today = "  ".join(
            f"{venue.name} {venue.equity() / (venue.day.equity or venue.equity()) - 1:+.2%}"
            for venue in venues
        )
        symbols = [sym for venue in venues for sym in venue.symbols.values() if sym.listed]
        waiting = sum(bool(sym.armed) for sym in symbols)
        word = self._word()
        return (
            f"♥ {self._face.mode.upper()} {word}  positions {held}/{slots}  today {today}  "
            f"symbols {len(symbols)} -> waiting {waiting}"
        )


def _p99(took: deque[float]) -> float:
    ordered = sorted(took)
    return ordered[int(len(ordered) * 0.99)] if ordered else 0.0
