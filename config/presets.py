"""Bundles of parameters: presets (a strategy with its candles and exits), trading modes, phases.

None of them promises a profit. Three rules stand behind the numbers: a trailing stop is a third to
a half of the target and starts where it cannot sell below the entry; what trades on candles under
an hour must aim at three round trips of costs; on one-minute candles an ATR stop is narrower than
the costs (0.15 % on Bitcoin), so `scalping` has a fixed one. It also asks for half the usual
volatility: hourly ATRs of 0.8 % are rare on Bitcoin, whole calm months have none in a trend.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

HOUR = 3_600.0
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Preset:
    """Parameters that belong together. `values` by their names inside the program."""

    name: str
    en: str
    ko: str
    values: Mapping[str, Any]

    @property
    def strategies(self) -> tuple[str, ...]:
        """The strategies it runs."""
        return tuple(name for name, _ in self.values["strategies"])


@dataclass(frozen=True, slots=True)
class Phase:
    """What a phase suggests; its leverage table stands with the rules of leverage."""

    number: int
    name: str
    universe: str  # small: altcoins by turnover, majors left out; large: majors first
    preset: str


def _only(strategy: str) -> tuple[tuple[str, float], ...]:
    return ((strategy, 1.0),)


SCALPING = Preset(
    "scalping",
    "Minutes to hours on 1m candles: buys breaks of the upper Bollinger band in a trend",
    "1분봉, 몇 분~몇 시간: 추세 속 볼린저 상단 돌파 매수",
    {
        "strategies": _only("dynamic_breakout"),
        "timeframe": "1m",
        "k_value": 0.5,
        "take_profit_percent": 0.02,
        "stop_loss_percent": 0.01,
        "trailing_stop_percent": 0.008,
        "trailing_activation": 0.01,
        "max_holding": 4 * HOUR,
        "min_atr_pct": 0.004,
        "min_edge_round_trips": 3.0,
        "cooldown_candles": 15,
    },
)
DAY_TRADING = Preset(
    "day",
    "Within a day on 15m candles: buys when the price breaks out of yesterday's range",
    "15분봉, 하루 안: 전일 변동폭 돌파 매수",
    {
        "strategies": _only("breakout"),
        "timeframe": "15m",
        "k_value": 0.5,
        "take_profit_percent": 0.03,
        "atr_multiplier": 3.0,
        "trailing_stop_percent": 0.012,
        "trailing_activation": 0.015,
        "max_holding": DAY,
        "min_edge_round_trips": 3.0,
    },
)
MID_TERM = Preset(
    "mid_term",
    "Days on 1h candles: buys breaks of widening Bollinger bands on volume",
    "1시간봉, 며칠: 거래량이 실린 볼린저 밴드 확장 돌파 매수",
    {
        "strategies": _only("bb_breakout"),
        "timeframe": "1h",
        "take_profit_percent": 0.05,
        "trailing_stop_percent": 0.02,
        "trailing_activation": 0.025,
        "max_holding": 72 * HOUR,
    },
)
SWING = Preset(
    "swing",
    "One to two weeks on 4h candles: follows established trends",
    "4시간봉, 1~2주: 자리 잡은 추세를 따라감",
    {
        "strategies": _only("trend_following"),
        "timeframe": "4h",
        "take_profit_percent": 0.10,
        "trailing_stop_percent": 0.04,
        "trailing_activation": 0.05,
        "max_holding": 14 * DAY,
    },
)
ATTACK = Preset(
    "attack",
    "Phase 1: momentum of small altcoins on 1h candles",
    "1단계 공격: 1시간봉 소형 알트 모멘텀",
    {**MID_TERM.values, "strategies": _only("momentum"), "phase": 1},
)
DEFENCE = Preset(
    "defence",
    "Phase 2: reversion and trend of large coins side by side on 4h candles",
    "2단계 방어: 4시간봉 대형 코인 평균회귀와 추세 병행",
    {
        **SWING.values,
        "strategies": (("mean_reversion", 0.5), ("trend_following", 0.5)),
        "phase": 2,
    },
)
NAMED = (SCALPING, DAY_TRADING, MID_TERM, SWING, ATTACK, DEFENCE)
PHASES = {
    1: Phase(1, "attack", "small", ATTACK.name),
    2: Phase(2, "defence", "large", DEFENCE.name),
}

# Strategies that buy weakness leave by their own signal: a near target, no trailing stop.
_COUNTER_TREND = ("combined", "mean_reversion", "rsi_bollinger", "rsi_reversion")
_COUNTER_TREND_EXITS = {
    "take_profit_percent": 0.03,
    "trailing_stop_percent": 0.0,
    "trailing_activation": 0.0,
    "max_holding": 48 * HOUR,
}


def hourly(strategy: str) -> Preset:
    """The preset that every strategy has by itself, a user's own file too: `<strategy>_1h`."""
    exits = _COUNTER_TREND_EXITS if strategy in _COUNTER_TREND else {}
    values = {**MID_TERM.values, **exits, "strategies": _only(strategy)}
    name = f"{strategy}_1h"
    return Preset(name, f"{strategy} on 1h candles", f"{strategy} 1시간봉", values)


def presets(strategies: Iterable[str]) -> dict[str, Preset]:
    """All presets that these strategies make possible, by name."""
    known = tuple(strategies)
    named = [preset for preset in NAMED if set(preset.strategies) <= set(known)]
    return {preset.name: preset for preset in [*named, *map(hourly, known)]}


# What a trading mode multiplies the risk values with that were not set by themselves.
TRADING_MODES: dict[str, dict[str, float]] = {
    "conservative": {
        "risk_per_trade": 0.5,
        "position_fraction": 0.5,
        "max_position_size": 0.5,
        "max_positions": 0.6,
        "max_daily_loss_pct": 0.5,
        "max_weekly_loss_pct": 0.5,
        "max_monthly_loss_pct": 0.5,
    },
    "balanced": {},
    "aggressive": {
        "risk_per_trade": 2.0,
        "position_fraction": 1.5,
        "max_position_size": 1.5,
        "max_positions": 1.6,
        "max_daily_loss_pct": 1.5,
        "max_weekly_loss_pct": 1.5,
        "max_monthly_loss_pct": 1.5,
    },
}


def scaled(attribute: str, value: Any, mode: str) -> Any:
    """A risk value under a trading mode: 5 positions are 3 conservative and 8 aggressive."""
    factor = TRADING_MODES[mode].get(attribute, 1.0)
    if factor == 1.0 or not value:
        return value
    if isinstance(value, int):
        return max(1, round(value * factor))
    return round(value * factor, 12)
