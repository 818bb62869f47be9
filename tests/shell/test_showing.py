"""What the shell says of the engine's state."""

import pytest

from tests.engine.bench import Bench
from trader.bridge.views import CoverageView
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


def test_coverage_says_who_would_act() -> None:
    bench = Bench("upbit")
    assert showing.coverage(bench.engine, "engine") == {}
    bench.hold()
    assert showing.coverage(bench.engine, "engine") == {"upbit": CoverageView(engine=1.0)}
    assert showing.coverage(bench.engine, "guardian") == {"upbit": CoverageView(guardian=1.0)}
    bench.halt("stale_prices")
    assert showing.coverage(bench.engine, "engine") == {"upbit": CoverageView(nobody=1.0)}


def test_only_a_standing_stop_on_the_exchange_counts_as_one() -> None:
    bench = Bench("binance_futures")
    held = bench.hold()
    stop, target = (bench.venue.orders[name] for name in held.protection.orders)
    bench.opened(target)
    assert showing.coverage(bench.engine, "engine")["binance_futures"].exchange == 0.0
    bench.opened(stop)
    assert showing.coverage(bench.engine, "engine")["binance_futures"].exchange == 1.0


def test_a_price_is_as_old_as_people_noticed_it_whatever_the_market_s_clock_shows() -> None:
    bench = Bench("upbit")
    bench.hold()
    times = showing.PriceTimes()
    (sym,) = [sym for sym in bench.venue.symbols.values() if sym.held is not None]

    def priced(wall: float) -> float | None:
        (held,) = showing.portfolio(bench.venue, (), times, wall).held
        return held.price_at

    sym.mark_at = -1
    assert priced(10.0) is None
    sym.mark_at = 5_000
    assert [priced(11.0), priced(13.0)] == [11.0, 11.0]
    sym.mark_at = 125_000
    assert priced(14.0) == 14.0
