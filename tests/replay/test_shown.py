"""What a replay shows: what was asked for, long lists cut, refusals in one sentence."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.replay.playing import replay
from trader.backtest import cli
from trader.backtest.replay import deciding, screen
from trader.backtest.replay.arguments import asked
from trader.backtest.replay.causes import CHANCE, DROPPED, NONE, SETTING, VERSION
from trader.backtest.replay.replaying import Replay
from trader.backtest.replay.wording import Say
from trader.domain.errors import BadInput

SAY = Say("en")


def test_json_is_only_json(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["replay", str(session), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unexplained"] == 0
    assert found["lives"][0]["mode"] == "demo"
    assert set(found["causes"]) == {SETTING, DROPPED, VERSION, CHANCE, NONE}


def test_only_the_asked_span_and_symbols_are_shown(spoilt: Path) -> None:
    whole = replay(spoilt)
    middle = whole.differences[len(whole.differences) // 2]
    from trader.backtest import figures

    at = figures.moment(middle.at - middle.at % 60_000)
    late = replay(spoilt, "--from", at)
    assert 0 < len(late.differences) < len(whole.differences)
    early = replay(spoilt, "--to", at)
    assert early.lives[0].events < whole.lives[0].events
    assert not early.notes, "what was not asked for has no end to speak of"
    one = replay(spoilt, "--symbols", "ETH/KRW")
    assert {d.place for d in one.differences} <= {"upbit:ETH/KRW", "", *whole_venues(whole)}
    other = replay(spoilt, "--symbols", "upbit:ETH/KRW")
    assert {d.venue for d in other.differences} <= {"upbit", ""}


def whole_venues(made: Replay) -> set[str]:
    return {d.place for d in made.differences if ":" not in d.place}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "2026-01-02", "--to", "2026-01-01"), "is not before --to"),
        (("--to", "2001-01-01"), "nothing was recorded before --to"),
        (("--to", "soon"), "no ISO date"),
        (("--nonsense",), "run_backtest.py replay --help"),
    ],
)
def test_wrong_words_are_refused_in_one_sentence(
    session: Path, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["replay", str(session), *words]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_a_folder_without_a_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no recording"):
        replay(tmp_path)


def test_a_long_list_is_cut_and_says_so(
    spoilt: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "MOST_SHOWN", 4)
    assert cli.main(["replay", str(spoilt)]) == 0, "explained is not unexplained"
    shown = capsys.readouterr().out
    assert shown.splitlines()[-1] == "unexplained = 0"
    assert "differences (4 of " in shown
    assert "no. 1, event" in shown


def test_very_many_differences_are_counted_not_kept(
    spoilt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = replay(spoilt)
    monkeypatch.setattr(deciding, "KEPT", 2)
    made = replay(spoilt)
    venues = {one.venue for one in whole.differences}
    assert {one.venue for one in made.differences} == venues, "each venue keeps its first"
    assert len(made.differences) < len(whole.differences)
    unlisted = len(whole.differences) - len(made.differences)
    assert f"{unlisted:,} more differences follow from these" in SAY.why(made.notes[0])


def test_a_life_that_was_cut_off_is_noted(copy: Path) -> None:
    (path,) = copy.iterdir()
    os.truncate(path, path.stat().st_size * 9 // 10)
    made = replay(copy)
    assert made.differences == ()
    assert "its bot was killed or still runs" in SAY.why(made.notes[0])


def test_an_asked_symbol_is_written_either_way() -> None:
    one = asked(["x", "--symbols", "BTC/KRW, upbit:ETH/KRW"])
    assert one.about("upbit:BTC/KRW")
    assert one.about("upbit:ETH/KRW")
    assert one.about("upbit")
    assert not one.about("binance_spot")
    assert not one.about("binance_spot:ETH/USDT")
    assert replace(one, symbols=()).about("anything")
