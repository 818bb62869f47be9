"""What the shell says of the engine's state."""

import pytest

from tests.engine.bench import Bench
from trader.domain.book import Halt
from trader.shell import showing


@pytest.mark.parametrize(
    ("halt", "shown"),
    [
        (Halt("emergency"), ("emergency",)),
        (Halt("daily_loss", until=1_001), ("daily_loss",)),
        (Halt("daily_loss", until=1_000), ()),  # over; the engine drops it at its next look
        (Halt("market_shock", None, "upbit:BTC/KRW"), ()),
    ],
)
def test_a_venue_is_halted_by_what_stops_all_its_entries(
    halt: Halt, shown: tuple[str, ...]
) -> None:
    bench = Bench()
    bench.state.now = 1_000
    assert showing.halted(bench.state, "upbit") == ()
    assert bench.venue.halt(halt)
    assert showing.halted(bench.state, "upbit") == shown
