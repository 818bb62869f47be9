"""What findings mean: exit codes, refusals, sizes against minima, the first day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from trader.domain.errors import BadInput, KeysRefused, TraderError
from trader.domain.finding import Finding, Mark
from trader.domain.instrument import MarketRules
from trader.domain.parameters import Parameters
from trader.domain.time import DAY
from trader.shell.first_day import notices, until
from trader.shell.preflight.judging import exit_code, refuse
from trader.shell.preflight.sizes import least_entry, sizes
from trader.shell.world import World

BTC, ETH = "binance_spot:BTC/USDT", "binance_spot:ETH/USDT"


def finding(code: str, mark: Mark = Mark.FAIL) -> Finding:
    values = {"venue": "upbit", "detail": "d", "symbols": "s", "seconds": "2"}
    return Finding(mark, "upbit", code, values)


@pytest.mark.parametrize(
    ("codes", "code", "error"),
    [
        (("may_withdraw",), 4, KeysRefused),
        (("multi_assets", "key_expired"), 4, KeysRefused),
        (("hedge_mode_in_use",), 2, BadInput),
        (("clock_behind",), 1, TraderError),
        (("unanswered", "multi_assets"), 2, BadInput),
    ],
)
def test_what_fails_ends_with_its_exit_code(
    codes: tuple[str, ...], code: int, error: type[TraderError]
) -> None:
    found = [finding(name) for name in codes]
    assert exit_code(found) == code
    with pytest.raises(error) as refused:
        refuse(found, "en")
    assert type(refused.value) is error
    told = [name for name in codes if name != "unanswered"]
    assert len(str(refused.value).splitlines()) == len(told)
    assert all(name in str(refused.value) for name in told)


def test_nobody_answering_is_no_refusal_but_no_good_check_either() -> None:
    found = [finding("unanswered"), finding("maintenance"), finding("clock_behind", Mark.WARN)]
    refuse(found, "en")
    assert exit_code(found) == 1
    assert exit_code([finding("may_withdraw", Mark.WARN)]) == 0


def sized(*, live: bool = False, **p: Any) -> dict[str, Finding]:
    """Findings for BTC (at least 5) and ETH (at least 50), an entry being at most 200."""
    values = {"initial_capital": 1_000.0, "max_position_size": 0.2, "min_order_headroom": 1.3}
    rules = {BTC: MarketRules(min_cost=Decimal(5)), ETH: MarketRules(min_cost=Decimal(50))}
    found = sizes("binance_spot", "USDT", Parameters(**(values | p)), rules, live=live)
    return {finding.code: finding for finding in found}


def test_the_smallest_entry_can_be_sold_at_its_stop() -> None:
    p = Parameters(min_order_headroom=1.3)
    assert least_entry(p, MarketRules(min_cost=Decimal(5))) == Decimal("6.5")
    assert least_entry(Parameters(min_order=10.0), MarketRules()) == 10


@pytest.mark.parametrize(
    ("p", "code", "mark"),
    [
        ({}, "entries_large_enough", Mark.OK),
        ({"max_position_size": 0.065}, "entries_large_enough", Mark.OK),  # 65 = 50 x 1.3
        ({"max_position_size": 0.064}, "entries_too_small_here", Mark.WARN),
        ({"max_position_size": 0.006}, "entries_too_small", Mark.FAIL),
        ({"max_position_size": 0.0}, "entries_large_enough", Mark.OK),  # no cap
        (
            {"sizing": "fixed_fraction", "position_fraction": 0.06},
            "entries_too_small_here",
            Mark.WARN,
        ),
        ({"initial_capital": 25.0}, "entries_too_small", Mark.FAIL),
        # 1,000 x 0.006 / (2 x 5 %) = 60
        ({"risk_per_trade": 0.006}, "entries_may_be_too_small", Mark.WARN),
        ({"risk_per_trade": 0.007}, "entries_large_enough", Mark.OK),
    ],
)
def test_entries_against_the_markets_minima(p: dict[str, Any], code: str, mark: Mark) -> None:
    found = sized(**p)
    assert found[code].mark is mark
    assert set(found) == {code}


def test_the_first_days_caps_against_the_minima() -> None:
    caps: dict[str, Any] = {"live_first_day_max_order": 0.05, "live_first_day_max_total": 0.2}
    assert "first_day" not in sized(**caps)
    assert sized(live=True, **caps)["first_day"].values["entry"] == "50"
    small = sized(live=True, live_first_day_max_order=0.006)
    assert small["first_day_too_small"].mark is Mark.WARN
    assert set(sized(live=True)) == {"entries_large_enough"}


def test_the_first_day_is_told_while_it_lasts() -> None:
    here = World("live", "", 5, 1_000)
    p = {
        "upbit": Parameters(
            initial_capital=1e6, live_first_day_max_order=0.05, live_first_day_max_total=0.2
        ),
        "binance_spot": Parameters(),
    }
    assert until(here) == 1_000 + DAY
    (text,) = notices(p, here, DAY)
    assert "upbit: entries of at most 50,000 KRW, 200,000 KRW in all, until 1970-01-02" in text
    assert list(notices(p, here, 1_000 + DAY)) == []
    assert until(World("testnet", "", 5, 1_000)) == 0
