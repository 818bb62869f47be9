"""Parameters, results and the state of the reference backtester."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.parity.oracle_filters import FILTERS
from tests.parity.oracle_market import Candles, Market

DEFAULTS: dict[str, Any] = {
    "take_profit_percent": 0.05,
    "stop_loss_percent": 0.0,
    "atr_multiplier": 2.0,
    "trailing_stop_percent": 0.0,
    "trailing_activation": 0.0,
    "emergency_stop_percent": 0.05,
    "max_holding": 0.0,
    "sizing": "turtle",
    "position_fraction": 0.1,
    "risk_per_trade": 0.01,
    "max_position_size": 0.2,
    "max_positions": 5,
    "cooldown_candles": 1,
    "initial_capital": None,
    "max_daily_loss_pct": 0.03,
    "max_weekly_loss_pct": 0.07,
    "max_monthly_loss_pct": 0.15,
    "max_daily_loss": 0.0,
    "on_loss_limit": "pause",
    "max_consecutive_losses": 5,
    "min_balance_pct": 0.10,
    "liquidation_min_distance": 0.20,
    "max_leverage": 10.0,
    "leverage": 1.0,
    "phase": 1,
    "allow_shorts": False,
    "min_atr_pct": 0.008,
    "atr_filter_timeframe": "1h",
    "ema_filter": True,
    "adx_min": 20.0,
    "adx_falling_filter": True,
    "mtf_filter": True,
    "majors": ("BTC", "ETH"),
    "min_edge_round_trips": 0.0,
    "exit_at_day_end": False,
    "max_turnover_share": 0.01,
    "min_order": None,
    "lot_step": 1e-8,
    "slippage_bps": 2.0,
    "fee": None,
    "k_value": 0.5,
    "strategies": (("breakout", None),),
    "timeframe": None,
    "warmup": 0,
    "freed_at_open": "next",
    "met_at_once": "walk",
}
FEES = {"upbit": 0.0005, "binance_spot": 0.001, "binance_futures": 0.0005}
MIN_ORDERS = {"upbit": 5000.0, "binance_spot": 10.0, "binance_futures": 5.0}
LOSS_CODES = ("daily_loss", "weekly_loss", "monthly_loss")
STOPS = ("liquidation_guard", "emergency_stop", "stop_loss", "trailing_stop")
COLUMNS: tuple[str, ...] = (
    *(
        "venue",
        "symbol",
        "strategy",
        "side",
        "entry_time",
        "entry_price",
        "quantity",
        "exit_time",
        "exit_price",
    ),
    *("exit_reason", "leverage", "fees", "funding", "pnl", "pnl_percent"),
)


@dataclass
class Position:
    """An open position; `best` is the highest (short: lowest) price since entry."""

    strategy: str
    side: int
    quantity: float
    entry: float
    index: int
    leverage: float
    margin: float
    fees: float
    stops: list[tuple[str, float]]
    target: float | None
    best: float
    funding: float = 0.0
    close_pending: bool = False


@dataclass
class Book:
    """One symbol: its market, parameters of its venue, its newest price and what it owns."""

    market: Market
    p: dict[str, Any]
    fee: float
    indices: dict[int, int]
    funding_times: list[int]
    mark: float = 0.0
    k: int = -1
    free_from: int = 0
    fill_day: int = -1
    position: Position | None = None
    codes: set[str] = field(default_factory=set)

    @property
    def candles(self) -> Candles:
        """The candles of this symbol."""
        return self.market.candles

    @property
    def slippage(self) -> float:
        """Slippage as a fraction."""
        return float(self.p["slippage_bps"]) / 10_000.0


@dataclass
class Period:
    """One loss limit: the period it is in, the equity at its start and whether it is latched."""

    key: Any = None
    start: float = 0.0
    latched: bool = False


@dataclass
class State:
    """The whole portfolio while it is walked."""

    p: dict[str, Any]
    books: list[Book]
    capital: float
    cash: float
    equity: float
    peak: float
    now: int = 0
    freed_cash: float = 0.0
    freed_slots: int = 0
    periods: dict[str, Period] = field(
        default_factory=lambda: {code: Period() for code in LOSS_CODES}
    )
    counted: Counter[str] = field(default_factory=Counter)
    streak: Counter[str] = field(default_factory=Counter)
    paused_until: dict[str, int] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    trades: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, float]] = field(default_factory=list)
    stopped: int = 0


@dataclass
class Result:
    """What a run answers."""

    trades: list[dict[str, Any]]
    equity: list[dict[str, float]]
    no_entry_reasons: dict[str, int]
    final_equity: float
    stopped_in_entry_candle: int
    parameters: dict[str, Any]


def settings(given: dict[str, Any]) -> dict[str, Any]:
    """All parameters in force; unknown names and forbidden values are refused."""
    unknown = set(given) - set(DEFAULTS)
    if unknown:
        raise ValueError(f"unknown parameters: {sorted(unknown)}")
    p = DEFAULTS | given
    for name, value in p.items():
        limited = name.endswith(("_percent", "_pct", "_size"))
        if limited and (value < 0 or value > 1 or (value == 1 and name != "max_position_size")):
            raise ValueError(f"{name}={value} is a fraction: 0.05 is 5 %")
    if 0 < p["emergency_stop_percent"] <= p["stop_loss_percent"]:
        raise ValueError("stop_loss_percent must be below emergency_stop_percent")
    if sum(share or 0.0 for _, share in p["strategies"]) > 1 + 1e-9:
        raise ValueError("the shares of the strategies exceed 1")
    for name, _ in p["strategies"]:
        if name not in FILTERS:
            raise ValueError(f"unknown strategy {name}")
    return p
