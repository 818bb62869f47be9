"""Causes of an entry that only one side made."""

from __future__ import annotations

from collections.abc import Callable

from trader.backtest.replay.trades.case import AGE, CONTROL, HALTED, MINIMUM, WARM_UP, Case, near
from trader.backtest.replay.trades.trips import NEAR
from trader.backtest.replay.wording import Why, why
from trader.domain.time import DAY, day_of

OF_CODES = {
    HALTED: ("daily_loss", "weekly_loss", "monthly_loss", "consecutive_losses", "minimum_balance",
             "market_shock", "safe_mode", "paused", "symbol_halted"),
    WARM_UP: ("warming_up", "insufficient_data", "no_yesterday"),
    AGE: ("stale_data", "stale_price"),
    MINIMUM: ("min_order", "max_order"),
    CONTROL: ("unresolved_order", "duplicate_order", "price_collar", "fat_finger",
              "leverage_limit", "message_throttle", "slippage_too_high"),
}  # fmt: skip
_TRADES = ("cooldown", "once_per_day", "max_positions")
_SIZES = ("max_position_size", "free_cash", "max_turnover_share", "kelly_zero")
Cause = tuple[str, Callable[[Case], Why | None]]


def coded(name: str) -> Cause:
    """A reason code that was in force in the candle."""

    def holds(case: Case) -> Why | None:
        facts = case.facts(case.one.at)
        codes = [code for code in OF_CODES[name] if facts and code in facts.codes]
        return why("codes", codes=", ".join(codes)) if codes else None

    return name, holds


def unfilled(case: Case) -> Why | None:
    told = case.evidence.unfilled.get(case.one.trip.key, ())
    reason = next((reason for at, reason in told if at == case.one.at), "")
    return why("order_ended", reason=reason) if reason else None


def level_missed(case: Case) -> Why | None:
    """The candle reached a level, but no price that was seen did."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None:
        return why("no_price_seen") if facts else None
    for d, level in facts.levels:
        seen, whole = (
            (facts.seen.high, facts.candle.high) if d > 0 else (facts.seen.low, facts.candle.low)
        )
        if d * seen < d * level <= d * whole:
            return why("level_reached", level=f"{level:.10g}", seen=f"{seen:.10g}")
    return None


def other_first_price(case: Case) -> Why | None:
    """Wishes are made at the first price: the stream's was not the candle's open."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None or near(facts.seen.first, facts.candle.open):
        return None
    first, opened = f"{facts.seen.first:.10g}", f"{facts.candle.open:.10g}"
    return why("first_price", first=first, open=opened)


def other_books(case: Case) -> Why | None:
    """A limit of the books, which are others since an earlier trade was another one."""
    facts = case.facts(case.one.at)
    if facts is None or not case.before:
        return None
    codes = [code for code in _SIZES if code in facts.codes]
    if case.parted:
        codes += [code for code in _TRADES if code in facts.codes]
        codes += ["held"] if facts.busy else []
    return why("codes_after_others", codes=", ".join(codes)) if codes else None


def price_beyond(case: Case) -> Why | None:
    """A price was seen that no candle shows."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None:
        return None
    seen, candle = facts.seen, facts.candle
    if seen.high > candle.high * (1.0 + NEAR):
        return why("above_high", seen=f"{seen.high:.10g}", high=f"{candle.high:.10g}")
    if seen.low < candle.low * (1.0 - NEAR):
        return why("below_low", seen=f"{seen.low:.10g}", low=f"{candle.low:.10g}")
    return None


def tested_busy(case: Case) -> Why | None:
    """The backtest could not: it held, rested or had no slot, by other trades of its own."""
    if not case.parted:
        return None
    at, key, p = case.one.at, case.one.trip.key, case.stretch.parameters
    own = [t for t in case.tested if t.key == key]
    if any(t.holds(at) or t.entry_time == at for t in own):
        return why("tested_held")
    rest = (p.cooldown_candles + 1) * case.frame
    if any(0 <= t.exit_time <= at < t.exit_time + rest for t in own):
        return why("tested_rested")
    if any(day_of(t.entry_time) == at // DAY and t.entry_time < at for t in own):
        return why("tested_that_day")
    if sum(t.holds(at) or t.entry_time == at for t in case.tested) >= p.max_positions:
        return why("tested_full")
    return None
