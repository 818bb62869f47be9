"""What holds for all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

# A developer's run looks for new cases; CI proves the same ones every time.
# Hypothesis would also draw the constants of whatever code is loaded by then, which depends on
# the tests that this worker happened to run before: it has no public switch for that.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
    no_constants = providers._local_constants  # as it is before anything is loaded
    assert callable(providers._get_local_constants), "Hypothesis has changed: look again"
    providers._get_local_constants = lambda: no_constants


def pytest_configure(config: pytest.Config) -> None:
    """Compile the fast engine once, before workers and the programs under test all do at once.

    On a new machine this takes half a minute, later half a second.
    """
    if hasattr(config, "workerinput") or os.environ.get("TRADER_KERNEL"):
        return
    from trader.backtest import fast
    from trader.backtest.data import Wanted
    from trader.backtest.demo import demo_series
    from trader.backtest.plan import BacktestPlan
    from trader.domain.parameters import Parameters

    loaded = demo_series("upbit", 1, Wanted())
    parameters = Parameters(timeframe=loaded.timeframe)
    fast.run(BacktestPlan(loaded.series, parameters, "upbit", "warm"))


# The longest files, a minute and more each: begun last, one of them would hold a worker alone.
LONGEST = (
    "tests/e2e/real/test_killed.py",
    "tests/simulation/test_seeds_one.py",
    "tests/simulation/test_seeds_two.py",
    "tests/simulation/test_seeds_three.py",
    "tests/simulation/test_seeds_four.py",
    "tests/parity/test_fast_files.py",
    "tests/simulation/test_planted.py",
    "tests/e2e/test_killed_one.py",
    "tests/e2e/test_killed_two.py",
    "tests/e2e/real/test_hands.py",
    "tests/e2e/real/test_lost.py",
    "tests/e2e/real/test_keys.py",
    "tests/e2e/test_optimiser.py",
    "tests/e2e/real/test_trading.py",
    "tests/backtest/sweep/test_killed.py",
    "tests/backtest/honesty/test_gate_markets.py",
    "tests/parity/test_fast_worlds.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the order of the others stays."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))
