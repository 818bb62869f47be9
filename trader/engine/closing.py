"""What closes and exits mean for a whole venue: periods, loss limits, cooldown, streaks."""

import math
from collections import deque

from trader.domain.book import Halt, Period
from trader.domain.money import ZERO
from trader.domain.outcome import Notice, Outcome
from trader.domain.position import ClosedTrade
from trader.domain.time import DAY, Millis, day_of, month_of, week_of
from trader.engine.state import State, SymbolState, VenueState
from trader.risk import limits
from trader.rules import exits

KELLY_KEPT = 30
LOSSES = ("daily_loss", "weekly_loss", "monthly_loss")


class Closing:
    """Rounds, periods and limits of a venue."""

    def __init__(self, state: State) -> None:
        self._state = state

    def begin_round(self, venue: VenueState, candle: Millis) -> None:
        """The first price of a new candle: what was freed in the last one counts from now on."""
        venue.round_at = candle
        venue.round_freed_cash = ZERO
        venue.round_freed = 0
        venue.round_held = bool(venue.holding)
        if candle // DAY != venue.day.number:
            self._begin_periods(venue, candle)

    def _begin_periods(self, venue: VenueState, candle: Millis) -> None:
        start = venue.last_equity
        venue.day = Period(day_of(candle), start)
        if week_of(candle) != venue.week.number:
            venue.week = Period(week_of(candle), start)
        if month_of(candle) != venue.month.number:
            venue.month = Period(month_of(candle), start)
        venue.dirty = True

    def judge_close(self, venue: VenueState, out: Outcome) -> None:
        """After all candles of a moment closed: equity, peak, limits."""
        equity = venue.equity()
        if equity == venue.last_equity and not venue.holding:
            return
        venue.last_equity = equity
        venue.peak_equity = max(venue.peak_equity, equity)
        self._judge(venue, equity, out)

    def _judge(self, venue: VenueState, equity: float, out: Outcome) -> None:
        p, at = venue.parameters, venue.round_at
        periods = (venue.day, venue.week, venue.month)
        for halt in limits.period_losses(p, periods, equity, at):
            if not venue.halt(halt):
                continue
            self._say(out, "warning", halt.code, f"{venue.name}: no entries until the period ends")
            if p.on_loss_limit == "close":
                for held in venue.holding.values():
                    held.forced = exits.LOSS_LIMIT
        if venue.warned_day != venue.day.number and limits.near_limit(p, venue.day, equity):
            venue.warned_day = venue.day.number
            self._say(out, "warning", "daily_loss_near", f"{venue.name}: 80 % of the daily limit")

    def after_exit(
        self, venue: VenueState, sym: SymbolState, trade: ClosedTrade, out: Outcome
    ) -> None:
        """A position is gone: cooldown, streak, the strategy's record, limits again."""
        sym.rest = venue.parameters.cooldown_candles + 1
        sym.last_exit = sym.candle
        sym.entered = True
        venue.round_freed += 1
        pnl = float(trade.pnl)
        kept = venue.results.setdefault(trade.strategy, deque(maxlen=KELLY_KEPT))
        kept.append(pnl)
        self._count_losses(venue, sym, pnl, out)
        self._judge(venue, venue.equity(), out)
        venue.dirty = True

    def _count_losses(self, venue: VenueState, sym: SymbolState, pnl: float, out: Outcome) -> None:
        if pnl >= 0.0:
            venue.losses_in_row = venue.streak = 0
            return
        venue.losses_in_row += 1
        venue.streak += 1
        candle_end = sym.candle + venue.parameters.timeframe.ms
        halt = limits.losses_in_row(venue.parameters, venue.losses_in_row, candle_end)
        if halt is not None:
            venue.losses_in_row = 0
            venue.halt(halt)
            self._say(out, "warning", halt.code, f"{venue.name}: entries paused after losses")

    def shock(self, venue: VenueState, sym: SymbolState, price: float) -> Notice | None:
        """A symbol that moves too much within a minute takes no entries for a while (live)."""
        p = venue.parameters
        at, recent = self._state.now, sym.recent
        recent.append((at, price))
        while recent and at - recent[0][0] > p.market_shock_window * 1_000:
            recent.popleft()
        low = min(seen for _, seen in recent)
        high = max(seen for _, seen in recent)
        if low <= 0.0 or high / low - 1.0 <= p.market_shock_pct:
            return None
        fresh = ("market_shock", sym.key) not in venue.halts
        until = at + round(p.market_shock_pause * 1_000)
        venue.halt(Halt("market_shock", until, sym.key))
        text = f"{sym.key}: moved {high / low - 1:.1%} within a minute, no entries for a while"
        return Notice("warning", "market_shock", text, at, sym.key) if fresh else None

    def _say(self, out: Outcome, level: str, code: str, text: str) -> None:
        out.notices.append(Notice(level, code, text, self._state.now))


def drawdown(venue: VenueState) -> float:
    """How far the equity at the last close is under its peak, as a fraction."""
    peak = max(venue.peak_equity, float(venue.account.initial))
    return (
        0.0
        if peak <= 0.0 or math.isnan(venue.last_equity)
        else max(0.0, (peak - venue.last_equity) / peak)
    )


def forced_by_limit(venue: VenueState) -> int:
    """The code with which all must go at its next first price while a loss limit says so."""
    if venue.parameters.on_loss_limit != "close":
        return exits.NONE
    latched = any(code in LOSSES for code, _ in venue.halts)
    return exits.LOSS_LIMIT if latched else exits.NONE
