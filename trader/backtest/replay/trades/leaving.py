"""Causes of an exit at another time or for another reason."""

from __future__ import annotations

from trader.backtest.replay.trades.case import RISK, Case, near
from trader.backtest.replay.trades.entering import price_beyond
from trader.backtest.replay.trades.trips import NEAR, OPEN
from trader.backtest.replay.wording import Why, why


def other_entry(case: Case) -> Why | None:
    """Levels are distances from the entry price."""
    one, other = case.one.recorded, case.one.tested
    if one is None or other is None or near(one.entry_price, other.entry_price):
        return None
    risk = one.exit_reason in RISK or other.exit_reason in RISK
    return why("other_levels") if risk else None


def exit_beyond(case: Case) -> Why | None:
    """The bot left at a level that a price met, and no candle shows it."""
    one = case.one.recorded
    return price_beyond(case) if one is not None and one.exit_reason in RISK else None


def exit_missed(case: Case) -> Why | None:
    """The candle met a level, and no price that was seen did."""
    other, facts = case.one.tested, case.facts(case.one.at)
    if other is None or facts is None or other.exit_reason not in RISK:
        return None
    if other.exit_time != case.one.at:
        return None
    if facts.seen is None:
        return why("no_price_seen")
    seen, candle = facts.seen, facts.candle
    if seen.low > candle.low * (1.0 + NEAR) or seen.high < candle.high * (1.0 - NEAR):
        both = {"low": seen.low, "high": seen.high, "bottom": candle.low, "top": candle.high}
        return why("prices_narrower", **{name: f"{price:.10g}" for name, price in both.items()})
    return None


def inside(case: Case) -> Why | None:
    """What came first inside a candle: the bot saw it, a backtest takes the worse."""
    one, other = case.one.recorded, case.one.tested
    if one is None or other is None:
        return None
    if "trailing_stop" in (one.exit_reason, other.exit_reason):
        return why("trail")
    same = one.exit_time == other.exit_time and OPEN not in (one.exit_reason, other.exit_reason)
    entered = case.one.at == one.entry_time and other.exit_time != one.exit_time
    risk = one.exit_reason in RISK or other.exit_reason in RISK
    return why("several_levels") if risk and (same or entered) else None
