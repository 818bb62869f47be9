"""The terminal in two languages: same frame, same messages, and columns that stand in line."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from config.env_file import ABSENT
from config.reading import Context
from config.settings import Settings, load
from tests.engine.bench import Bench
from trader.bridge.words.messages import in_korean, pattern_of
from trader.bridge.words.messages_ko import MESSAGES
from trader.shell import terminal
from trader.shell.recording.writing import _CODES
from trader.shell.reporter import Figures
from trader.shell.terminal import Run, Surroundings, banner, exit_table
from trader.shell.wording import LANGUAGES, Words
from trader.strategies.catalogue import discover

ROOT = Path(__file__).parents[2] / "trader"
ENGLISH, KOREAN = LANGUAGES["en"], LANGUAGES["ko"]
SAME = {"panel_how"}  # a command and an address
FORMAT = re.compile(r"%[-+.\d]*[sdf]")
# Where messages of the daemon are made; the guardian writes a file of its own, in English.
TALKING = ("shell", "feeds", "venues")
SILENT = ("guardian/guardian.py", "guardian/post.py")


def settings(mode: str = "demo") -> Settings:
    made = load(ABSENT, {}, Context(discover().thresholds(), "daemon"))
    return replace(made, system=replace(made.system, mode=mode))


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    assert ENGLISH.keys() == KOREAN.keys()
    for key, text in ENGLISH.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", KOREAN[key])), key
        assert re.search("[가-힣]", KOREAN[key]) or key in SAME, key
    assert [code for code in set(_CODES.values()) if f"record.{code}.do" not in ENGLISH] == []


def test_a_korean_message_names_what_the_english_one_does() -> None:
    for shape, korean in MESSAGES.items():
        places = set(re.findall(r"{(\w+)}", shape))
        assert set(re.findall(r"{(\w+)}", korean)) <= places, shape
        assert len(re.findall(r"{\w+}", shape)) == len(places), f"twice the same name: {shape}"
        re.compile(pattern_of(shape))


# ---------------------------------------------------------------- every message is known


def _logged(tree: ast.AST) -> Iterator[str]:
    """What `log.info(...)` and the like say, with a word in each place."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if getattr(node.func.value, "id", "") != "log":
            continue
        said = node.args[1 if node.func.attr == "log" else 0]
        text = str(said.value) if isinstance(said, ast.Constant) else ""
        if re.sub(r"[\W_]", "", FORMAT.sub("", text)):
            yield FORMAT.sub("7", text).replace("%%", "%")


def _composed(tree: ast.AST) -> Iterator[str]:
    """What a notice of the engine says: texts put together in front of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "text":
            yield _sample(node.value)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_say":
            yield from (_sample(a) for a in node.args if isinstance(a, ast.JoinedStr))


def _sample(text: ast.expr) -> str:
    if isinstance(text, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in text.values)
    return str(text.value) if isinstance(text, ast.Constant) else ""


def _known(message: str) -> bool:
    return in_korean(message) != message


def test_every_message_of_the_daemon_has_a_korean_one() -> None:
    said = {
        (str(file.relative_to(ROOT)), text)
        for room in TALKING
        for file in (ROOT / room).rglob("*.py")
        if not str(file).endswith(SILENT)
        for text in _logged(ast.parse(file.read_text("utf-8")))
    }
    assert len(said) > 25
    decided = {text for _, text in said if text.startswith("7 7 77 7")}  # [HOLD] lines: files only
    assert sorted((f, t) for f, t in said if not _known(t) and t not in decided) == []


def test_every_notice_of_the_engine_has_a_korean_one() -> None:
    files = (ROOT / "engine").glob("*.py")
    said = {text for file in files for text in _composed(ast.parse(file.read_text("utf-8")))}
    told = {text for text in said if re.search("[a-z]{3}", text)}
    assert len(told) > 12
    unknown = {text for text in told if not _known(text)}
    assert unknown == {"7: the venue refused 7 exits (7); "}, "its end is added a line later"
    assert _known("upbit:BTC/KRW: the venue refused 5 exits (no money); close it by hand")


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("upbit: history of 2 of 3 symbols", "upbit: 3종목 중 2종목의 과거 캔들을 받았습니다"),
        ("▲ BUY upbit BTC/KRW 0.1 @ 5  manual", "▲ 매수 upbit BTC/KRW 0.1 @ 5  manual"),
        (
            "✖ closed upbit BTC/KRW 0.1 @ 5  stop_loss  -0.10 % (-99.34)",
            "✖ 청산 upbit BTC/KRW 0.1 @ 5  손절  -0.10 % (-99.34)",
        ),
        (
            "buy by panel: no_price BTC/KRW has no price yet; try again",
            "panel의 명령 buy: no_price BTC/KRW: 아직 시세가 없습니다. 다시 시도하세요",
        ),
        (
            "upbit: stream lost: gone; connecting again",
            "upbit: 스트림이 끊겼습니다(gone). 다시 연결합니다",
        ),
        ("what nobody thought of", "what nobody thought of"),
        ("upbit: {why} 100 %", "upbit: {why} 100 %"),
    ],
)
def test_a_message_is_said_in_korean_with_its_values(english: str, korean: str) -> None:
    assert Words("ko").of(english) == korean
    assert Words("en").of(english) == english


# ---------------------------------------------------------------- what is shown


def shown(language: str, mode: str = "demo", **around: object) -> list[str]:
    """The banner's lines without the frame."""
    console = Console(file=io.StringIO(), width=200)
    said = Surroundings("real prices, simulated orders", "l", "d", say=Words(language))
    banner(console, settings(mode), Bench().engine, replace(said, **around))  # type: ignore[arg-type]
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_banner_stands_in_columns_whatever_the_language(language: str) -> None:
    end = "2026-01-02 03:04 UTC"
    first = f"first day upbit: entries of at most 50,000 KRW, 200,000 KRW in all, until {end}"
    lines = shown(language, "live", notices=(first,), record="rec")
    assert len({cell_len(line) for line in lines}) == 1, "the right edge is straight"
    rows = [re.fullmatch(r"│ (\S*\s+)(.*?)\s*│", line) for line in lines[1:-1]]
    assert len({cell_len(row[1]) for row in rows if row}) == 1, "texts begin in one column"
    whole = "\n".join(lines)
    assert ("REAL MONEY" in whole) == (language == "en")
    assert ("첫날 upbit: 진입 한 건 최대 50,000 KRW, 모두 합해 최대 200,000 KRW" in whole) == (
        language == "ko"
    )


def test_a_korean_banner_speaks_korean() -> None:
    text = "\n".join(shown("ko")[1:])
    for english in (*ENGLISH.values(), "real prices", "symbols"):
        if "{" not in english and len(english) > 4 and english != ENGLISH["panel_how"]:
            assert f" {english} " not in text, english


def test_the_table_at_the_end_is_korean_too() -> None:
    console = Console(file=io.StringIO(), width=120)
    exit_table(console, Bench().engine, Run(Figures(trades=3, wins=1), 61.0, "demo", Words("ko")))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "DEMO · 61초 실행" in text
    assert "청산한 거래 3건, 이익 1건" in text
    assert terminal.LABELS
