"""Permission: one verdict, every reason, missing data denies."""

from math import inf, nan
from typing import Any

import pytest

from tests.risk.builders import circumstances, means, parameters, request, situation
from trader.domain.signal import BIT, codes_of
from trader.risk.controls import entry_controls, exit_quantity
from trader.risk.leverage import Strain, leverage_for
from trader.risk.manager import review
from trader.risk.verdict import Approved, Refused


def denied(settings: dict[str, Any], price: float = 100.0, **around: Any) -> tuple[str, ...]:
    """Codes that deny an entry worth 1,000 of an equity of 10,000."""
    mask, _ = entry_controls(
        parameters(**settings), circumstances(**around), price, 1_000.0, 10_000.0
    )
    return codes_of(mask)


CONTROLS = [
    ({}, {}, ()),
    ({}, {"unresolved": 1}, ("unresolved_order",)),
    ({}, {"live_orders": 1}, ("duplicate_order",)),
    ({}, {"same_signal": True}, ("duplicate_order",)),
    ({}, {"warned": True}, ("symbol_halted",)),
    ({}, {"halted": True}, ("symbol_halted",)),
    ({"max_price_age_entry": 5.0}, {"price_age": 5_000}, ()),
    ({"max_price_age_entry": 5.0}, {"price_age": 5_001}, ("stale_price",)),
    ({"price_collar": 0.01}, {"reference_price": 98.0}, ("price_collar",)),
    ({"price_collar": 0.03}, {"reference_price": 98.0}, ()),
    ({"price_collar": 0.03}, {"reference_price": 0.0}, ("price_collar",)),  # unknown denies
    ({"max_order_value": 999.0}, {}, ("fat_finger",)),
    ({"max_order_value": 1_000.0}, {}, ()),
    ({"max_order_value": 1_000.0 * (1.0 - 1e-12)}, {}, ()),  # a last digit is no excess
    ({"max_order_value": 1_000.0 * (1.0 - 1e-6)}, {}, ("fat_finger",)),
    ({"max_order_equity_share": 0.09}, {}, ("fat_finger",)),
    ({"max_order_equity_share": 0.5, "max_order_value": 999.0}, {}, ("fat_finger",)),
    ({"max_entries_per_minute": 3}, {"entries_last_minute": 2}, ()),
    ({"max_entries_per_minute": 3}, {"entries_last_minute": 3}, ("message_throttle",)),
]


@pytest.mark.parametrize(("settings", "around", "codes"), CONTROLS)
def test_controls(settings: dict[str, Any], around: dict[str, Any], codes: tuple[str, ...]) -> None:
    assert denied(settings, **around) == codes


@pytest.mark.parametrize("price", [nan, inf, 0.0, -1.0])
def test_a_price_that_is_none_denies(price: float) -> None:
    assert "stale_price" in denied({}, price)


def test_what_was_measured_is_kept_with_its_limit() -> None:
    _, lines = entry_controls(
        parameters(max_order_value=5_000.0), circumstances(), 100.0, 1_000.0, 10_000.0
    )
    assert ("fat_finger", 1_000.0, 5_000.0) in lines
    assert [name for name, _, _ in lines][:3] == ["price", "unresolved_order", "duplicate_order"]


def test_an_exit_sells_no_more_than_is_held_nor_than_is_free() -> None:
    from decimal import Decimal

    step = Decimal("0.1")
    assert exit_quantity(Decimal("1.07"), step, None) == Decimal("1.0")
    assert exit_quantity(Decimal("1.07"), step, Decimal("0.55")) == Decimal("0.5")
    assert exit_quantity(Decimal("1.07"), step, Decimal(9)) == Decimal("1.0")


def test_an_approval_carries_size_leverage_and_controls() -> None:
    verdict = review(request(), situation())
    assert isinstance(verdict, Approved)
    assert (verdict.lots, verdict.leverage) == (25_000, 1.0)
    assert verdict.lines() == verdict.controls


def test_leverage_terms_are_journalled_with_the_controls() -> None:
    p = parameters(leverage=2.0)
    verdict = review(request(), situation(p, means=means(margin=True)))
    assert isinstance(verdict, Approved)
    assert ("leverage_wanted", 2.0, 2.0) in verdict.lines()
    assert ("leverage_bracket", 125.0, 2.0) in verdict.lines()


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"blocks": BIT["paused"]}, ("paused",)),
        ({"slots_used": 5}, ("max_positions",)),
        ({"slots_used": 9, "blocks": BIT["paused"]}, ("max_positions", "paused")),
        ({"means": means(cash=0.0)}, ("free_cash", "min_order")),
        ({"circumstances": circumstances(unresolved=1)}, ("unresolved_order",)),
    ],
)
def test_a_refusal_names_its_reasons(changed: dict[str, Any], codes: tuple[str, ...]) -> None:
    verdict = review(request(), situation(**changed))
    assert isinstance(verdict, Refused)
    assert codes_of(verdict.reasons) == codes


def test_no_maximum_of_positions() -> None:
    assert isinstance(
        review(request(), situation(parameters(max_positions=0), slots_used=99)), Approved
    )


@pytest.mark.parametrize(
    ("settings", "strain", "expected"),
    [
        ({"leverage": 3.0}, Strain(0.0, 0, 0.004, 125.0), 3.0),
        ({"leverage": 9.0}, Strain(0.0, 0, 0.004, 4.0), 4.0),  # the venue's bracket
        ({"leverage": 9.0, "max_leverage": 0.0}, Strain(0.0, 0, 0.004, 125.0), 9.0),
        ({"leverage": None}, Strain(0.0, 0, 0.004, 125.0), 2.0),  # 2 % / 1 %
        ({"leverage": 0.0, "phase": 2}, Strain(0.0, 0, 0.004, 125.0), 1.5),
        ({"leverage": None}, Strain(0.2, 0, 0.004, 125.0), 1.5),  # 3 x 0.5
        ({"leverage": 9.0, "liquidation_min_distance": 0.2}, Strain(0, 0, 0.004, 99.0), 1 / 0.253),
    ],
)
def test_leverage_is_the_smallest_of_its_terms(
    settings: dict[str, Any], strain: Strain, expected: float
) -> None:
    chosen, terms = leverage_for(request(hour_atr=0.01), parameters(**settings), strain)
    assert chosen == pytest.approx(expected)
    assert chosen == pytest.approx(min(10.0, *(value for _, value in terms)))
