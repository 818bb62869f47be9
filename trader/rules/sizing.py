"""How much. Scalars in and out; a size of 0 is no entry. Formulas: specification 3.4."""

import math

SLACK = 1e-6  # lets 0.3 / 0.1 count as three lots

# Which caps bind: bits of the mask that `capped` returns.
CAP_POSITION = 1
CAP_CASH = 2
CAP_TURNOVER = 4
CAP_MAX_ORDER = 8


def turtle(equity: float, risk: float, atr: float, multiplier: float) -> float:
    """Quantity whose loss at `multiplier` ATR is `risk` of the equity; 0 without ATR."""
    distance = atr * multiplier
    return equity * risk / distance if distance > 0.0 else 0.0


def by_stop(equity: float, risk: float, price: float, stop: float) -> float:
    """Quantity whose loss at the stop price is `risk` of the equity; 0 without a stop."""
    distance = abs(price - stop)
    return equity * risk / distance if distance > 0.0 else 0.0


def by_fraction(equity: float, fraction: float, leverage: float, price: float) -> float:
    """Quantity worth `fraction` of the equity, as margin."""
    return equity * fraction * leverage / price


def kelly_fraction(wins: int, trades: int, mean_win: float, mean_loss: float) -> float:
    """Half of Kelly's fraction, never negative. `mean_loss` positive; 0 when nothing was lost."""
    if wins == 0 or trades == 0:
        return 0.0
    share = wins / trades
    if mean_loss <= 0.0:
        return share / 2.0
    return max(0.0, (share - (1.0 - share) / (mean_win / mean_loss)) / 2.0)


def affordable(cash: float, price: float, slippage: float, leverage: float, fee: float) -> float:
    """Quantity that the free cash pays for, fee and slippage included."""
    return max(0.0, cash) / (price * (1.0 + slippage) * (1.0 / leverage + fee))


def capped(
    wanted: float,
    position_cap: float,
    cash_cap: float,
    turnover_cap: float,
    order_cap: float,
) -> tuple[float, int]:
    """The smallest wins; the mask names every cap under the wanted size. Infinity is no cap."""
    mask = 0
    quantity = wanted
    if position_cap < wanted:
        mask |= CAP_POSITION
        quantity = min(quantity, position_cap)
    if cash_cap < wanted:
        mask |= CAP_CASH
        quantity = min(quantity, cash_cap)
    if turnover_cap < wanted:
        mask |= CAP_TURNOVER
        quantity = min(quantity, turnover_cap)
    if order_cap < wanted:
        mask |= CAP_MAX_ORDER
        quantity = min(quantity, order_cap)
    return quantity, mask


def whole_lots(quantity: float, step: float) -> int:
    """Lots, rounded down, with a slack for the last bit of a division."""
    return math.floor(quantity / step + SLACK)
