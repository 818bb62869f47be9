"""The funnel: every stage lets through what the next one gets, and nothing is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from dashboard.why.funnel import Stage, funnel, most_frequent, of_day
from tests.bridge.panel import samples as views
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from trader.bridge.panel.schemas import WhyFile
from trader.domain.signal import REASON_CODES

COUNTS = some.dictionaries(some.sampled_from([*REASON_CODES, "brand_new"]), some.integers(1, 50))


@given(first=COUNTS, ready=some.integers(0, 20))
def test_what_one_stage_lets_through_comes_to_the_next(first: dict[str, int], ready: int) -> None:
    candidates = sum(first.values()) + ready
    stages = funnel(candidates, first)
    assert stages[0].came == candidates
    assert [one.passed for one in stages[:-1]] == [one.came for one in stages[1:]]
    assert stages[-1].passed == ready
    assert sum(one.stopped for one in stages) == sum(first.values())


def test_filters_stand_between_data_and_signal_in_the_bots_order() -> None:
    stages = funnel(10, {"weak_trend": 3, "low_volatility": 2, "max_positions": 1})
    assert stages == [
        Stage("data", 10, 0),
        Stage("low_volatility", 10, 2),
        Stage("weak_trend", 8, 3),
        Stage("signal", 5, 0),
        Stage("risk", 5, 1),
    ]


def test_a_day_is_the_sum_of_its_hours() -> None:
    file = WhyFile.model_validate(views.why(1_700_000_000.0))
    candles, first = of_day(file, "upbit")
    assert candles == 2_400
    assert most_frequent(first)[0] == ("weak_trend", 24 * 52)
    assert of_day(file, "binance_spot")[0] == 0


@pytest.mark.parametrize("span", ["now", "day"])
def test_the_page_names_what_blocks_most(panel: AppTest, running: FakeDaemon, span: str) -> None:
    views.write_all(running.data_dir, views.NOON / 1000)
    panel.session_state["why_span"] = span
    panel.run()
    panel.switch_page("../pages/why.py").run()
    assert not panel.exception
    assert "Most often in the way: " in texts(panel)
