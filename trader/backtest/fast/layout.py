"""From a plan to the kernel's arrays: candles behind one another, records of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.backtest.fast.kernel import forms
from trader.backtest.plan import Series
from trader.domain.instrument import MarketRules
from trader.domain.money import exact
from trader.domain.parameters import Parameters, seconds
from trader.domain.time import DAY
from trader.venues.profiles import Profile, ideal, profile_of

if TYPE_CHECKING:
    from trader.domain.candles import Ints

_CANDLES = ("time", "open", "high", "low", "close", "turnover")
_NOTHING = np.empty(0)
_NO_TIMES = np.empty(0, dtype=np.int64)


def steady(arrays: Sequence[Any]) -> Any:
    """Arrays behind one another, read-only: of one array a view, so that nothing is copied."""
    whole = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    view = np.ascontiguousarray(whole).view()
    view.flags.writeable = False
    return view


def starts_of(series: Sequence[Series]) -> Ints:
    """First row of each series when they stand behind one another, and the end of the last."""
    return np.cumsum([0, *(len(one.candles) for one in series)])


def candles_of(series: Sequence[Series], facts: Sequence[Any]) -> forms.Market:
    """Candles, funding and finer candles of all series.

    `facts`: ATR, hourly ATR share, regime, volatility of all series; empty where nobody asks.
    """
    candles = [one.candles for one in series]
    funding = [one.funding for one in series]
    fine = [one.detail for one in series]
    shown = [steady([getattr(one, name) for one in candles]) for name in _CANDLES]
    finer = [
        steady([_NOTHING if one is None else getattr(one, name) for one in fine])
        for name in _CANDLES[1:5]
    ]
    due = steady([_NO_TIMES if one is None else one.time for one in funding])
    rates = steady([_NOTHING if one is None else one.rate for one in funding])
    times = steady([_NO_TIMES if one is None else one.time for one in fine])
    return forms.Market._make([*shown, *(steady([f]) for f in facts), due, rates, times, *finer])


def profile_in(venue: str, p: Parameters) -> Profile:
    """The venue as a backtest sees it, with the fee and the lot step in force."""
    step = None if p.lot_step is None else exact(p.lot_step)
    return ideal(profile_of(venue), p.slippage_bps, p.fee, step)


def parameters_of(p: Parameters, profile: Profile) -> Any:
    """One record of everything that the kernel asks of settings and venue."""
    record = np.recarray(1, dtype=forms.PARAMETERS)
    row = record[0]
    rules = profile.usual
    _exits(row, p)
    _sizes(row, p, profile, rules)
    _limits(row, p)
    row.fee, row.slippage = profile.capabilities.taker_fee, p.slippage_bps / 10_000.0
    row.timeframe = p.timeframe.ms
    return record


def _exits(row: Any, p: Parameters) -> None:
    row.take_profit, row.stop_loss = p.take_profit_percent, p.stop_loss_percent
    row.atr_multiplier, row.emergency = p.atr_multiplier, p.emergency_stop_percent
    row.trail, row.activation = p.trailing_stop_percent, p.trailing_activation
    row.guard, row.max_holding = p.liquidation_min_distance, seconds(p.max_holding)


def _sizes(row: Any, p: Parameters, profile: Profile, rules: MarketRules) -> None:
    abilities = profile.capabilities
    least = float(abilities.min_cost) if p.min_order is None else p.min_order
    row.sizing = forms.SIZINGS.index(p.sizing)
    row.risk, row.fraction = p.risk_per_trade, p.position_fraction
    row.position_cap, row.turnover_share = p.max_position_size, p.max_turnover_share
    row.least_order = least * p.min_order_headroom
    row.step, row.lots_a_unit = float(rules.lot_step), _whole(1 / rules.lot_step)
    row.margin, row.shorts = abilities.margin, p.allow_shorts
    row.leverage, row.max_leverage = p.leverage or 0.0, p.max_leverage
    row.phase, row.maintenance, row.bracket = p.phase, rules.maintenance_rate, rules.max_leverage


def _limits(row: Any, p: Parameters) -> None:
    row.daily, row.weekly = p.max_daily_loss_pct, p.max_weekly_loss_pct
    row.monthly, row.daily_amount = p.max_monthly_loss_pct, p.max_daily_loss
    row.close_on_loss = p.on_loss_limit == "close"
    row.max_losses, row.losses_pause = p.max_consecutive_losses, seconds(p.consecutive_loss_pause)
    row.min_balance, row.max_positions = p.min_balance_pct, p.max_positions
    row.cooldown, row.collar = p.cooldown_candles, p.price_collar
    row.order_value, row.order_share = p.max_order_value, p.max_order_equity_share
    row.entries_a_minute = p.max_entries_per_minute


def _whole(units: Decimal) -> float:
    """Lots in one unit where that is a whole number, else 0."""
    return float(units) if units == units.to_integral_value() else 0.0


def account_of(capital: float, first_at: int) -> Any:
    """The account before the first candle."""
    record = np.recarray(1, dtype=forms.ACCOUNT)
    row = record[0]
    for name in forms.ACCOUNT.names or ():
        row[name] = 0
    row.initial = row.cash = row.last_equity = row.peak_equity = capital
    row.pending = row.run_peak = capital
    row.day = row.week = row.month = forms.NEVER
    row.until_day = row.until_week = row.until_month = row.until_losses = forms.NEVER
    row.first_day = first_at // DAY
    return record


def symbols_of(series: Sequence[Series], plan_rows: Sequence[tuple[int, int]]) -> Any:
    """One record a symbol. `plan_rows`: its traded rows (first, end), counted in its series."""
    record = np.recarray(len(series), dtype=forms.SYMBOL)
    record.fill(np.zeros(1, dtype=forms.SYMBOL)[0])
    begins, due, fine = starts_of(series), 0, 0
    for place, (one, (first, end)) in enumerate(zip(series, plan_rows, strict=True)):
        s = record[place]
        s.place, s.begin = place, begins[place]
        s.row, s.end = begins[place] + first, begins[place] + end
        s.mark = s.prior = np.nan
        s.due, s.due_end = due, due + (0 if one.funding is None else len(one.funding.time))
        if one.funding is not None:
            s.due += int(np.searchsorted(one.funding.time, one.candles.time[first], side="right"))
        s.fine, s.fine_end = fine, fine + (0 if one.detail is None else len(one.detail))
        due, fine = int(s.due_end), int(s.fine_end)
    return record


def rounds_of(series: Sequence[Series], plan_rows: Sequence[tuple[int, int]]) -> Ints:
    """First and last start of a traded candle, ms UTC, of all symbols."""
    pairs = list(zip(series, plan_rows, strict=True))
    first = min(int(one.candles.time[rows[0]]) for one, rows in pairs)
    last = max(int(one.candles.time[rows[1] - 1]) for one, rows in pairs)
    return np.array([first, last], dtype=np.int64)


def desk_of(sizes: tuple[int, int, int], span: Ints, *, whole: bool) -> forms.Desk:
    """Empty memory. `sizes`: symbols, strategies, candles; `whole`: rows and reasons are kept."""
    symbols, strategies, candles = sizes
    wishes = (symbols, 2 * strategies)
    kept = candles if whole else 0
    days = int(span[1] // DAY - span[0] // DAY) + 1
    return forms.Desk(
        results=np.zeros((strategies, forms.KELLY_TRADES)),
        counted=np.zeros(strategies, dtype=np.int64),
        entry_day=np.full((symbols, strategies), forms.NEVER, dtype=np.int64),
        wants=np.recarray(wishes, dtype=forms.WISH),
        armed=np.recarray(wishes, dtype=forms.WISH),
        levels=np.recarray(wishes, dtype=forms.WISH),
        trades=np.recarray(candles + symbols, dtype=forms.TRADE),
        masks=np.zeros(8_192 if whole else 0, dtype=np.int64),
        mask_counts=np.zeros(8_192 if whole else 0, dtype=np.int64),
        round_time=np.empty(kept, dtype=np.int64),
        equity=np.empty(kept),
        cash=np.empty(kept),
        daily=np.full(days, np.nan),
        ordered=np.empty(forms.TURNOVERS),
    )
