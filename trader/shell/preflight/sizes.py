"""Whether the orders that the settings make are large enough for the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from trader.domain.finding import Finding, Mark
from trader.domain.instrument import MarketRules, symbol_of
from trader.domain.money import exact
from trader.domain.parameters import Parameters

WIDE_RANGE = 0.05  # an ATR of so much of the price makes small orders; more is rare
_SHOWN = 5


def least_entry(p: Parameters, rules: MarketRules) -> Decimal:
    """The smallest entry that is sent: what is bought must be worth selling at its stop."""
    least = rules.min_cost if p.min_order is None else exact(p.min_order)
    return least * exact(p.min_order_headroom)


def sizes(
    venue: str, quote: str, p: Parameters, rules: Mapping[str, MarketRules], *, live: bool
) -> list[Finding]:
    """Entries of the whole capital against every market's minimum."""
    largest = exact(_largest(p))
    needed = {key: least_entry(p, market) for key, market in rules.items()}
    short = [symbol_of(key) for key, least in needed.items() if least > largest]
    values = {
        "entry": f"{largest:,.0f}", "quote": quote, "symbols": _named(short),
        "least": f"{max(needed.values()):,.0f}",
    }  # fmt: skip
    if len(short) == len(needed):
        return [Finding(Mark.FAIL, venue, "entries_too_small", values)]
    if short:
        return [Finding(Mark.WARN, venue, "entries_too_small_here", values)]
    return [
        _risked(venue, p, max(needed.values()), values),
        *_first_day(venue, p, needed, values, live=live),
    ]


def _largest(p: Parameters) -> float:
    """What the caps leave of the capital for one position, before leverage."""
    share = min((strategy.share for strategy in p.strategies), default=1.0)
    most = p.max_position_size or 1.0
    if p.sizing == "fixed_fraction":
        most = min(most, p.position_fraction)
    return p.initial_capital * share * most


def _risked(venue: str, p: Parameters, least: Decimal, values: Mapping[str, object]) -> Finding:
    """An entry sized by its risk is the smaller the wider the market moves."""
    distance = (p.atr_multiplier or 1.0) * WIDE_RANGE
    risked = p.initial_capital * p.risk_per_trade / distance
    if p.sizing == "turtle" and exact(risked) < least:
        told = {**values, "entry": f"{risked:,.0f}", "range": f"{WIDE_RANGE:.0%}"}
        return Finding(Mark.WARN, venue, "entries_may_be_too_small", told)
    return Finding(Mark.OK, venue, "entries_large_enough", values)


def _first_day(
    venue: str, p: Parameters, needed: Mapping[str, Decimal], values: Mapping[str, object],
    *, live: bool,
) -> list[Finding]:  # fmt: skip
    caps = [c for c in (p.live_first_day_max_order, p.live_first_day_max_total) if c]
    if not live or not caps:
        return []
    cap = exact(min(caps) * p.initial_capital)
    told = {**values, "entry": f"{cap:,.0f}", "least": f"{min(needed.values()):,.0f}"}
    if cap < min(needed.values()):
        return [Finding(Mark.WARN, venue, "first_day_too_small", told)]
    return [Finding(Mark.OK, venue, "first_day", told)]


def _named(symbols: list[str]) -> str:
    return ", ".join(symbols[:_SHOWN]) + (" ..." if len(symbols) > _SHOWN else "")
