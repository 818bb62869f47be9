"""Causes of an exit at another time or for another reason."""

from __future__ import annotations

from trader.backtest.replay.trades.case import RISK, Case, near
from trader.backtest.replay.trades.entering import price_beyond
from trader.backtest.replay.trades.trips import NEAR, OPEN


def other_entry(case: Case) -> str:
    """Levels are distances from the entry price."""
    one, other = case.one.recorded, case.one.tested
    if one is None or other is None or near(one.entry_price, other.entry_price):
        return ""
    risk = one.exit_reason in RISK or other.exit_reason in RISK
    return "its levels follow another entry price" if risk else ""


def exit_beyond(case: Case) -> str:
    """The bot left at a level that a price met, and no candle shows it."""
    one = case.one.recorded
    return price_beyond(case) if one is not None and one.exit_reason in RISK else ""


def exit_missed(case: Case) -> str:
    """The candle met a level, and no price that was seen did."""
    other, facts = case.one.tested, case.facts(case.one.at)
    if other is None or facts is None or other.exit_reason not in RISK:
        return ""
    if other.exit_time != case.one.at:
        return ""
    if facts.seen is None:
        return "no price of it was seen in this candle"
    seen, candle = facts.seen, facts.candle
    if seen.low > candle.low * (1.0 + NEAR) or seen.high < candle.high * (1.0 - NEAR):
        prices = f"{seen.low:.10g} to {seen.high:.10g}"
        return f"prices seen {prices}, the candle {candle.low:.10g} to {candle.high:.10g}"
    return ""


def inside(case: Case) -> str:
    """What came first inside a candle: the bot saw it, a backtest takes the worse."""
    one, other = case.one.recorded, case.one.tested
    if one is None or other is None:
        return ""
    if "trailing_stop" in (one.exit_reason, other.exit_reason):
        return "the trail followed prices one by one, the backtest's candle by candle"
    same = one.exit_time == other.exit_time and OPEN not in (one.exit_reason, other.exit_reason)
    entered = case.one.at == one.entry_time and other.exit_time != one.exit_time
    risk = one.exit_reason in RISK or other.exit_reason in RISK
    return "the candle met several levels" if risk and (same or entered) else ""
