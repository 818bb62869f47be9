"""Which cause is told when several could be: the one with a proof, and once a venue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.replay.playing import Playing
from trader.backtest.replay.causes import (
    CHANCE,
    DROPPED,
    NONE,
    SETTING,
    VERSION,
    Circumstances,
    counted,
    explained,
)  # fmt: skip
from trader.backtest.replay.deciding import Replayed
from trader.backtest.replay.difference import ABSENT, Difference, Pair, pairs, place_of
from trader.backtest.replay.wording import Say
from trader.shell.recording.code import changed, fingerprints
from trader.shell.recording.reading import Life, lives

SAY = Say("en")
UNLIKE = {"upbit": {"K_VALUE": (0.5, 0.4)}}


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder = tmp_path_factory.mktemp("life")
    Playing(folder).close()
    return lives(folder)[0]


def difference(number: int, place: str = "upbit:BTC/KRW") -> Difference:
    return Difference(1, number, 0, "orders sent", place, ABSENT, "side=buy")


def known(*files: str, repeatable: bool = True) -> Circumstances:
    return Circumstances(files, ("0.1.0", "0.1.0"), lambda: repeatable)


def test_the_first_of_a_venue_is_judged_and_the_others_follow(life: Life) -> None:
    places = ("upbit:BTC/KRW", "binance_spot:BTC/USDT", "upbit:ETH/KRW", "upbit")
    made = Replayed(life, differences=[difference(n, p) for n, p in enumerate(places, start=5)])
    found = explained(made, known(), first=11)
    assert [one.no for one in found] == [11, 12, 13, 14]
    assert [one.root for one in found] == [0, 0, 11, 11]
    assert counted(found)[NONE] == 4


def test_what_concerns_everybody_is_everybodys_root(life: Life) -> None:
    made = Replayed(life, differences=[difference(5, ""), difference(6)])
    assert [one.root for one in explained(made, known())] == [0, 1]


def test_the_code_is_to_blame_only_when_nothing_else_is(life: Life) -> None:
    files = known("rules/exits.py", "a.py", "b.py", "c.py", "d.py")
    made = Replayed(life, differences=[difference(5)], checks=[10, 20])
    (one,) = explained(made, files)
    assert one.cause == VERSION
    assert "the same version): rules/exits.py, a.py, b.py, c.py ... (+1)" in SAY.why(one.why)
    newer = replace(files, versions=("0.1.0", "0.2.0"))
    assert "version 0.1.0 recorded, version 0.2.0 replays" in SAY.why(explained(made, newer)[0].why)
    made.missing = [(10, 2)]
    (one,) = explained(made, files)
    assert one.cause == DROPPED
    assert SAY.why(one.why) == "2 events are missing before this one"
    made.settings = [(10, UNLIKE)]
    assert explained(made, files)[0].cause == SETTING


def test_a_gap_or_a_setting_behind_it_explains_nothing(life: Life) -> None:
    made = Replayed(life, differences=[difference(5)], checks=[10, 20, 30])
    made.missing, made.settings = [(20, 1)], [(20, UNLIKE)]
    assert explained(made, known())[0].cause == NONE
    made.differences = [difference(35)]
    assert explained(made, known())[0].cause == SETTING
    made.settings.append((30, {}))
    assert explained(made, known())[0].cause == DROPPED, "the settings were right again"
    assert explained(replace(made, missing=[]), known(repeatable=False))[0].cause == CHANCE


def test_settings_of_another_venue_explain_nothing(life: Life) -> None:
    made = Replayed(life, differences=[difference(5, "binance_spot")], checks=[10])
    made.settings = [(10, UNLIKE)]
    assert explained(made, known())[0].cause == NONE


def test_items_are_told_apart_and_in_words() -> None:
    (pair,) = pairs("submit", [{"id": "a", "key": "upbit:X/KRW", "side": "buy"}], [])
    assert (pair.place, pair.texts) == ("upbit:X/KRW", ("side=buy", ABSENT))
    (pair,) = pairs("notices", [["info", "c", "old", 1, "k"]], [["info", "c", "new", 1, "k"]])
    assert pair.texts == ("text=old", "text=new")
    twice = list(pairs("cancel", ["zzUE-1", "zzUE-1"], ["zzUE-1"]))
    assert [(p.place, p.texts) for p in twice] == [("upbit", ("zzUE-1", ABSENT))]
    assert Pair("", {"venue": "upbit"}, None).texts == ("there", ABSENT)
    reasons = Pair("", {"reasons": [["paused", ""]]}, {"reasons": []})
    assert reasons.texts == ("reasons=[[paused, ]]", "reasons=[]")


@pytest.mark.parametrize(
    ("kind", "item", "place"),
    [
        ("ask", {"about": "order", "subject": "zzBE-1"}, "binance_spot"),
        ("ask", {"about": "report", "subject": "upbit"}, "upbit"),
        ("intents", {"order_id": "zzFE-1"}, "binance_futures"),
        ("cancel", "?", ""),
        ("books", {"venue": "upbit"}, "upbit"),
    ],
)
def test_where_an_item_belongs(kind: str, item: object, place: str) -> None:
    assert place_of(kind, item) == place


def test_fingerprints_tell_versions_of_a_file_apart(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "exits.py").write_bytes(b"a = 1\r\n")
    one = fingerprints(tmp_path)
    (rules / "exits.py").write_bytes(b"a = 1\n")
    assert fingerprints(tmp_path) == one, "ends of lines do not matter"
    (rules / "exits.py").write_text("a = 2\n", "utf-8")
    (rules / "new.py").write_text("", "utf-8")
    assert changed(one, fingerprints(tmp_path)) == ("rules/exits.py", "rules/new.py")
    assert {"engine/engine.py", "rules/exits.py", "numpy", "python"} <= fingerprints().keys()
