"""Price steps of the won market in force since 2025-07-31; some coins have their own instead."""

from __future__ import annotations

from decimal import Decimal

D = Decimal
_BANDS = (
    (D(1_000_000), D(1_000)), (D(500_000), D(500)), (D(100_000), D(100)), (D(50_000), D(50)),
    (D(10_000), D(10)), (D(5_000), D(5)), (D(100), D(1)), (D(10), D("0.1")), (D(1), D("0.01")),
    (D("0.1"), D("0.001")), (D("0.01"), D("0.0001")), (D("0.001"), D("0.00001")),
    (D("0.0001"), D("0.000001")), (D("0.00001"), D("0.0000001")),
)  # fmt: skip


def tick_at(price: Decimal) -> Decimal:
    """The step between allowed prices around `price`, KRW."""
    return next((tick for start, tick in _BANDS if price >= start), D("0.00000001"))
