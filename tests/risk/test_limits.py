"""Portfolio limits: met at exactly their value, in force to the period's end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from trader.domain.book import Period
from trader.domain.parameters import Parameters
from trader.domain.signal import BIT
from trader.risk import limits

AT = datetime(2024, 2, 28, 15, 30, tzinfo=UTC)  # a Wednesday in a leap year
NOW = round(AT.timestamp() * 1_000)
OFF: dict[str, Any] = {
    "max_daily_loss_pct": 0.0, "max_weekly_loss_pct": 0.0, "max_monthly_loss_pct": 0.0,
}  # fmt: skip
FULL = (Period(1, 1_000.0),) * 3


def ms(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return round(moment.timestamp() * 1_000)


@pytest.mark.parametrize(
    ("name", "code", "until"),
    [
        ("max_daily_loss_pct", "daily_loss", datetime(2024, 2, 29, tzinfo=UTC)),
        ("max_weekly_loss_pct", "weekly_loss", datetime(2024, 3, 4, tzinfo=UTC)),
        ("max_monthly_loss_pct", "monthly_loss", datetime(2024, 3, 1, tzinfo=UTC)),
    ],
)
def test_each_limit_lasts_to_its_periods_end(name: str, code: str, until: datetime) -> None:
    p = Parameters(**(OFF | {name: 0.03}))
    (halt,) = limits.period_losses(p, FULL, 970.0, NOW)
    assert (halt.code, halt.until) == (code, ms(until))
    assert not limits.period_losses(p, FULL, 970.01, NOW)


def test_an_amount_is_a_limit_too() -> None:
    p = Parameters(**(OFF | {"max_daily_loss": 30.0}))
    assert [h.code for h in limits.period_losses(p, FULL, 970.0, NOW)] == ["daily_loss"]
    assert not limits.period_losses(p, FULL, 970.5, NOW)


def test_all_limits_at_once_and_none_when_off() -> None:
    codes = [h.code for h in limits.period_losses(Parameters(), FULL, 500.0, NOW)]
    assert codes == ["daily_loss", "weekly_loss", "monthly_loss"]
    assert not limits.period_losses(Parameters(**OFF), FULL, 500.0, NOW)


def test_a_period_that_began_with_nothing_cannot_lose() -> None:
    assert limits.lost(Period(1, 0.0), 500.0) == 0.0


def test_four_fifths_of_the_daily_limit_are_worth_a_warning() -> None:
    p = Parameters(max_daily_loss_pct=0.05)
    assert limits.near_limit(p, FULL[0], 959.9)
    assert not limits.near_limit(p, FULL[0], 960.1)


def test_losses_in_a_row_pause_from_the_end_of_the_candle() -> None:
    p = Parameters(max_consecutive_losses=3, consecutive_loss_pause=600.0)
    halt = limits.losses_in_row(p, 3, NOW)
    assert halt is not None
    assert (halt.code, halt.until) == ("consecutive_losses", NOW + 600_000)
    assert limits.losses_in_row(p, 2, NOW) is None
    assert limits.losses_in_row(Parameters(max_consecutive_losses=0), 99, NOW) is None


@pytest.mark.parametrize("days", range(0, 400, 13))
def test_periods_end_where_the_calendar_says(days: int) -> None:
    moment = AT + timedelta(days=days)
    midnight = moment.replace(hour=0, minute=0) + timedelta(days=1)
    monday = midnight - timedelta(days=1) + timedelta(days=7 - moment.weekday())
    month = (moment.replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1)
    at = ms(moment)
    assert limits.end_of_day(at) == ms(midnight)
    assert limits.end_of_week(at) == ms(monday)
    assert limits.end_of_month(at) == ms(month)


@pytest.mark.parametrize(
    ("code", "shown"),
    [("paused", "paused"), ("stopped", "paused"), ("emergency", "paused"), ("halt_file", "paused"),
     ("recovering", "safe_mode"), ("journal", "safe_mode"), ("external", "symbol_halted"),
     ("rejects", "symbol_halted"), ("daily_loss", "daily_loss")],
)  # fmt: skip
def test_every_halt_is_shown_as_a_reason(code: str, shown: str) -> None:
    assert limits.mask_of(code) == BIT[shown]
