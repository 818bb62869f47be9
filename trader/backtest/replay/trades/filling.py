"""Causes of another price or another size of the same trade."""

from __future__ import annotations

from trader.backtest.replay.trades.case import SLIPS, Case, near
from trader.backtest.replay.trades.trips import ENTRY

_COIN_FEE = 0.004  # of the coins: more than any venue takes
_SAME_MONEY = 0.003  # fees and slippage that a size makes room for
_DRIFT = 0.10  # of the size: how far equities may part by prices alone


def stream_price(case: Case) -> str:
    """Filled at the price of the stream that met the level, not at the level or the open."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None:
        return ""
    ours, theirs = case.prices
    slip = case.stretch.parameters.slippage_bps / 10_000.0
    decided = near(theirs, facts.candle.open, slip) and near(facts.seen.first, facts.candle.open)
    low, high = facts.seen.low * (1.0 - SLIPS), facts.seen.high * (1.0 + SLIPS)
    if decided or not low <= ours <= high:
        return ""
    return f"prices seen {facts.seen.low:.10g} to {facts.seen.high:.10g}"


def real_fill(case: Case) -> str:
    """The same price moved by spread, depth and rounding instead of by SLIPPAGE_BPS."""
    ours, theirs = case.prices
    moved = ours / theirs - 1.0
    limit = max(SLIPS, case.stretch.parameters.max_slippage)
    return f"filled {1e4 * moved:+.1f} bps from the backtest's" if abs(moved) <= limit else ""


def step_or_fee(case: Case) -> str:
    """Sizes are rounded down to the market's step; some venues take their fee out of the coins."""
    ours, theirs = _sizes(case)
    step = case.evidence.steps.get(case.one.trip.key, 0.0)
    if abs(ours - theirs) <= step * 1.01:
        return f"rounded to the market's step of {step:.10g}"
    if case.stretch.venue not in case.evidence.in_coins:
        return ""
    taken = 0.0 < theirs - ours <= _COIN_FEE * theirs + step
    return "the venue took its fee in coins, and rounds to its step" if taken else ""


def same_money(case: Case) -> str:
    """The same amount of money buys less at a higher price."""
    ours, theirs = _sizes(case)
    (at, other), same = case.prices, ours * case.prices[0]
    if near(at, other) or not near(same, theirs * other, _SAME_MONEY):
        return ""
    return "the same money at another price"


def other_means(case: Case) -> str:
    """Sizes follow equity and free cash, which are others once earlier trades were."""
    ours, theirs = _sizes(case)
    at = case.one.at
    if any(u.what == ENTRY and u.trip.holds(at) for u in case.before):
        return "free cash is another while a trade is open that only one side made"
    if not case.before:
        return ""
    geared, other = (t.leverage if t else 1.0 for t in (case.one.recorded, case.one.tested))
    if not near(geared, other) and near(ours / geared, theirs / other, _DRIFT):
        return f"leverage {geared:.4g} instead of {other:.4g} after other results"
    return "equity is another since earlier trades were" if near(ours, theirs, _DRIFT) else ""


def _sizes(case: Case) -> tuple[float, float]:
    one = case.one
    return (
        one.recorded.quantity if one.recorded else 0.0,
        one.tested.quantity if one.tested else 0.0,
    )
