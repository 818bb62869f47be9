"""How many times the margin (futures). Formulas and table: specification 3.6."""

import math

HARD_CAP = 10.0
TARGET_VOLATILITY = 0.02
GUARD_MARGIN = 1.25

# phase: base, max, min, bull, bear, high volatility, low volatility
PHASES = (
    (3.0, 7.0, 1.5, 0.30, -0.40, -0.50, 0.20),
    (1.5, 5.0, 1.0, 0.40, -0.30, -0.40, 0.30),
)


def phase_term(d: int, phase: int, regime: int, volatility: int, risk_factor: float) -> float:
    """Base x (1 + adjustments) x risk factor, clamped to the phase's range.

    Bull and bear are meant for longs: a short takes them the other way round.
    """
    base, most, least, bull, bear, high, low = PHASES[phase - 1]
    adjustment = 0.0
    if d * regime > 0:
        adjustment += bull
    elif d * regime < 0:
        adjustment += bear
    if volatility > 0:
        adjustment += high
    elif volatility < 0:
        adjustment += low
    return min(most, max(least, base * (1.0 + adjustment) * risk_factor))


def risk_factor(drawdown: float, losses_in_row: int) -> float:
    """Smaller after losses; the smaller of the two wins."""
    by_drawdown = 0.5 if drawdown > 0.10 else 0.8 if drawdown > 0.05 else 1.0
    by_losses = 0.5 if losses_in_row >= 5 else 0.7 if losses_in_row >= 3 else 1.0
    return min(by_drawdown, by_losses)


def volatility_term(hour_atr: float) -> float:
    """Leverage that makes an hour's range 2 % of the margin; 1 when nobody knows the range."""
    return TARGET_VOLATILITY / hour_atr if hour_atr > 0.0 else 1.0


def liquidation_cap(d: int, guard_distance: float, emergency: float, maintenance: float) -> float:
    """Most leverage that leaves 1.25 x the guard's distance at entry and the emergency stop first.

    |entry - liquidation| / entry >= 1.25 x distance, and the guard's price lies beyond the
    emergency stop: both solved for L in liquidation = entry (1 - d / L) / (1 - d m).
    """
    if guard_distance <= 0.0:
        return math.inf
    beyond = 1.0 - d * GUARD_MARGIN * guard_distance
    if emergency > 0.0:
        # liquidation / (1 - d x distance) = entry x (1 - d x emergency) at most
        at_emergency = (1.0 - d * emergency) * (1.0 - d * guard_distance)
        beyond = min(beyond, at_emergency) if d > 0 else max(beyond, at_emergency)
    room = d * (1.0 - beyond * (1.0 - d * maintenance))
    return 1.0 / room if room > 0.0 else math.inf


def allowed(wanted: float, most: float, liquidation: float, bracket: float) -> float:
    """The smallest of all terms, at least 1."""
    return max(1.0, min(wanted, most, HARD_CAP, liquidation, bracket))
