"""The dangerous moments do come: a test that never got there would prove nothing."""

from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.play import faulty
from tests.simulation.trouble import POINTS

MOMENTS = (
    "lost request", "lost question", "late request", "accepted after the time-out", "throttled",
    "lost answer", "repeated answer", "overtaken answer", "hidden order", "partial fill",
    "wrong clock", "bad tick", "journal broken",
    "somebody buys", "somebody sells", "somebody cancels",
    *(f"killed {point}" for point in POINTS), "killed with orders in flight",
    "compared after a kill",
    "sent ENTRY", "sent EXIT", "sent STOP", "sent TAKE_PROFIT", "sent BRACKET", "sent EMERGENCY",
    "order unknown", "order not_placed", "order partial", "order canceled", "order rejected",
    "unknown, then found", "unknown, then filled", "cancelling, then filled",
    "notice external_reduce", "notice protection_gone", "notice protection_refused",
    "notice dust", "notice command", "notice link", "notice prices", "notice halt_file",
    "notice settings",
)  # fmt: skip


@pytest.fixture(scope="module")
def counts(empty: Path) -> Counter[str]:
    """What happened in fifty runs."""
    counts: Counter[str] = Counter()
    assert not faulty(range(2_000, 2_050), empty, counts)
    return counts


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_happened(moment: str, counts: Counter[str]) -> None:
    assert counts[moment] > 0
