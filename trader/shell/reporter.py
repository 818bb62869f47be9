"""Tells people what happened: trades and notices as log lines, and the figures for the end."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from trader.domain.errors import JournalBroken
from trader.domain.events import Event
from trader.domain.instrument import symbol_of, venue_of
from trader.domain.money import plain
from trader.domain.order import Fill, Order
from trader.domain.outcome import NOTHING, Notice, Outcome
from trader.domain.position import ClosedTrade
from trader.domain.signal import Action, Decision
from trader.engine.ports import Journal

log = logging.getLogger("trader")
Watchers = Mapping[type[Event], Callable[[Any], None]]
NOBODY: Watchers = MappingProxyType({})
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


@dataclass(slots=True)
class Figures:
    """What the exit table shows. Money per venue in its quote currency."""

    trades: int = 0
    wins: int = 0
    pnl: dict[str, float] = field(default_factory=dict)
    fees: dict[str, float] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)


class Reporter:
    """The journal's companion: hears every outcome after it was written down.

    `heard` is called with every outcome that people should see at once, `watchers` with events by
    their type.
    """

    def __init__(
        self, journal: Journal, heard: Callable[[Outcome], None], watchers: Watchers = NOBODY
    ) -> None:
        self._journal = journal
        self._heard = heard
        self._watchers = watchers
        self.figures = Figures()

    def record(self, event: Event, outcome: Outcome) -> None:
        """The port `Journal`: write, then tell. Raises `JournalBroken`, but people hear it too."""
        try:
            self._journal.record(event, outcome)
        except JournalBroken:
            self._tell(outcome)
            raise
        watcher = self._watchers.get(type(event))
        if watcher is not None:
            watcher(event)
        if outcome is not NOTHING:
            self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        entries = {o.id: o for o in outcome.orders if o.is_entry}
        for fill in outcome.fills:
            self._fill(fill, entries.get(fill.order_id))
        for trade in outcome.trades:
            self._trade(trade)
        for notice in outcome.notices:
            self._notice(notice)
        for decision in outcome.decisions:
            _decision(decision)
        if outcome.durable:
            self._heard(outcome)

    def _fill(self, fill: Fill, entry: Order | None) -> None:
        if entry is None:
            return
        arrow = "▲" if fill.side == "buy" else "▼"
        log.info(
            "%s %s %s %s %s @ %s  %s",
            arrow,
            fill.side.upper(),
            venue_of(fill.key),
            symbol_of(fill.key),
            plain(fill.quantity),
            plain(fill.price),
            entry.strategy,
            extra=_about("entry", fill.key) | {"order": fill.order_id},
        )

    def _trade(self, trade: ClosedTrade) -> None:
        figures, venue = self.figures, venue_of(trade.key)
        figures.trades += 1
        figures.wins += trade.pnl > 0
        figures.pnl[venue] = figures.pnl.get(venue, 0.0) + float(trade.pnl)
        figures.fees[venue] = figures.fees.get(venue, 0.0) + float(trade.fees)
        log.info(
            "%s closed %s %s %s @ %s  %s  %+.2f %% (%+.2f)",
            "✔" if trade.pnl > 0 else "✖",
            venue,
            symbol_of(trade.key),
            plain(trade.quantity),
            plain(round(trade.exit_price, 8)),
            trade.exit_reason,
            trade.pnl_percent,
            trade.pnl,
            extra=_about(str(trade.exit_reason), trade.key),
        )

    def _notice(self, notice: Notice) -> None:
        self.figures.codes[notice.code] += notice.level != "info"
        extra = _about(notice.code, notice.key)
        log.log(_LEVELS[notice.level], "%s", notice.text, extra=extra)


def _decision(decision: Decision) -> None:
    """`[HOLD]` lines say why nothing is bought; others which level is waited for."""
    reasons = "; ".join(str(reason) for reason in decision.reasons)
    word = f"[{decision.action}]" if decision.action is Action.HOLD else f"[WAIT {decision.action}]"
    level = "" if decision.level is None else f" level={decision.level:.10g}"
    log.info(
        "%s %s %s%s %s",
        word,
        venue_of(decision.key),
        symbol_of(decision.key),
        level,
        reasons,
        extra=_about("decision", decision.key),
    )


def _about(code: str, key: str) -> dict[str, str]:
    return {"code": code, "venue": venue_of(key), "symbol": symbol_of(key)}
