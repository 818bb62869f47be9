"""Position size and leverage of the reference backtester (chapters 3.4 and 3.6)."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from tests.parity import oracle_indicators as ind
from tests.parity.oracle_market import DAY, Higher, Market

MAINTENANCE_RATE = 0.004
PHASES = {
    1: {"base": 3.0, "max": 7.0, "min": 1.5, "bull": 0.3, "bear": -0.4, "wild": -0.5, "calm": 0.2},
    2: {"base": 1.5, "max": 5.0, "min": 1.0, "bull": 0.4, "bear": -0.3, "wild": -0.4, "calm": 0.3},
}


@dataclass
class Account:
    """What a size depends on besides the market: all taken when the entry is decided."""

    equity: float
    share: float
    usable_cash: float
    fee: float
    leverage: float
    recent_pnls: list[float]


def guard_price(price: float, side: int, leverage: float, p: dict[str, Any]) -> float:
    """Price at which the liquidation guard fires; 0 for a long that cannot be liquidated."""
    liquidation = price * (1 - side / leverage) / (1 - side * MAINTENANCE_RATE)
    return float(liquidation / (1 - side * p["liquidation_min_distance"]))


def liquidation_cap(side: int, p: dict[str, Any]) -> float:
    """Highest leverage that leaves 1.25 x the guard's threshold and the emergency stop first."""
    threshold, m, emergency = (
        p["liquidation_min_distance"],
        MAINTENANCE_RATE,
        p["emergency_stop_percent"],
    )
    room = side - side * (1 - side * 1.25 * threshold) * (1 - side * m)
    cap = 1 / room if room > 0 else math.inf
    if emergency > 0:
        ratio = (1 - side * emergency) * (1 - side * threshold) * (1 - side * m)
        room = side - side * ratio
        # "beyond" the emergency stop: never on the very same price
        cap = min(cap, (1 / room) * (1 - 1e-12) if room > 0 else math.inf)
    return cap


def regimes(hours: Higher) -> list[int]:
    """1 bull, -1 bear, 0 sideways for each longer candle, confirmed by two closes in a row."""
    close, fast, slow = (hours.sheet.column(name) for name in ("close", "ema50", "ema200"))
    result, current, before = [], 0, 0
    for c, f, s in zip(close, fast, slow, strict=True):
        raw = 1 if c > s and ind.above(f, s) else -1 if c < s and ind.above(s, f) else 0
        current = raw if raw == before else current
        before = raw
        result.append(current)
    return result


def adjustment(hours: Higher, k: int, side: int, table: dict[str, float]) -> float:
    """Sum of the regime's and the volatility's adjustments on the last closed hour."""
    hour = hours.last_closed[k]
    if hour < 0:
        return 0.0
    if "regime" not in hours.sheet.columns:
        hours.sheet.columns["regime"] = [float(value) for value in regimes(hours)]
    regime = side * hours.sheet.at("regime", hour)
    total = table["bull"] if regime > 0 else table["bear"] if regime < 0 else 0.0
    stamps, columns = hours.sheet.candles.timestamp, hours.sheet.columns
    if "ratio" not in columns:
        atr, close = hours.sheet.column("atr"), hours.sheet.column("close")
        columns["ratio"] = [a / c for a, c in zip(atr, close, strict=True)]
    first = bisect_right(stamps, stamps[hour] - 90 * DAY)
    ratios = [ratio for ratio in columns["ratio"][first : hour + 1] if not math.isnan(ratio)]
    if not ratios:
        return total
    low, high = np.percentile(ratios, [20, 80])
    return total + (
        table["wild"] if ratios[-1] > high else table["calm"] if ratios[-1] < low else 0.0
    )


def risk_factor(drawdown: float, losses: int) -> float:
    """Less leverage in a drawdown or after losses in a row, the smaller factor wins."""
    by_drawdown = 0.5 if drawdown > 0.10 else 0.8 if drawdown > 0.05 else 1.0
    by_losses = 0.5 if losses >= 5 else 0.7 if losses >= 3 else 1.0
    return min(by_drawdown, by_losses)


def choose_leverage(
    market: Market, k: int, side: int, drawdown: float, losses: int, p: dict[str, Any]
) -> float:
    """Leverage of an entry: fixed or the formula, then the caps; at least 1; 1 on spot."""
    if market.candles.venue != "binance_futures":
        return 1.0
    wanted = p["leverage"]
    if not wanted:
        table = PHASES[p["phase"]]
        wanted = (
            table["base"]
            * (1 + adjustment(market.hours, k, side, table))
            * risk_factor(drawdown, losses)
        )
        wanted = min(max(wanted, table["min"]), table["max"])
        ratio = market.hours.at("atr", k) / market.hours.at("close", k)
        wanted = 1.0 if math.isnan(ratio) else min(wanted, 0.02 / ratio) if ratio > 0 else wanted
    return float(max(1.0, min(wanted, 10.0, p["max_leverage"], liquidation_cap(side, p))))


def atr_at(market: Market, k: int) -> float | None:
    """ATR14 of candle k; None when it is undefined or 0."""
    value = market.sheet.at("atr", k)
    return value if value > 0 else None


def nearest_stop(
    price: float, side: int, atr: float | None, futures: bool, leverage: float, p: dict[str, Any]
) -> float | None:
    """Distance from the price to the nearest stop that will be in force, None without any."""
    distances = []
    if futures and (guard := guard_price(price, side, leverage, p)) > 0:
        distances.append(abs(price - guard))
    if p["emergency_stop_percent"] > 0:
        distances.append(price * p["emergency_stop_percent"])
    if p["stop_loss_percent"] > 0:
        distances.append(price * p["stop_loss_percent"])
    elif atr is not None:
        distances.append(atr * p["atr_multiplier"])
    if p["trailing_stop_percent"] > 0 and p["trailing_activation"] == 0:
        distances.append(price * p["trailing_stop_percent"])
    return min(distances) if distances else None


def kelly_fraction(pnls: list[float]) -> float:
    """Half Kelly of the last 30 trades."""
    wins = [pnl for pnl in pnls if pnl > 0]
    losses = [-pnl for pnl in pnls if pnl < 0]
    share = len(wins) / 30
    if not wins:
        return 0.0
    if not losses:
        return share / 2
    ratio = (math.fsum(wins) / len(wins)) / (math.fsum(losses) / len(losses))
    return max(0.0, (share - (1 - share) / ratio) / 2)


def wanted_quantity(
    market: Market, k: int, side: int, price: float, a: Account, p: dict[str, Any]
) -> tuple[float, str]:
    """Quantity before the caps, with the code when there is none."""
    equity, method = a.equity * a.share, p["sizing"]
    if method == "fixed_fraction":
        return equity * p["position_fraction"] * a.leverage / price, ""
    if method == "kelly" and len(a.recent_pnls) >= 30:
        fraction = kelly_fraction(a.recent_pnls[-30:])
        return equity * fraction * a.leverage / price, "" if fraction > 0 else "kelly_zero"
    atr = atr_at(market, k)
    if method == "stop_risk":
        futures = market.candles.venue == "binance_futures"
        distance = nearest_stop(price, side, atr, futures, a.leverage, p)
        return (equity * p["risk_per_trade"] / distance, "") if distance else (0.0, "no_stop")
    if atr is None:
        return 0.0, "no_atr"
    return equity * p["risk_per_trade"] / (atr * p["atr_multiplier"]), ""


def turnover_median(market: Market, k: int) -> float:
    """Median turnover of candles k-19..k, fewer when there are fewer."""
    c = market.candles
    span = range(max(0, k - 19), k + 1)
    if c.quote_volume is not None:
        return median(c.quote_volume[j] for j in span)
    return median(c.volume[j] * c.close[j] for j in span)


def size(
    market: Market, k: int, side: int, price: float, a: Account, p: dict[str, Any]
) -> tuple[float, list[str]]:
    """Quantity of an entry at the trigger price after all caps, and what reduced it."""
    wanted, code = wanted_quantity(market, k, side, price, a, p)
    if code or not wanted > 0:
        return 0.0, [code] if code else []
    caps = {}
    if p["max_position_size"] > 0:
        caps["max_position_size"] = a.equity * a.share * p["max_position_size"] * a.leverage / price
    slippage = p["slippage_bps"] / 10_000.0
    caps["free_cash"] = max(0.0, a.usable_cash) / (
        price * (1 + slippage) * (1 / a.leverage + a.fee)
    )
    if p["max_turnover_share"] > 0:
        caps["max_turnover_share"] = p["max_turnover_share"] * turnover_median(market, k) / price
    codes = [name for name, cap in caps.items() if cap < wanted]
    quantity = min(wanted, *caps.values())
    step = p["lot_step"]
    quantity = math.floor(quantity / step + 1e-6) * step if step > 0 else quantity
    if quantity <= 0 or quantity * price < p["min_order"]:
        return 0.0, [*codes, "min_order"]
    return quantity, codes
