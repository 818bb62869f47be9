"""Numbers, ages, reasons and positions as people read them."""

from __future__ import annotations

import math
import time

import pytest

from dashboard.figures import Times, amount, arrow, as_shown, money, percent, price, zone_named
from dashboard.freshness import Level, bot_limits
from dashboard.holdings import Holding
from dashboard.languages import words_in
from dashboard.palette import PALETTES
from dashboard.reasons import Gate, gate_of
from tests.dashboard import samples
from trader.bridge.schemas import BotStatus, Details


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (money(1_050_000.4, "KRW"), "1,050,000 KRW"),
        (money(12.5, "USDT", sign=True), "+12.50 USDT"),
        (money(-0.001, "USDT", sign=True), "0.00 USDT"),
        (money(None, "KRW"), "—"),
        (money(math.nan, "KRW"), "—"),
        (price(50_000_000.0), "50,000,000"),
        (price(0.00001234), "0.00001234"),
        (price(231.4), "231.4"),
        (price(None), "—"),
        (percent(0.0489), "+4.89 %"),
        (percent(-0.5), "-50.00 %"),
        (percent(None), "—"),
        (amount(1234.5, 1), "1,234.5"),
        (arrow(2.0), "▲"),
        (arrow(-2.0), "▼"),
        (arrow(0.0), "–"),
        (arrow(None), "–"),
    ],
)
def test_numbers(shown: str, text: str) -> None:
    assert shown == text


def test_what_reads_as_zero_has_no_direction() -> None:
    assert [as_shown(one) for one in (-0.00004, 0.00006, None, math.nan)] == [0.0, 0.01, None, None]
    assert PALETTES["korean"].delta(as_shown(-0.00004)) == "off"


def test_what_was_today_needs_no_date() -> None:
    times = Times(zone_named("Asia/Seoul"), words_in("en"))
    noon = 1_698_400_800.0  # 19:00 in Seoul
    assert times.recent(noon, noon + 4 * 3_600) == "19:00:00"
    assert times.recent(noon, noon + 6 * 3_600) == "10-27 19:00:00"
    assert times.recent(None, noon) == "—"


def test_times_are_shown_in_the_viewers_zone() -> None:
    times = Times(zone_named("No/Such", "Asia/Seoul"), words_in("en"))
    assert times.moment(1698370000.0) == "10-27 10:26:40"
    assert times.moment(None) == times.moment(1e20) == "—"
    assert times.zone_name == "Asia/Seoul"
    assert times.zone_shown == "Asia/Seoul (UTC+09:00)"
    assert Times(zone_named("No/Such"), words_in("en")).zone_shown == "UTC"
    assert [times.span(s) for s in (0.84, 14, 125, 11_040, 183_600, None)] == [
        "0.8 s", "14 s", "2 min 5 s", "3 h 4 min", "2 d 3 h", "—",
    ]  # fmt: skip


@pytest.mark.parametrize("name", list(PALETTES))
def test_up_and_down_look_different_and_old_numbers_have_no_colour(name: str) -> None:
    palette = PALETTES[name]
    assert palette.delta(1.0) != palette.delta(-1.0)
    assert palette.ink(1.0, dark=True) != palette.ink(-1.0, dark=True)
    assert palette.delta(1.0, stale=True) == palette.delta(0.0) == palette.delta(None) == "off"


@pytest.mark.parametrize(
    ("loop", "age", "level"),
    [
        # a loop of 1 s: amber after 5 s, red after 10 s; a loop of 30 s: after 45 s and 90 s
        (1.0, 4.9, Level.FRESH),
        (1.0, 5.1, Level.AMBER),
        (1.0, 10.1, Level.RED),
        (30.0, 44.0, Level.FRESH),
        (30.0, 60.0, Level.AMBER),
        (30.0, 91.0, Level.RED),
        (30.0, None, Level.UNKNOWN),
    ],
)
def test_a_bot_is_silent_after_three_loops(loop: float, age: float | None, level: Level) -> None:
    now = time.time()
    spent = {"count": 100, "last_ms": 1.0, "p99_ms": 1.0}
    document = samples.status(now, loop=spent, started_at=now - 100 * loop)
    assert bot_limits(BotStatus.model_validate(document)).level(age) is level


@pytest.mark.parametrize(
    ("reason", "gate"),
    [
        ("weak_trend adx=17.2 min=20", Gate("weak_trend", ("adx", 17.2), ("min", 20.0))),
        ("no_signal", Gate("no_signal")),
        ("cooldown candles=x of=3", Gate("cooldown", ("of", 3.0))),
        ("", Gate("")),
    ],
)
def test_a_reason_is_taken_apart(reason: str, gate: Gate) -> None:
    assert gate_of(reason) == gate


def test_off_by_is_measured_against_the_limit() -> None:
    assert gate_of("weak_trend adx=15 min=20").off_by == pytest.approx(-0.25)
    assert gate_of("no_signal").off_by is None
    assert gate_of("x a=1 b=0").off_by is None


def holding(quantity: float, gain: float, stop: float, target: float) -> Holding:
    told = samples.details(0.0, unrealised_pnl=gain, stop=stop, take_profit=target)
    return Holding("upbit", "A/KRW", quantity, 100.0, Details.model_validate(told))


@pytest.mark.parametrize(
    ("held", "now", "progress"),
    [
        # bought 2 at 100, 20 ahead: at 110, two thirds of the way from 90 to 120
        (holding(2.0, 20.0, 90.0, 120.0), 110.0, 2 / 3),
        # sold 2 short at 100, 20 behind: at 110, all the way back to the stop
        (holding(-2.0, -20.0, 110.0, 80.0), 110.0, 0.0),
        (holding(-2.0, 20.0, 110.0, 80.0), 90.0, 2 / 3),
    ],
)
def test_a_position_stands_between_stop_and_target(
    held: Holding, now: float, progress: float
) -> None:
    assert held.now == pytest.approx(now)
    assert held.progress == pytest.approx(progress)


def test_what_is_not_told_of_a_position_is_not_made_up() -> None:
    bare = Holding("upbit", "A/KRW", 1.0, None, None)
    assert (bare.unrealised, bare.gain, bare.now, bare.stop, bare.progress) == (None,) * 5
    assert bare.away(None) is None
