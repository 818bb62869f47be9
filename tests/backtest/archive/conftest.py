"""The loopback exchanges with forty days of minutes, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backtest.archive.shop import FIRST, LAST
from tests.feeds.history.exchange import Exchange, serving
from tests.feeds.history.truth import Market
from trader.domain.time import DAY, HOUR

NAMES = (
    ("spot", "BTCUSDT"), ("spot", "ETHUSDT"), ("upbit", "KRW-BTC"), ("upbit", "KRW-ETH"),
    ("futures", "BTCUSDT"),
)  # fmt: skip


@pytest.fixture(scope="module")
def known() -> list[Market]:
    return [
        Market(venue, name, FIRST - 100 * DAY if venue == "upbit" else FIRST - HOUR, n, LAST + DAY)
        for n, (venue, name) in enumerate(NAMES)
    ]


@pytest.fixture
def exchange(known: list[Market]) -> Iterator[Exchange]:
    with serving(Exchange(known)) as served:
        yield served
