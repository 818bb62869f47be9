"""Causes of an entry that only one side made."""

from __future__ import annotations

from collections.abc import Callable

from trader.backtest.replay.trades.case import AGE, CONTROL, HALTED, MINIMUM, WARM_UP, Case, near
from trader.backtest.replay.trades.trips import NEAR
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
Cause = tuple[str, Callable[[Case], str]]


def coded(name: str) -> Cause:
    """A reason code that was in force in the candle."""

    def holds(case: Case) -> str:
        facts = case.facts(case.one.at)
        codes = [code for code in OF_CODES[name] if facts and code in facts.codes]
        return ", ".join(codes)

    return name, holds


def unfilled(case: Case) -> str:
    told = case.evidence.unfilled.get(case.one.trip.key, ())
    return next((f"the order ended: {why}" for at, why in told if at == case.one.at), "")


def level_missed(case: Case) -> str:
    """The candle reached a level, but no price that was seen did."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None:
        return "no price of it was seen in this candle" if facts else ""
    for d, level in facts.levels:
        seen, whole = (
            (facts.seen.high, facts.candle.high) if d > 0 else (facts.seen.low, facts.candle.low)
        )
        if d * seen < d * level <= d * whole:
            return f"the candle reached {level:.10g}, the prices seen only {seen:.10g}"
    return ""


def other_first_price(case: Case) -> str:
    """Wishes are made at the first price: the stream's was not the candle's open."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None or near(facts.seen.first, facts.candle.open):
        return ""
    return f"first price seen {facts.seen.first:.10g}, open {facts.candle.open:.10g}"


def other_books(case: Case) -> str:
    """A limit of the books, which are others since an earlier trade was another one."""
    facts = case.facts(case.one.at)
    if facts is None or not case.before:
        return ""
    codes = [code for code in _SIZES if code in facts.codes]
    if case.parted:
        codes += [code for code in _TRADES if code in facts.codes]
        codes += ["held"] if facts.busy else []
    return f"{', '.join(codes)}, after other trades than the backtest's" if codes else ""


def price_beyond(case: Case) -> str:
    """A price was seen that no candle shows."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None:
        return ""
    seen, candle = facts.seen, facts.candle
    if seen.high > candle.high * (1.0 + NEAR):
        return f"a price of {seen.high:.10g} was seen, the candle's high is {candle.high:.10g}"
    if seen.low < candle.low * (1.0 - NEAR):
        return f"a price of {seen.low:.10g} was seen, the candle's low is {candle.low:.10g}"
    return ""


def tested_busy(case: Case) -> str:
    """The backtest could not: it held, rested or had no slot, by other trades of its own."""
    if not case.parted:
        return ""
    at, key, p = case.one.at, case.one.trip.key, case.stretch.parameters
    own = [t for t in case.tested if t.key == key]
    if any(t.holds(at) or t.entry_time == at for t in own):
        return "the backtest held this symbol"
    rest = (p.cooldown_candles + 1) * case.frame
    if any(0 <= t.exit_time <= at < t.exit_time + rest for t in own):
        return "the backtest had just left this symbol (cooldown)"
    if any(day_of(t.entry_time) == at // DAY and t.entry_time < at for t in own):
        return "the backtest had entered earlier that day"
    if sum(t.holds(at) or t.entry_time == at for t in case.tested) >= p.max_positions:
        return "the backtest had no free slot"
    return ""
