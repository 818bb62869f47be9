"""Filters of the reference backtester (chapter 3.3)."""

from __future__ import annotations

from typing import Any

from tests.parity.oracle_market import HOUR, MINUTE, Market

TREND_FILTERS = ("ema", "adx_min", "adx_falling", "mtf")
FILTERS: dict[str, tuple[str, ...]] = {
    "breakout": ("adx_min", "adx_falling", "mtf"),
    "bb_breakout": TREND_FILTERS,
    "dynamic_breakout": TREND_FILTERS,
    "ma_cross": TREND_FILTERS,
    "bb_volume_breakout": TREND_FILTERS,
    "momentum": TREND_FILTERS,
    "trend_following": TREND_FILTERS,
    "pullback": ("adx_min", "mtf"),
    "rsi_bollinger": (),
    "combined": (),
    "mean_reversion": (),
    "rsi_reversion": (),
}
WARMUP = dict.fromkeys(FILTERS, 200) | {
    "pullback": 400,
    "combined": 140,
    "rsi_bollinger": 80,
    "mean_reversion": 80,
    "rsi_reversion": 56,
}


def base_filters(market: Market, k: int, warmup: int, p: dict[str, Any]) -> list[str]:
    """Codes of the first three filters on candle k, for an entry in candle k + 1."""
    codes = []
    candles = market.candles
    if k + 1 < warmup:
        codes.append("insufficient_data")
    if k >= 0:
        age = candles.timestamp[k + 1] - (candles.timestamp[k] + candles.step)
        if age > max(2 * candles.step, 5 * MINUTE):
            codes.append("stale_data")
    if p["min_atr_pct"] > 0:
        ratio = market.atr_frame.at("atr", k) / market.atr_frame.at("close", k)
        if not ratio >= p["min_atr_pct"]:
            codes.append("low_volatility")
    return codes


def trend_filters(market: Market, k: int, strategy: str, side: int, p: dict[str, Any]) -> list[str]:
    """Codes of the strategy's own filters on candle k for a long (side 1) or short (side -1)
    entry.
    """
    codes = []
    used, sheet, candles = FILTERS[strategy], market.sheet, market.candles
    word = "below" if side > 0 else "above"
    if (
        "ema" in used
        and p["ema_filter"]
        and not side * sheet.at("close", k) >= side * sheet.at("ema50", k)
    ):
        codes.append(f"{word}_ema50")
    if "adx_min" in used and p["adx_min"] > 0 and not sheet.at("adx", k) >= p["adx_min"]:
        codes.append("weak_trend")
    if (
        "adx_falling" in used
        and p["adx_falling_filter"]
        and not sheet.at("adx", k) >= sheet.at("adx", k - 1)
    ):
        codes.append("adx_falling")
    minor = candles.symbol.split("/")[0] not in p["majors"]
    if "mtf" in used and p["mtf_filter"] and minor and candles.step <= HOUR:
        hours = market.hours
        if not side * hours.at("close", k) >= side * hours.at("ema50", k):
            codes.append(f"mtf_{word}_ema50")
    return codes


def cost_filter(market: Market, k: int, p: dict[str, Any], fee: float) -> list[str]:
    """Code of the cost filter: the target against the round trip's fees and slippage."""
    if p["min_edge_round_trips"] <= 0:
        return []
    edge = p["take_profit_percent"]
    if edge <= 0:
        edge = 2.0 * market.sheet.at("atr", k) / market.sheet.at("close", k)
    cost = p["min_edge_round_trips"] * 2.0 * (fee + p["slippage_bps"] / 10_000.0)
    return [] if edge >= cost else ["cost_too_high"]
