"""The panel's desk: notes in the loop what the panel should see, and has it written in a thread.

In the loop nothing is computed and nothing waits for a disk; a disk that refuses is said once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from config.errors import SettingsError
from trader.domain.errors import TraderError
from trader.domain.events import (
    CandlesClosed,
    Event,
    HistoryLoaded,
    LinkChanged,
    PriceSeen,
    VenueReported,
)
from trader.domain.outcome import Outcome
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.shell.clock import Clock
from trader.shell.panel.account import AccountNotes
from trader.shell.panel.gallery import Gallery, Sketch
from trader.shell.panel.ledgers import Ledger, equity_line, trade_line
from trader.shell.panel.observations import Observations
from trader.shell.panel.tallies import ORDER, Judged

log = logging.getLogger("trader.panel")
TICK = 0.5  # seconds
TROUBLE = (OSError, TraderError, SettingsError, sa.exc.SQLAlchemyError)

Watch = Callable[[Any], None]
Step = Callable[[], None]


@dataclass(slots=True)
class Pad:
    """What the loop noted since the thread last looked."""

    judged: deque[Judged] = field(default_factory=deque)
    lag: float = 0.0  # the most of these seconds, ms


@dataclass(frozen=True, slots=True)
class Papers:
    """What a desk fills. `plan` is asked in the loop and answers with what a thread is to do."""

    trades: Ledger
    equity: Ledger
    gallery: Gallery
    observations: Observations
    account: AccountNotes
    plan: Callable[[float, Pad], list[Step]]


class Desk:
    """One life's panel. `watchers`: what wants to see which events, by their type."""

    def __init__(self, engine: Engine, clock: Clock, papers: Papers) -> None:
        self._state = engine.state
        self._clock = clock
        self._papers = papers
        self._gallery = papers.gallery
        self._observations = papers.observations
        self._pad = Pad()
        self._writing = Lock()
        self._told: dict[str, str] = {}
        self.watchers: dict[type[Event], Watch] = {
            CandlesClosed: self._candles,
            HistoryLoaded: self._gallery.note_candles,
            LinkChanged: self._link,
            VenueReported: self._report,
        }

    # ------------------------------------------------------------ in the loop

    def hear(self, outcome: Outcome) -> None:
        """After an outcome was written down."""
        now = self._clock.now()
        for trade in outcome.trades:
            self._papers.trades.add(trade_line(trade))
        for order in outcome.submit:
            if order.is_entry:
                self._pad.judged.append(Judged(self._state.now, order.key, ORDER))
        for notice in outcome.notices:
            self._observations.note_notice(notice, now)

    def equity_point(self, venue: str, at: Millis, equity: float, cash: float) -> None:
        """A point of the curve was journalled. `at` ms of the wall's clock."""
        self._papers.equity.add(equity_line(venue, at, equity, cash))

    def _candles(self, event: CandlesClosed) -> None:
        note, symbols, at = self._pad.judged.append, self._state.symbols, event.at
        for candle in event.candles:
            sym = symbols.get(candle.key)
            if sym is not None and sym.listed:
                note(Judged(at - 1, candle.key, sym.judged))
        if self._gallery.open:
            self._gallery.note_candles(event)

    def _link(self, event: LinkChanged) -> None:
        self._observations.note_link(event, self._clock.now())

    def _report(self, event: VenueReported) -> None:
        self._papers.account.note_report(event, self._clock.now())

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            began = perf_counter()
            await self._clock.sleep(TICK)
            late = (perf_counter() - began - TICK) * 1_000
            self._pad.lag = max(self._pad.lag, late)
            await self._once()

    async def _once(self) -> None:
        now = self._clock.now()
        self._observations.look(now)
        steps, sketches = self._papers.plan(now, self._pad), self._gallery.sketches(now)
        wanted = await asyncio.to_thread(self._write, steps, sketches, now)
        self._gallery.wish(wanted)
        if self._gallery.open:
            self.watchers[PriceSeen] = self._gallery.note_price
        else:
            self.watchers.pop(PriceSeen, None)

    def last(self) -> None:
        """The last writing of a life, when nothing runs any more that must not wait."""
        self._write(self._papers.plan(self._clock.now(), self._pad), [], self._clock.now())

    # ------------------------------------------------------------ in a thread

    def _write(self, steps: list[Step], sketches: list[Sketch], now: float) -> tuple[str, ...]:
        """Everything that is due, each by itself; the charts that are wanted."""
        with self._writing:
            self._try("trades", self._papers.trades.write)
            self._try("equity", self._papers.equity.write)
            for step in steps:
                self._try(getattr(step, "__name__", "files"), step)
            for sketch in sketches:
                self._try(f"chart {sketch.key}", partial(self._gallery.paint, sketch))
            return self._gallery.wishes(now)

    def _try(self, what: str, step: Step) -> None:
        try:
            step()
        except TROUBLE as error:
            text = f"the panel's {what} cannot be written: {_reason(error)}"
            if self._told.get(what) != text:
                log.warning("%s", text, extra={"code": "publish"})
            self._told[what] = text
        else:
            self._told.pop(what, None)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return type(error).__name__ if isinstance(error, sa.exc.SQLAlchemyError) else str(error)
