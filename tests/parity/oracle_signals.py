"""Strategies of the reference backtester (chapter 3.2)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.parity import oracle_indicators as ind
from tests.parity.oracle_filters import (
    WARMUP,
    base_filters,
    cost_filter,
    trend_filters,
)
from tests.parity.oracle_market import DAY, Market


@dataclass
class Answer:
    """The four conditions of a strategy on candle k."""

    buy: bool = False
    sell: bool = False
    short: bool = False
    cover: bool = False


def bb_breakout(v: Callable[[str, int], float], k: int) -> Answer:
    """Close outside the bands with volume and widening bands."""
    c, middle = v("close", k), v("middle", k)
    fits = v("volume", k) >= 1.2 * v("volume_mean", k - 1) and v("width", k) > v("width", k - 1)
    return Answer(c > v("upper", k) and fits, c < middle, c < v("lower", k) and fits, c > middle)


def combined(v: Callable[[str, int], float], k: int) -> Answer:
    """Weighted score of four conditions, each in any of the last three candles."""
    recent = [k, k - 1, k - 2]
    volume = 0.15 * any(v("volume", j) > 1.2 * v("volume_mean", j) for j in recent)
    up = 0.30 * any(v("rsi", j) < 35 for j in recent)
    up += 0.25 * any(v("low", j) <= v("lower", j) for j in recent)
    up += 0.30 * any(crossing(v, "macd", "macd_signal", j) for j in recent) + volume
    down = 0.30 * any(v("rsi", j) > 65 for j in recent)
    down += 0.25 * any(v("high", j) >= v("upper", j) for j in recent)
    down += 0.30 * any(crossing(v, "macd_signal", "macd", j) for j in recent) + volume
    return Answer(up > 0.5, down > 0.5, down > 0.5, up > 0.5)


def crossing(v: Callable[[str, int], float], a: str, b: str, k: int) -> bool:
    """Column a crosses above column b at candle k."""
    return ind.crossed_above(v(a, k), v(b, k), v(a, k - 1), v(b, k - 1))


def pullback(v: Callable[[str, int], float], k: int) -> Answer:
    """RSI turns up below 50 above the long average."""
    c, long_mean = v("close", k), v("ema100", k)
    now, one, two = v("rsi", k), v("rsi", k - 1), v("rsi", k - 2)
    buy = c > long_mean and now < 50 and ind.crossed_above(now, one, one, two)
    short = c < long_mean and now > 50 and ind.crossed_above(one, now, two, one)
    return Answer(buy, c < long_mean, short, c > long_mean)


def dynamic_breakout(v: Callable[[str, int], float], k: int) -> Answer:
    """Close outside the bands in a trend."""
    c, mean, strong = v("close", k), v("ema50", k), v("adx", k) > 20
    buy, short = (
        c > mean and c > v("upper", k) and strong,
        c < mean and c < v("lower", k) and strong,
    )
    return Answer(buy, c < mean, short, c > mean)


def rsi_bollinger(v: Callable[[str, int], float], k: int) -> Answer:
    """Oversold below the band."""
    c, rsi, upper, lower = v("close", k), v("rsi", k), v("upper", k), v("lower", k)
    return Answer(
        rsi < 30 and c < lower, rsi > 70 or c > upper, rsi > 70 and c > upper, rsi < 30 or c < lower
    )


def ma_cross(v: Callable[[str, int], float], k: int) -> Answer:
    """SMA10 crosses SMA30."""
    up, down = crossing(v, "sma10", "sma30", k), crossing(v, "sma30", "sma10", k)
    return Answer(up, down, down, up)


def rsi_reversion(v: Callable[[str, int], float], k: int) -> Answer:
    """RSI beyond 30 and 70."""
    low, high = v("rsi", k) < 30, v("rsi", k) > 70
    return Answer(low, high, high, low)


def bb_volume_breakout(v: Callable[[str, int], float], k: int) -> Answer:
    """Close outside the bands with high volume."""
    c, middle, loud = v("close", k), v("middle", k), v("volume", k) > 1.5 * v("volume_mean", k)
    return Answer(c > v("upper", k) and loud, c < middle, c < v("lower", k) and loud, c > middle)


def momentum(v: Callable[[str, int], float], k: int) -> Answer:
    """Rate of change with ordered averages and volume."""
    c, fast, slow = v("close", k), v("ema20", k), v("ema50", k)
    roc = c / v("close", k - 12) - 1.0
    loud = v("volume", k) > 1.5 * v("volume_mean", k)
    up, down = ind.above(fast, slow), ind.above(slow, fast)
    buy = roc > 0.02 and c > fast and up and loud
    short = roc < -0.02 and c < fast and down and loud
    return Answer(buy, down or roc < 0, short, up or roc > 0)


def mean_reversion(v: Callable[[str, int], float], k: int) -> Answer:
    """Close more than two deviations from its mean."""
    c, mean, deviation = v("close", k), v("middle", k), v("deviation", k)
    z = (c - mean) / deviation if deviation > 0 else 0.0
    return Answer(z < -2, c >= mean, z > 2, c <= mean)


def trend_following(v: Callable[[str, int], float], k: int) -> Answer:
    """Ordered averages, strong trend and MACD on the same side."""
    fast, slow, strong = v("ema20", k), v("ema50", k), v("adx", k) > 25
    line, signal = v("macd", k), v("macd_signal", k)
    up, down = ind.above(fast, slow), ind.above(slow, fast)
    return Answer(
        up and strong and ind.above(line, signal),
        down,
        down and strong and ind.above(signal, line),
        up,
    )


RULES: dict[str, Callable[[Callable[[str, int], float], int], Answer]] = {
    rule.__name__: rule
    for rule in (
        bb_breakout,
        combined,
        pullback,
        dynamic_breakout,
        rsi_bollinger,
        ma_cross,
        rsi_reversion,
        bb_volume_breakout,
        momentum,
        mean_reversion,
        trend_following,
    )
}


@dataclass
class Plan:
    """An entry a strategy wants in candle k + 1: at its first price or at a level."""

    strategy: str
    side: int
    level: float | None
    blocked: bool


def ask_flat(
    market: Market, k: int, name: str, shorts: bool, p: dict[str, Any], fee: float
) -> tuple[list[Plan], list[str]]:
    """A flat strategy's answer for candle k + 1: wanted entries and the codes of a HOLD."""
    if name == "breakout":
        wanted, codes = breakout_levels(market, k, shorts, p)
    else:
        wanted, codes = rule_sides(market, k, name, shorts)
    common = base_filters(market, k, p["warmup"] or WARMUP[name], p)
    cost = cost_filter(market, k, p, fee)
    filters = list(common)
    plans = []
    for side in [side for side, _ in wanted] or [1]:
        own = trend_filters(market, k, name, side, p)
        filters += own
        plans += [
            Plan(name, s, level, bool(common or own or cost)) for s, level in wanted if s == side
        ]
    return plans, filters + cost + codes


Wanted = list[tuple[int, float | None]]


def rule_sides(market: Market, k: int, name: str, shorts: bool) -> tuple[Wanted, list[str]]:
    """Wanted side of a strategy without levels, or why there is none."""
    answer = RULES[name](market.sheet.at, k)
    if answer.buy and (answer.sell or answer.short):
        return [], ["conflicting_signals"]
    if shorts and answer.short and answer.cover:
        return [], ["conflicting_signals"]
    if answer.buy:
        return [(1, None)], []
    if shorts and answer.short:
        return [(-1, None)], []
    return [], ["no_signal"]


def breakout_levels(
    market: Market, k: int, shorts: bool, p: dict[str, Any]
) -> tuple[Wanted, list[str]]:
    """Armed levels of the breakout for candle k + 1, or why there is none."""
    candles = market.candles
    day = candles.timestamp[k + 1] // DAY
    yesterday = market.days.get(day - 1)
    if yesterday is None or market.first_time > (day - 1) * DAY:
        return [], ["no_yesterday"]
    reach = p["k_value"] * (yesterday[1] - yesterday[2])
    today_open, mean, close = (
        market.days[day][0],
        market.sheet.at("ema50", k),
        market.sheet.at("close", k),
    )
    if math.isnan(mean):
        return [], ["no_signal"]
    wanted: Wanted = []
    codes = []
    for side in (1, -1) if shorts else (1,):
        level = max(today_open + reach, mean) if side > 0 else min(today_open - reach, mean)
        if side * close <= side * level:
            wanted.append((side, level))
        else:
            codes = ["beyond_level"]
    return wanted, codes


def wants_exit(
    market: Market, k: int, name: str, side: int, entry_time: int, p: dict[str, Any]
) -> bool:
    """The owning strategy's SELL (long) or COVER (short) for candle k + 1."""
    if name == "breakout":
        return (
            bool(p["exit_at_day_end"])
            and market.candles.timestamp[k + 1] // DAY != entry_time // DAY
        )
    answer = RULES[name](market.sheet.at, k)
    return answer.sell if side > 0 else answer.cover
