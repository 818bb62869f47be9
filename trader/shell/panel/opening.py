"""Puts a desk together for one life of the daemon."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.redaction import Redactor
from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.shell.options import Options
from trader.shell.outside import EMBEDDED, Outside
from trader.shell.panel.account import AccountNotes
from trader.shell.panel.agenda import Hands
from trader.shell.panel.desk import Desk, Papers
from trader.shell.panel.gallery import Gallery
from trader.shell.panel.ledgers import equity_of, trades_of
from trader.shell.panel.machine import Machine, life_before, versions
from trader.shell.panel.observations import Observations
from trader.shell.panel.sheets import Facts, Sheets
from trader.shell.panel.why import WhyFile
from trader.shell.tuning import Tuning
from trader.storage.journal import SqlJournal
from trader.strategies.live import Sitting


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a desk must know besides the engine. `market_at`: the market's clock, ms, which goes
    `speed` times as fast as the wall's. `gist` changes when a search begins or ends; `searches`:
    those to come."""

    started_at: float
    sitting: Callable[[str], Sitting | None]
    market_at: Callable[[], Millis]
    speed: float
    gist: Callable[[], object]
    searches: Callable[[], list[tuple[str, float]]]
    outside: Outside = EMBEDDED


def desk_of(
    options: Options, engine: Engine, journal: SqlJournal, tuning: Tuning, around: Surroundings
) -> Desk:
    """The desk of this life; to be called before it publishes its status."""
    writer, history, venues = PanelWriter(options.data_dir), journal.history, engine.state.venues
    clean = Redactor(tuning.settings.secrets.values()).clean
    observations = Observations(venues, around.outside, clean)
    account = AccountNotes(engine.state)
    facts = Facts(
        engine=engine,
        tuning=tuning,
        history=history,
        observations=observations,
        account=account,
        machine=Machine(os.getpid(), options.data_dir),
        gist=around.gist,
        searches=around.searches,
        hands=lambda wall: Hands(wall, around.market_at(), around.speed),
        life={"versions": versions(), "life": _life(options, engine, journal, around.started_at)},
        recording=options.record,
    )
    papers = Papers(
        trades=trades_of(writer, names.TRADES, history),
        equity=equity_of(writer, names.EQUITY, history, venues),
        gallery=Gallery(engine, around.sitting, writer),
        observations=observations,
        account=account,
        plan=Sheets(writer, WhyFile(writer, journal.namespace), facts).plan,
    )
    return Desk(engine, options.clock, papers)


def _life(
    options: Options, engine: Engine, journal: SqlJournal, started_at: float
) -> dict[str, Any]:
    ended, seen = life_before(options.data_dir, os.getpid())
    venues = engine.state.venues.values()
    return {
        "started_at": started_at,
        "last_end": ended,
        "last_seen": seen,
        "recovered": {
            "positions": sum(len(venue.holding) for venue in venues),
            "orders": sum(len(venue.orders) for venue in venues),
            "commands": len(journal.history.unfinished_commands()),
        },
    }
