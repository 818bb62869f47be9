"""Causes of another price or another size of the same trade."""

from __future__ import annotations

from trader.backtest.replay.trades.case import SLIPS, Case, near
from trader.backtest.replay.trades.trips import ENTRY
from trader.backtest.replay.wording import Why, why

_COIN_FEE = 0.004  # of the coins: more than any venue takes
_SAME_MONEY = 0.003  # fees and slippage that a size makes room for
_DRIFT = 0.10  # of the size: how far equities may part by prices alone


def stream_price(case: Case) -> Why | None:
    """Filled at the price of the stream that met the level, not at the level or the open."""
    facts = case.facts(case.one.at)
    if facts is None or facts.seen is None:
        return None
    ours, theirs = case.prices
    slip = case.stretch.parameters.slippage_bps / 10_000.0
    decided = near(theirs, facts.candle.open, slip) and near(facts.seen.first, facts.candle.open)
    low, high = facts.seen.low * (1.0 - SLIPS), facts.seen.high * (1.0 + SLIPS)
    if decided or not low <= ours <= high:
        return None
    return why("prices_seen", low=f"{facts.seen.low:.10g}", high=f"{facts.seen.high:.10g}")


def real_fill(case: Case) -> Why | None:
    """The same price moved by spread, depth and rounding instead of by SLIPPAGE_BPS."""
    ours, theirs = case.prices
    moved = ours / theirs - 1.0
    limit = max(SLIPS, case.stretch.parameters.max_slippage)
    return why("filled_apart", bps=f"{1e4 * moved:+.1f}") if abs(moved) <= limit else None


def step_or_fee(case: Case) -> Why | None:
    """Sizes are rounded down to the market's step; some venues take their fee out of the coins."""
    ours, theirs = _sizes(case)
    step = case.evidence.steps.get(case.one.trip.key, 0.0)
    if abs(ours - theirs) <= step * 1.01:
        return why("rounded", step=f"{step:.10g}")
    if case.stretch.venue not in case.evidence.in_coins:
        return None
    taken = 0.0 < theirs - ours <= _COIN_FEE * theirs + step
    return why("fee_in_coins") if taken else None


def same_money(case: Case) -> Why | None:
    """The same amount of money buys less at a higher price."""
    ours, theirs = _sizes(case)
    (at, other), same = case.prices, ours * case.prices[0]
    if near(at, other) or not near(same, theirs * other, _SAME_MONEY):
        return None
    return why("same_money")


def other_means(case: Case) -> Why | None:
    """Sizes follow equity and free cash, which are others once earlier trades were."""
    ours, theirs = _sizes(case)
    at = case.one.at
    if any(u.what == ENTRY and u.trip.holds(at) for u in case.before):
        return why("other_cash")
    if not case.before:
        return None
    geared, other = (t.leverage if t else 1.0 for t in (case.one.recorded, case.one.tested))
    if not near(geared, other) and near(ours / geared, theirs / other, _DRIFT):
        return why("other_leverage", recorded=f"{geared:.4g}", tested=f"{other:.4g}")
    return why("other_equity") if near(ours, theirs, _DRIFT) else None


def _sizes(case: Case) -> tuple[float, float]:
    one = case.one
    return (
        one.recorded.quantity if one.recorded else 0.0,
        one.tested.quantity if one.tested else 0.0,
    )
