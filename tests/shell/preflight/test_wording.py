"""Every code has a sentence in both languages, and they name the same things."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from trader.bridge.words.checks import LANGUAGES, line, sentence
from trader.domain.finding import Finding, Mark
from trader.shell.preflight.judging import KEYS, SETTINGS
from trader.venues.real.preflight.inquiry import AWAY

ROOT = Path(__file__).parents[3] / "trader"
FOLDERS = (ROOT / "shell" / "preflight", ROOT / "venues" / "real" / "preflight")
ENGLISH, KOREAN = LANGUAGES["en"], LANGUAGES["ko"]
MADE_UP = {"clock_behind", "clock_ahead", "mode_demo", "mode_paper", "mode_testnet", "mode_live"}


def texts() -> set[str]:
    """Every text constant of the checks' source."""
    files = [file for folder in FOLDERS for file in folder.glob("*.py")]
    sources = [ast.parse(f.read_text("utf-8")) for f in files if not f.name.startswith("words_")]
    nodes = [node for tree in sources for node in ast.walk(tree)]
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def codes() -> set[str]:
    return {key for key in ENGLISH if not key.endswith(".do") and not key.startswith("right.")}


def literal() -> Iterator[str]:
    """Codes that stand in a call that makes a finding."""
    for file in (f for folder in FOLDERS for f in folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = {"fine": 0, "finding": 1, "Finding": 2}.get(name)
                if place is not None and len(node.args) > place:
                    code = node.args[place]
                    if isinstance(code, ast.Constant):
                        yield str(code.value)


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    assert ENGLISH.keys() == KOREAN.keys()
    for key, text in ENGLISH.items():
        assert sorted(re.findall(r"{(\w+)}", text)) == sorted(re.findall(r"{(\w+)}", KOREAN[key]))
        assert re.search("[가-힣]", KOREAN[key]) or key in {"journal_broken", "journal_sound"}, key


def test_every_code_has_words_and_every_word_a_code() -> None:
    found = set(literal())
    assert len(found) > 40
    assert found - codes() == set()
    assert codes() - texts() - MADE_UP == set()
    assert KEYS | SETTINGS | set(AWAY) <= codes()
    assert not KEYS & SETTINGS


def test_what_fails_has_a_remedy() -> None:
    assert [code for code in KEYS | SETTINGS | set(AWAY) if f"{code}.do" not in ENGLISH] == []
    assert [key for key in ENGLISH if key.endswith(".do") and key[:-3] not in ENGLISH] == []


def test_a_line_is_mark_subject_code_sentence_and_remedy() -> None:
    values = {"venue": "upbit", "right": "orders", "detail": "out_of_scope\nno"}
    finding = Finding(Mark.FAIL, "upbit", "right_missing", values)
    assert line(finding, "en") == (
        "✖ upbit right_missing: the API key lacks the right to see orders (out_of_scope no)"
        " -> allow it on the exchange's page of API keys"
    )
    assert line(finding, "ko").startswith(
        "✖ upbit right_missing: API 키에 권한이 없습니다: 주문조회"
    )
    fine = Finding(Mark.OK, "upbit", "key_accepted", {"venue": "upbit"})
    assert sentence(fine, "en") == "the API key is accepted"
