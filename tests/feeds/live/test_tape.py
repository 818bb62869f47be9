"""A flood of prices leaves what a stop must see, and no more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.live.street import BTC, ETH
from trader.domain.quotation import Tick
from trader.feeds.live.tape import Tape


def _tape(prices: list[float], key: str = BTC) -> Tape:
    tape = Tape()
    for at, price in enumerate(prices):
        tape.add(Tick(key, price, at))
    return tape


def test_few_prices_are_handed_on_as_they_came() -> None:
    tape = _tape([3.0, 1.0, 2.0])
    tape.add(Tick(ETH, 7.0, 9))
    assert [tick.price for tick in tape.take(BTC)] == [3.0, 1.0, 2.0]
    assert tape.waiting() == (ETH,)
    assert tape.newest(BTC) is None
    assert tape.take(BTC) == []


@given(st.lists(st.floats(1.0, 1e9), min_size=1, max_size=60))
def test_a_flood_keeps_first_lowest_highest_newest_in_order(prices: list[float]) -> None:
    kept = _tape(prices).take(BTC)
    assert len(kept) <= 4
    assert (kept[0].price, kept[-1].at) == (prices[0], len(prices) - 1)
    assert {min(prices), max(prices)} <= {tick.price for tick in kept}
    assert [tick.at for tick in kept] == sorted({tick.at for tick in kept})
    assert all(prices[tick.at] == tick.price for tick in kept)
