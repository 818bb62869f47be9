"""The exchanges as data: fees, minimums and abilities of the specification's table."""

from decimal import Decimal

import pytest

from trader.domain.errors import BadInput
from trader.domain.order import Side
from trader.venues.profiles import (
    BINANCE_FUTURES,
    BINANCE_SPOT,
    PROFILES,
    UPBIT,
    Profile,
    ideal,
    profile_of,
)
from trader.venues.refusals import Problem


@pytest.mark.parametrize(
    ("profile", "quote", "fees", "minimum", "protection", "capital"),
    [
        (UPBIT, "KRW", (0.0005, 0.0005), 5_000, "none", 1_000_000),
        (BINANCE_SPOT, "USDT", (0.001, 0.001), 10, "oco", 10_000),
        (BINANCE_FUTURES, "USDT", (0.0002, 0.0005), 5, "conditional", 10_000),
    ],
)
def test_the_table_of_venues(
    profile: Profile, quote: str, fees: object, minimum: int, protection: str, capital: float
) -> None:
    can = profile.capabilities
    assert (can.quote, (can.maker_fee, can.taker_fee)) == (quote, fees)
    assert (can.min_cost, can.protection, can.default_capital) == (
        Decimal(minimum), protection, capital,
    )  # fmt: skip


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda p: p.venue)
def test_every_venue_has_words_for_every_problem(profile: Profile) -> None:
    assert set(profile.refusals) == set(Problem)


def test_upbit_tells_buyers_from_sellers() -> None:
    refusal = UPBIT.refusals[Problem.MINIMUM]
    assert refusal.code_for(Side.BUY) == "under_min_total_bid"
    assert refusal.code_for(Side.SELL) == "under_min_total_ask"


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda p: p.venue)
def test_the_ideal_exchange_of_a_backtest(profile: Profile) -> None:
    plain = ideal(profile, slippage_bps=5.0, fee=0.002, lot_step=Decimal("0.01"))
    can = plain.capabilities
    assert (can.protection, can.buys_by_cost, can.fee_in_base, can.second_price) == (
        "none", False, False, False,
    )  # fmt: skip
    assert (can.taker_fee, plain.slippage, plain.latency) == (0.002, 0.0005, (0, 0))
    assert can.margin == profile.capabilities.margin
    rules = plain.rules(f"{profile.venue}:ANY/{can.quote}")
    assert (rules.lot_step, rules.ticks, rules.min_cost) == (Decimal("0.01"), (), can.min_cost)


def test_an_unknown_venue_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="'kraken' is no venue; use one of upbit"):
        profile_of("kraken")
