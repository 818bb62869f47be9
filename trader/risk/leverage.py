"""Which leverage risk allows for an entry, with every term shown."""

import math
from dataclasses import dataclass

from trader.domain.parameters import Parameters
from trader.risk.verdict import EntryRequest
from trader.rules import leverage as rule


@dataclass(frozen=True, slots=True)
class Strain:
    """What makes a careful trader smaller: drawdown as a fraction, losses in a row."""

    drawdown: float
    losses_in_row: int
    maintenance: float
    bracket: float


def leverage_for(
    request: EntryRequest, p: Parameters, strain: Strain
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Leverage (at least 1, not rounded) and its terms by name (specification 3.6)."""
    cap = rule.liquidation_cap(
        request.d, p.liquidation_min_distance, p.emergency_stop_percent, strain.maintenance
    )
    most = p.max_leverage if p.max_leverage > 0.0 else math.inf
    if p.leverage:
        wanted, volatility = p.leverage, math.inf
    else:
        factor = rule.risk_factor(strain.drawdown, strain.losses_in_row)
        wanted = rule.phase_term(request.d, p.phase, request.regime, request.volatility, factor)
        volatility = rule.volatility_term(request.hour_atr)
    chosen = rule.allowed(min(wanted, volatility), most, cap, strain.bracket)
    terms = (
        ("wanted", wanted),
        ("volatility", volatility),
        ("max_leverage", most),
        ("hard_cap", rule.HARD_CAP),
        ("liquidation_cap", cap),
        ("bracket", strain.bracket),
    )
    return chosen, terms
