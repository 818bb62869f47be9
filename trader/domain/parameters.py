"""Everything that may change while the system runs: one value per venue, replaced as a whole."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from trader.domain.time import HOUR, Millis, Timeframe

_QUARTER_HOUR = Timeframe("15m", 900_000)
_HOUR = Timeframe("1h", HOUR)


@dataclass(frozen=True, slots=True)
class StrategyShare:
    """One strategy at work on a venue. `share` of the equity it sizes with (1.0 = the whole)."""

    name: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Parameters:
    """Effective trading parameters of one venue; the names of `.env` in lower case.

    Fractions are fractions (0.05 is 5 %), `max_holding` is seconds, money is the venue's quote
    currency unless said otherwise. 0 switches off where page 3 of the specification says so.
    `thresholds` are the strategies' own declared parameters: {"rsi_reversion": {"buy_below": 30}}.
    """

    strategies: tuple[StrategyShare, ...] = (StrategyShare("breakout"),)
    preset: str = ""
    timeframe: Timeframe = _QUARTER_HOUR
    symbols: tuple[str, ...] = ()
    top_n_symbols: int = 10
    k_value: float = 0.5
    exit_at_day_end: bool = False
    allow_shorts: bool = False
    # exits
    take_profit_percent: float = 0.05
    stop_loss_percent: float = 0.0
    atr_multiplier: float = 2.0
    trailing_stop_percent: float = 0.0
    trailing_activation: float = 0.0
    emergency_stop_percent: float = 0.05
    max_holding: float = 0.0
    liquidation_min_distance: float = 0.20
    # size
    sizing: str = "turtle"  # turtle, stop_risk, fixed_fraction, kelly
    initial_capital: float = 10_000.0
    risk_per_trade: float = 0.01
    position_fraction: float = 0.1
    max_position_size: float = 0.2
    max_turnover_share: float = 0.01
    min_order: float | None = None  # None: the venue's
    min_order_headroom: float = 1.0
    lot_step: float | None = None  # None: the market's
    # leverage; None or 0: the formula of page 3.6
    leverage: float | None = 1.0
    max_leverage: float = 10.0
    phase: int = 1
    trading_mode: str = "balanced"
    # limits
    max_positions: int = 5
    max_daily_loss_pct: float = 0.03
    max_weekly_loss_pct: float = 0.07
    max_monthly_loss_pct: float = 0.15
    max_daily_loss: float = 0.0
    on_loss_limit: str = "pause"  # or close
    max_consecutive_losses: int = 5
    consecutive_loss_pause: float = 3_600.0
    min_balance_pct: float = 0.10
    cooldown_candles: int = 1
    market_shock_pct: float = 0.0  # 0.10 live; a backtest has no minutes to judge it by
    market_shock_window: float = 60.0
    market_shock_pause: float = 900.0
    # filters
    min_atr_pct: float = 0.008
    atr_filter_timeframe: Timeframe = _HOUR
    ema_filter: bool = True
    adx_min: float = 20.0
    adx_falling_filter: bool = True
    mtf_filter: bool = True
    majors: tuple[str, ...] = ("BTC", "ETH")
    min_edge_round_trips: float = 0.0
    warmup: int = 0  # 0: each strategy's own
    # costs; None: the venue's
    fee: float | None = None
    slippage_bps: float = 2.0
    # orders and freshness, seconds; 0 = not judged (a backtest's prices have no age)
    entry_timeout: float = 30.0
    exit_timeout: float = 10.0
    max_price_age_entry: float = 0.0
    max_price_age_exit: float = 0.0
    max_slippage: float = 0.005
    max_order_value: float = 0.0
    max_order_equity_share: float = 0.0
    price_collar: float = 0.0
    max_entries_per_minute: int = 0
    # of the initial capital, while mode live is in its first day; 0 = no cap
    live_first_day_max_order: float = 0.0
    live_first_day_max_total: float = 0.0
    thresholds: MappingProxyType[str, MappingProxyType[str, float]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def threshold(self, strategy: str, name: str, default: float) -> float:
        """A strategy's own declared parameter, or its default."""
        return self.thresholds.get(strategy, MappingProxyType({})).get(name, default)

    def shown(self) -> dict[str, Any]:
        """Names as users write them, values as JSON can carry them."""
        return {
            _WRITTEN.get(name, name.upper()): _plain(getattr(self, name)) for name in self.__slots__
        }


_WRITTEN = {"preset": "STRATEGY_PRESET"}  # where users write another name than the program


def _plain(value: Any) -> Any:
    if isinstance(value, Timeframe):
        return value.name
    if isinstance(value, MappingProxyType):
        return {key: dict(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [f"{v.name}:{v.share:g}" if isinstance(v, StrategyShare) else v for v in value]
    return value


def seconds(value: float) -> Millis:
    """Seconds of a setting as milliseconds."""
    return round(value * 1_000)
