"""A replay finds nothing in a good recording, and every planted difference with its cause."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.replay.playing import Playing, replay, rewritten
from trader.backtest import cli
from trader.backtest.replay.causes import CHANCE, DROPPED, SETTING, VERSION
from trader.backtest.replay.replaying import Replay
from trader.backtest.replay.wording import Say
from trader.domain import events as ev
from trader.engine.entering import Entering
from trader.engine.leaving import Leaving
from trader.rules import exits
from trader.shell import showing

ROOT = Path(__file__).parents[2]
Lines = list[Any]
SAY = Say("en")


def kinds(made: Replay) -> set[str]:
    """The causes that were found."""
    return {one.cause for one in made.differences}


# ---------------------------------------------------------------- nothing to find


def test_a_good_recording_has_no_difference(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["replay", str(session)]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[-1] == "unexplained = 0"
    assert "0 differences" in shown
    made = replay(session)
    told = {row.what: row.then for row in made.rows}
    for what in ("orders sent", "fills", "positions", "trades", "decisions", "books", "answers"):
        assert told[what] > 0, what
    assert all(row.then == row.now and not row.different for row in made.rows)


def test_who_looks_changes_nothing(tmp_path: Path) -> None:
    """The panel's view words decisions while they are being made."""

    class Watched(Playing):
        def learn(self, event: ev.Event) -> Any:
            if isinstance(event, ev.PricesSettled):
                event = replace_at(event, event.at + 7)
            outcome = super().learn(event)
            showing.decisions(self.engine)
            return outcome

    playing = Watched(tmp_path)
    playing.play(150)
    playing.close()
    made = replay(tmp_path)
    assert {row.what: row.then for row in made.rows}["decisions"] > 5
    assert made.differences == ()


def replace_at(event: ev.PricesSettled, at: int) -> ev.PricesSettled:
    return event._replace(at=at)


# ---------------------------------------------------------------- planted differences


def test_a_changed_parameter_is_found_and_named(spoilt: Path) -> None:
    made = replay(spoilt)
    assert made.unexplained == 0
    assert made.differences
    assert kinds(made) == {SETTING}
    first = made.differences[0]
    assert "TAKE_PROFIT_PERCENT 0.004 -> 0.009" in SAY.why(first.why)
    followers = [one for one in made.differences if one.root]
    assert all(SAY.why(one.why).startswith("follows from no. ") for one in followers)


def test_a_changed_setting_of_a_running_bot_is_found(copy: Path) -> None:
    def changed(lines: Lines) -> Lines:
        event = next(line for line in lines if line and _tag(line) == "parameters")
        event[1]["parameters"]["upbit"]["position_fraction"] = 0.03
        return lines

    rewritten(copy, changed)
    made = replay(copy)
    assert {one.venue for one in made.differences} == {"upbit"}, made.differences[:3]
    assert kinds(made) == {SETTING}
    assert "upbit POSITION_FRACTION 0.04 -> " in SAY.why(made.differences[0].why)


def _tag(line: Any) -> Any:
    return line[0] if isinstance(line, list) else ""


def without(tag: str) -> Callable[[Lines], Lines]:
    """The first event of a kind is dropped; its answer goes with it."""

    def change(lines: Lines) -> Lines:
        place = next(n for n, line in enumerate(lines) if _tag(line) == tag)
        end = place + 1 + (_tag(lines[place + 1]) == "=")
        return lines[:place] + lines[end:]

    return change


def test_a_dropped_event_is_found_and_told(copy: Path) -> None:
    rewritten(copy, without("filled"))
    made = replay(copy)
    assert made.differences
    assert kinds(made) == {DROPPED}
    assert "1 event is missing before this one" in SAY.why(made.differences[0].why)
    assert any("events missing before no." in SAY.why(note) for note in made.notes)


def test_a_patched_rule_in_this_process_is_unexplained(
    session: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, skipped = Leaving.leave, list[str]()

    def never_by_time(self: Leaving, venue: Any, sym: Any, code: int, *args: Any) -> Any:
        if code == exits.TIME:
            skipped.append(sym.key)
            return None
        return real(self, venue, sym, code, *args)

    monkeypatch.setattr(Leaving, "leave", never_by_time)
    assert cli.main(["replay", str(session)]) == 1
    assert skipped
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("unexplained = ")
    assert last != "unexplained = 0"


def test_a_rule_that_follows_no_rule_is_nondeterminism(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, counted = Entering.enter, count()

    def moody(self: Entering, *args: Any) -> Any:
        return real(self, *args) if next(counted) % 3 else False

    monkeypatch.setattr(Entering, "enter", moody)
    made = replay(session)
    assert kinds(made) == {CHANCE}
    assert "do not agree with one another" in SAY.why(made.differences[0].why)


def test_an_engine_that_fails_is_a_difference(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Leaving, *args: Any, **more: Any) -> None:
        raise ValueError("this version cannot")

    monkeypatch.setattr(Leaving, "leave", broken)
    made = replay(session)
    failure = next(one for one in made.differences if one.what == "failure")
    assert failure.now == "ValueError: this version cannot"
    assert made.lives[0].events < replay_events(session)


def replay_events(folder: Path) -> int:
    from trader.shell.recording.reading import Moment, lives

    return sum(isinstance(item, Moment) for life in lives(folder) for item in life.items())


def test_another_version_of_a_rule_is_named_by_its_file(session: Path, tmp_path: Path) -> None:
    """The same command in a copy of the tree in which one rule was changed."""
    tree = tmp_path / "tree"
    for name in ("trader", "config"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tree / name, ignore=ignore)
    shutil.copy(ROOT / "run_backtest.py", tree)
    rule = tree / "trader" / "rules" / "exits.py"
    text = rule.read_text("utf-8")
    patched = text.replace("entry * (1.0 + ", "entry * (1.001 + ")
    assert patched != text, "the rule has moved: patch another line"
    rule.write_text(patched, "utf-8")
    command = [sys.executable, "run_backtest.py", "replay", str(session), "--json"]
    hidden = ("COV", "COVERAGE", "PYTHONPATH")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    done = subprocess.run(
        command, cwd=tree, capture_output=True, text=True, check=False, env=environment
    )
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["differences"]
    assert {one["cause"] for one in found["differences"]} == {VERSION}
    assert "(the same version): rules/exits.py" in found["differences"][0]["why"]


def test_books_that_differ_without_an_answer_are_found(copy: Path) -> None:
    def other_books(lines: Lines) -> Lines:
        checks = [line for line in lines if _tag(line) == "#"]
        last = next(c for c in reversed(checks) if "upbit" in c[3]["books"])
        last[3]["books"]["upbit"]["cash"] = "1"
        return lines

    rewritten(copy, other_books)
    made = replay(copy)
    assert [(d.what, d.place, d.then) for d in made.differences] == [
        ("books at a check", "upbit", "cash=1")
    ]
    assert made.unexplained == 1
