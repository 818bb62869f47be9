"""The loopback exchanges, and desks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.feeds.history.desk import Desk, markets, shrink
from tests.feeds.history.exchange import Exchange, serving
from trader.feeds.history import client, venues


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    """One market on each venue, listed sixty days ago."""
    with serving(Exchange(markets())) as served:
        yield served


@pytest.fixture
def a_desk(exchange: Exchange, tmp_path: Path) -> Callable[[str], Desk]:
    return lambda venue: Desk(exchange, venue, tmp_path / "candles")


@pytest.fixture(params=["upbit", "spot", "futures"])
def desk(request: pytest.FixtureRequest, a_desk: Callable[[str], Desk]) -> Desk:
    """Each venue in turn."""
    return a_desk(request.param)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred candles a page, so that a month takes eight."""
    table = {name: shrink(venue, "candles", 100) for name, venue in venues.VENUES.items()}
    monkeypatch.setattr(client, "VENUES", table)
