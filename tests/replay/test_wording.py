"""A replay says the same things in both languages, and every sentence and code is known."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replay.playing import Playing
from trader.backtest import cli
from trader.backtest.replay import causes, difference
from trader.backtest.replay.trades import case, trips
from trader.backtest.replay.wording import LANGUAGES, Say, why
from trader.backtest.replay.words_en import ENGLISH
from trader.backtest.replay.words_ko import KOREAN

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "trader" / "backtest" / "replay"
CODES = ("cause.", "what.", "side.")
SHAPES = {"codes"}  # nothing but what it names


def sentences() -> Iterator[str]:
    """Keys that stand in a call of the source."""
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in ("why", "say") and isinstance(node, ast.Call):
                key = node.args[0]
                yield from [str(key.value)] if isinstance(key, ast.Constant) else []


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    own = {key for key in KOREAN if not key.startswith(CODES)}
    assert own == ENGLISH.keys()
    for key, text in ENGLISH.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", KOREAN[key])), key
        assert re.search("[가-힣]", KOREAN[key]) or key in SHAPES, key


def test_every_sentence_of_the_source_is_in_the_catalogue_and_the_reverse() -> None:
    found = set(sentences())
    assert len(found) > 40
    assert found - ENGLISH.keys() == set()
    assert {key for key in ENGLISH.keys() - found if not key.startswith("head.")} == set()


def test_every_code_has_a_korean_word() -> None:
    named = {f"cause.{one}" for one in (*causes.CAUSES, *case.CAUSES)}
    named |= {f"what.{word}" for word, _ in difference.KINDS.values()}
    named |= {f"what.{word}" for word in (difference.BOOKS, difference.FAILURE)}
    ways = (trips.ENTRY, trips.EXIT, trips.ENTRY_PRICE, trips.EXIT_PRICE, trips.QUANTITY)
    named |= {f"what.{word}" for word in ways}
    assert named - KOREAN.keys() == set()
    codes = {key for key in KOREAN if key.startswith(CODES)}
    assert codes - named == {"side.there", "side.no entry", "side.open"}


def test_every_korean_cause_stands_in_the_documentation() -> None:
    text = (ROOT / "docs" / "replay.md").read_text("utf-8")
    told = {word for key, word in KOREAN.items() if key.startswith("cause.")}
    assert {word for word in told if word not in text} == set()


def test_an_unknown_language_speaks_english() -> None:
    assert LANGUAGES.keys() == {"en", "ko"}
    assert Say("de")("recorded") == "recorded"
    assert Say("ko").why(why("follows", no=3)) == "3번에서 이어진 차이"
    assert Say("ko").name("cause", "brand new") == "brand new"


def test_a_replay_speaks_korean_up_to_its_last_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    playing = Playing(tmp_path)
    playing.play(90)
    playing.close()
    for words, named in (([], "보낸 주문"), (["--backtest"], "백테스트 거래")):
        assert cli.main(["replay", str(tmp_path), "--language", "ko", *words]) == 0
        shown = capsys.readouterr().out
        assert shown.splitlines()[-1] == "unexplained = 0", "programs look for it"
        assert named in shown
        english = {text for text in ENGLISH.values() if "{" not in text} - {"backtest"}
        assert [text for text in english if f" {text} " in shown] == []
