"""From a plan to the kernel's arrays: candles behind one another, records of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.backtest.fast.compiling import compiled
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


def candles_of(series: Sequence[Series]) -> forms.Market:
    """Candles, funding and finer candles of all series; facts that rules may read come later."""
    candles = [one.candles for one in series]
    funding = [one.funding for one in series]
    fine = [one.detail for one in series]
    shown = [steady([getattr(one, name) for one in candles]) for name in _CANDLES]
    facts = [steady([empty]) for empty in (_NOTHING, _NOTHING, _NO_TIMES, _NO_TIMES)]
    due = steady([_NO_TIMES if one is None else one.time for one in funding])
    rates = steady([_NOTHING if one is None else one.rate for one in funding])
    times = steady([_NO_TIMES if one is None else one.time for one in fine])
    finer = [
        steady([_NOTHING if one is None else getattr(one, name) for one in fine])
        for name in _CANDLES[1:5]
    ]
    blocks = _blocks_of(series)
    return forms.Market._make([*shown, *facts, due, rates, times, *finer, *blocks])


def _blocks_of(series: Sequence[Series]) -> Any:
    """Extremes of each whole block of candles; none where several symbols take turns."""
    rows = len(series[0].candles) // forms.BLOCK if len(series) == 1 else 0
    room = np.empty((4, rows))
    if rows:
        candles = series[0].candles
        prices = [steady([getattr(candles, name)]) for name in ("high", "low", "close")]
        compiled("blocks", "extremes")(*prices, room)
    return room


def heard_in_blocks(flags: Any, *, alone: bool) -> Any:
    """Bits heard in each whole block of candles; none unless one strategy speaks of one symbol."""
    bits = np.empty(len(flags) // forms.BLOCK if alone else 0, dtype=np.uint8)
    if len(bits):
        compiled("blocks", "heard")(flags, bits)
    return bits


def profile_in(venue: str, p: Parameters) -> Profile:
    """The venue as a backtest sees it, with the fee and the lot step in force."""
    step = None if p.lot_step is None else exact(p.lot_step)
    return ideal(profile_of(venue), p.slippage_bps, p.fee, step)


def parameters_of(p: Parameters, profile: Profile) -> Any:
    """One record of everything that the kernel asks of settings and venue."""
    rules = profile.usual
    return _record(
        forms.PARAMETERS,
        **_exits(p),
        **_sizes(p, profile, rules),
        **_limits(p),
        fee=profile.capabilities.taker_fee,
        slippage=p.slippage_bps / 10_000.0,
        timeframe=p.timeframe.ms,
    )


def _record(form: np.dtype[Any], **values: Any) -> Any:
    """One record; every field is named. At once, for field by field takes ten times as long."""
    names = form.names or ()
    if len(values) != len(names):
        raise KeyError(set(names) ^ set(values))
    return np.array([tuple([values[name] for name in names])], dtype=form).view(np.recarray)


def _exits(p: Parameters) -> dict[str, Any]:
    return {
        "take_profit": p.take_profit_percent,
        "stop_loss": p.stop_loss_percent,
        "atr_multiplier": p.atr_multiplier,
        "emergency": p.emergency_stop_percent,
        "trail": p.trailing_stop_percent,
        "activation": p.trailing_activation,
        "guard": p.liquidation_min_distance,
        "max_holding": seconds(p.max_holding),
    }


def _sizes(p: Parameters, profile: Profile, rules: MarketRules) -> dict[str, Any]:
    abilities = profile.capabilities
    least = float(abilities.min_cost) if p.min_order is None else p.min_order
    return {
        "sizing": forms.SIZINGS.index(p.sizing),
        "risk": p.risk_per_trade,
        "fraction": p.position_fraction,
        "position_cap": p.max_position_size,
        "turnover_share": p.max_turnover_share,
        "least_order": least * p.min_order_headroom,
        "step": float(rules.lot_step),
        "lots_a_unit": _whole(1 / rules.lot_step),
        "margin": abilities.margin,
        "shorts": p.allow_shorts,
        "leverage": p.leverage or 0.0,
        "max_leverage": p.max_leverage,
        "phase": p.phase,
        "maintenance": rules.maintenance_rate,
        "bracket": rules.max_leverage,
    }


def _limits(p: Parameters) -> dict[str, Any]:
    return {
        "daily": p.max_daily_loss_pct,
        "weekly": p.max_weekly_loss_pct,
        "monthly": p.max_monthly_loss_pct,
        "daily_amount": p.max_daily_loss,
        "close_on_loss": p.on_loss_limit == "close",
        "max_losses": p.max_consecutive_losses,
        "losses_pause": seconds(p.consecutive_loss_pause),
        "min_balance": p.min_balance_pct,
        "max_positions": p.max_positions,
        "cooldown": p.cooldown_candles,
        "collar": p.price_collar,
        "order_value": p.max_order_value,
        "order_share": p.max_order_equity_share,
        "entries_a_minute": p.max_entries_per_minute,
    }


def _whole(units: Decimal) -> float:
    """Lots in one unit where that is a whole number, else 0."""
    return float(units) if units == units.to_integral_value() else 0.0


def account_of(capital: float, first_at: int) -> Any:
    """The account before the first candle."""
    values: dict[str, Any] = dict.fromkeys(forms.ACCOUNT.names or (), 0)
    money = ("initial", "cash", "last_equity", "peak_equity", "pending", "run_peak")
    times = ("day", "week", "month", "until_day", "until_week", "until_month", "until_losses")
    values |= dict.fromkeys(money, capital) | dict.fromkeys(times, forms.NEVER)
    return _record(forms.ACCOUNT, **values | {"first_day": first_at // DAY})


def symbols_of(series: Sequence[Series], plan_rows: Sequence[tuple[int, int]]) -> Any:
    """One record a symbol. `plan_rows`: its traded rows (first, end), counted in its series."""
    record = np.zeros(len(series), dtype=forms.SYMBOL).view(np.recarray)
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
