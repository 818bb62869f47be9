"""Requests, means and circumstances with usual numbers, to change one at a time."""

from math import inf, nan
from typing import Any

from trader.domain.parameters import Parameters
from trader.risk.controls import Circumstances
from trader.risk.leverage import Strain
from trader.risk.manager import Situation
from trader.risk.sizing import Means
from trader.risk.verdict import EntryRequest

PLAIN: dict[str, Any] = {
    "max_position_size": 0.0, "max_turnover_share": 0.0, "liquidation_min_distance": 0.0,
    "emergency_stop_percent": 0.0,
}  # fmt: skip


def parameters(**changed: Any) -> Parameters:
    """Nothing capped."""
    return Parameters(**(PLAIN | changed))


def request(**changed: Any) -> EntryRequest:
    """A purchase at 100 with an ATR of 2."""
    values: dict[str, Any] = {
        "key": "upbit:BTC/KRW", "strategy": "breakout", "d": 1, "price": 100.0, "share": 1.0,
        "atr": 2.0, "turnover": nan,
    }  # fmt: skip
    return EntryRequest(**(values | changed))


def means(**changed: Any) -> Means:
    """10,000 of equity, all of it free."""
    values: dict[str, Any] = {
        "equity": 10_000.0, "cash": 10_000.0, "fee": 0.0, "slippage": 0.0, "min_cost": 5.0,
        "step": 0.001, "min_quantity": 0.0, "max_quantity": inf, "maintenance": 0.004,
        "margin": False,
    }  # fmt: skip
    return Means(**(values | changed))


def circumstances(**changed: Any) -> Circumstances:
    """Nothing in the way."""
    values: dict[str, Any] = {
        "price_age": 0, "reference_price": 100.0, "unresolved": 0, "live_orders": 0,
        "entries_last_minute": 0, "same_signal": False, "warned": False, "halted": False,
    }  # fmt: skip
    return Circumstances(**(values | changed))


def situation(p: Parameters | None = None, **changed: Any) -> Situation:
    """Nothing in the way, nothing held."""
    values: dict[str, Any] = {
        "parameters": p or parameters(), "means": means(), "strain": Strain(0.0, 0, 0.004, 125.0),
        "circumstances": circumstances(), "slots_used": 0, "blocks": 0,
    }  # fmt: skip
    return Situation(**(values | changed))
