"""The second view: recorded trades beside a backtest's, and the cause of each difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.replay.playing import KEYS, SEED, VENUES, Playing, recorded
from trader.backtest import cli
from trader.backtest.replay.arguments import asked
from trader.backtest.replay.trades.comparing import Compared, compared
from trader.backtest.replay.trades.trips import (
    ENTRY,
    ENTRY_PRICE,
    EXIT,
    EXIT_PRICE,
    QUANTITY,
    Trip,
    unlike,
)  # fmt: skip
from trader.domain.time import DAY, HOUR, MINUTE
from trader.feeds.generator import GeneratedMarket

KEY = "binance_spot:ETH/USDT"
T = 20_000 * DAY + 60 * MINUTE
ONE = Trip(KEY, "momentum", "long", T, 100.0, 1.0, T + 5 * MINUTE, 104.0, "take_profit")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lives with a pause between them, commands and other settings in the first."""
    folder = recorded(tmp_path_factory.mktemp("trades"))
    second = Playing(folder, start=GeneratedMarket(SEED, KEYS).start + 2 * HOUR)
    second.play(90)
    second.close()
    return folder


def test_a_session_is_explained_whole(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["replay", str(session), "--backtest"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[-1] == "unexplained = 0"
    made: Compared = compared(asked([str(session)]))
    assert [one.venue for one in made.venues] == ["upbit", "binance_spot", "binance_futures"]
    assert sum(one.both for one in made.venues) > 5, "most trades must be in both"
    assert made.venues[0].stretches > 1, "settings changed"
    assert {"real fill", "by hand"} <= {one.cause for one in made.differences}
    assert sum(made.causes.values()) == len(made.differences)


def test_the_second_view_as_json_and_in_part(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["replay", str(session), "--backtest", "--json"]
    assert cli.main([*words, "--symbols", KEYS[0]]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unexplained"] == 0
    assert {one["key"] for one in found["differences"]} <= {KEYS[0]}


def test_a_recording_without_a_closed_candle_has_nothing_to_backtest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    playing = Playing(tmp_path)
    playing.close()
    assert cli.main(["replay", str(tmp_path), "--backtest"]) == 2
    assert "no candle closed while it was recorded" in capsys.readouterr().err


# ---------------------------------------------------------------- pairs


def test_equal_trips_are_no_difference() -> None:
    assert unlike([ONE], [ONE._replace(entry_price=100.0 * (1 + 1e-12))]) == []


def test_a_second_trip_of_the_same_candle_is_not_lost() -> None:
    again = ONE._replace(quantity=3.0)
    (found,) = unlike([ONE, again], [ONE])
    assert (found.what, found.recorded, found.tested) == (ENTRY, again, None)


def test_what_is_not_agreed_on_is_told_one_by_one() -> None:
    other = ONE._replace(
        entry_price=101.0, quantity=2.0, exit_time=T + MINUTE, exit_reason="stop_loss"
    )
    alone = ONE._replace(strategy="pullback")
    found = unlike([ONE, alone], [other])
    assert [u.what for u in found] == [ENTRY_PRICE, EXIT, QUANTITY, ENTRY]
    assert found[1].at == T + MINUTE
    assert found[0].texts == ("100", "101")
    assert found[-1].texts[1] == "no entry"
    price = unlike([ONE], [ONE._replace(exit_price=103.0)])
    assert [u.what for u in price] == [EXIT_PRICE]
    assert price[0].texts == ("104", "103")


def test_another_market_is_another_session(tmp_path: Path) -> None:
    for start in (2 * HOUR, 0):
        playing = Playing(tmp_path, start=GeneratedMarket(SEED, KEYS).start + start)
        playing.play(30)
        playing.close()
    made = compared(asked([str(tmp_path)]))
    assert [one.venue for one in made.venues] == [*VENUES, *VENUES]
    assert made.unexplained == 0
