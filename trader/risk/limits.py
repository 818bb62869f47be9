"""Portfolio limits: small functions, each answers with a halt or nothing (specification 3.7)."""

from trader.domain.book import Halt, Period
from trader.domain.parameters import Parameters
from trader.domain.signal import BIT
from trader.domain.time import DAY, Millis, day_of, month_of, week_of
from trader.rules import limits as rule

_MASK_OF = {
    "stopped": BIT["paused"],
    "emergency": BIT["paused"],
    "halt_file": BIT["paused"],
    "guardian": BIT["paused"],
    "recovering": BIT["safe_mode"],
    "link_lost": BIT["safe_mode"],
    "unfit": BIT["safe_mode"],
    "stale_prices": BIT["safe_mode"],
    "journal": BIT["safe_mode"],
    "foreign_journal": BIT["safe_mode"],
    "external": BIT["symbol_halted"],
    "foreign": BIT["symbol_halted"],
    "rejects": BIT["symbol_halted"],
}


def mask_of(code: str) -> int:
    """Bit of the reason that a halt's code is shown as."""
    return _MASK_OF.get(code) or BIT[code]


def end_of_day(at: Millis) -> Millis:
    """First millisecond of the next UTC day."""
    return (day_of(at) + 1) * DAY


def end_of_week(at: Millis) -> Millis:
    """First millisecond of the next ISO week."""
    return ((week_of(at) + 1) * 7 - 3) * DAY


def end_of_month(at: Millis) -> Millis:
    """First millisecond of the next calendar month."""
    day, month = day_of(at), month_of(at)
    while month_of(day * DAY) == month:
        day += 1
    return day * DAY


def lost(period: Period, equity: float) -> float:
    """Loss since the period's start as a fraction of the equity then (negative: gain)."""
    return rule.lost(period.equity, equity)


def period_losses(
    p: Parameters, periods: tuple[Period, Period, Period], equity: float, at: Millis
) -> list[Halt]:
    """Halts for every day, week or month whose loss reached its limit. `at` lies in them."""
    day, week, month = periods
    halts = []
    if 0.0 < p.max_daily_loss_pct <= lost(day, equity) or 0.0 < p.max_daily_loss <= (
        day.equity - equity
    ):
        halts.append(Halt("daily_loss", end_of_day(at)))
    if 0.0 < p.max_weekly_loss_pct <= lost(week, equity):
        halts.append(Halt("weekly_loss", end_of_week(at)))
    if 0.0 < p.max_monthly_loss_pct <= lost(month, equity):
        halts.append(Halt("monthly_loss", end_of_month(at)))
    return halts


def near_limit(p: Parameters, day: Period, equity: float) -> bool:
    """Whether 80 % of the daily loss limit is used up."""
    return 0.0 < p.max_daily_loss_pct * 0.8 <= lost(day, equity)


def losses_in_row(p: Parameters, count: int, candle_end: Millis) -> Halt | None:
    """A pause after too many losses one after the other, from the end of the exit's candle."""
    if not 0 < p.max_consecutive_losses <= count:
        return None
    return Halt("consecutive_losses", candle_end + round(p.consecutive_loss_pause * 1_000))
