"""The log is found from its end, can be searched, and is never more than text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.languages import words_in
from dashboard.logbook.codes import by_code, explained, said
from dashboard.logbook.line import Line, Sought, line_of, matching, related
from dashboard.logbook.tail import FILE, Tail
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon

HOSTILE = "<script>alert(1)</script> **bold** :red[x] [a](http://b) $x$"


def opened(panel: AppTest, **choices: str) -> AppTest:
    panel.session_state["log_level"] = "debug"
    for name, value in choices.items():
        panel.session_state[name] = value
    panel.run()
    shown = panel.switch_page("../pages/logs.py").run()
    assert not shown.exception
    return shown


def messages(tail: Tail) -> list[str]:
    return [line.message for line in tail.lines()]


def add(folder: Path, *said: str) -> None:
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(samples.entry(text)) + "\n" for text in said)


def test_a_hostile_line_stays_text(panel: AppTest, running: FakeDaemon) -> None:
    samples.write_log(running.data_dir, samples.entry(HOSTILE, "error", "venues", code=HOSTILE))
    shown = opened(panel)
    assert shown.dataframe[0].value["Message"].iloc[0] == HOSTILE
    assert HOSTILE in opened(panel, log_view="codes").dataframe[0].value["Code"].iloc[0]
    assert not any("alert(1)" in str(piece.value) for piece in panel.markdown)
    assert not any("alert(1)" in str(piece.proto) for piece in panel.get("html"))


def test_a_mad_log_breaks_nothing(panel: AppTest, running: FakeDaemon) -> None:
    rows = [b"x" * 1_000_000, b'{"at": "2023', b"\x00\x00\xff", b"[" * 9_000, b"", b"null", b"{}"]
    rows += [b'{"at": 7, "level": [1], "message": {"a": null}, "code": ""}']
    (running.data_dir / FILE).write_bytes(b"\n".join(rows) + b"\n")
    shown = opened(panel)
    assert len(shown.dataframe[0].value) == 7
    opened(panel, log_view="codes")


def test_warnings_are_shown_unless_one_wants_more(panel: AppTest, running: FakeDaemon) -> None:
    samples.write_log(running.data_dir, samples.entry("calm"), samples.entry("odd", "warning"))
    panel.run()
    shown = panel.switch_page("../pages/logs.py").run()
    assert list(shown.dataframe[0].value["Message"]) == ["odd"]
    assert list(opened(panel).dataframe[0].value["Message"]) == ["odd", "calm"]


@pytest.mark.parametrize(("language", "importance"), [("en", "▲ warning"), ("ko", "▲ 경고")])
def test_importance_is_said_in_the_viewers_language_beside_the_message(
    panel: AppTest, running: FakeDaemon, language: str, importance: str
) -> None:
    samples.write_log(running.data_dir, samples.entry("odd", "warning", "venues"))
    panel.query_params["lang"] = language
    table = opened(panel).dataframe[0].value
    assert list(table.iloc[0])[1:] == [importance, "odd", "venues"]


@pytest.mark.parametrize(("language", "remedy"), [("en", "free disk space"), ("ko", "디스크 공간")])
def test_codes_are_counted_with_their_remedy(
    panel: AppTest, running: FakeDaemon, language: str, remedy: str
) -> None:
    full = samples.entry("the disk is full", "warning", code="publish")
    samples.write_log(running.data_dir, full, full | {"at": "2023-10-27T11:00:00.000Z"})
    panel.query_params["lang"] = language
    (row,) = opened(panel, log_view="codes").dataframe[0].value.to_dict("records")
    code, count, _, told, first, last = row.values()
    assert (code, count) == ("▲ publish", 2)
    assert remedy in told
    assert (first.hour, last.hour) == (10, 11)


def test_level_component_time_and_text_choose_lines(tmp_path: Path) -> None:
    samples.write_log(
        tmp_path,
        samples.entry("one", "info", "engine") | {"at": "2023-10-27T09:00:00.000Z"},
        samples.entry("two", "warning", "venues"),
        samples.entry("three", "error", "engine", code="E-NET"),
    )
    lines = Tail(tmp_path).lines()
    ten = line_of(b'{"at": "2023-10-27T10:00:00Z"}').moment
    assert ten is not None
    found = {
        "all": Sought(),
        "warnings": Sought(level="warning"),
        "engine": Sought(components=("engine",)),
        "search": Sought(text="e-net"),
        "since": Sought(since=ten),
    }
    assert {name: [line.message for line in matching(lines, s)] for name, s in found.items()} == {
        "all": ["three", "two", "one"],
        "warnings": ["three", "two"],
        "engine": ["three", "one"],
        "search": ["three"],
        "since": ["three", "two"],
    }


@pytest.mark.parametrize("row", [b"plain words", b"[1, 2]", b'{"at": 1', b"\xff\xfe", b"[" * 9000])
def test_a_line_that_is_no_entry_is_shown_as_it_stands(row: bytes) -> None:
    line = line_of(row)
    assert line.level == ""
    assert line.message == row.decode("utf-8", errors="replace")
    assert Sought(level="error").fits(line)


def test_a_line_still_being_written_is_left_for_later(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text('{"message": "whole"}\n{"message": "ha')
    tail = Tail(tmp_path)
    assert messages(tail) == ["whole"]
    with file.open("a") as more:
        more.write('lf"}\n')
    assert messages(tail) == ["half", "whole"]


def test_only_what_is_new_is_read(tmp_path: Path) -> None:
    tail = Tail(tmp_path, most=3)
    with pytest.raises(FileNotFoundError):
        tail.lines()
    add(tmp_path, "a", "b")
    first = tail.lines()
    add(tmp_path, "c")
    second = tail.lines()
    assert second[1:] == first
    assert second[1] is first[0], "a line is taken apart once"
    add(tmp_path, "d", "e")
    assert messages(tail) == ["e", "d", "c"]


def test_nothing_is_lost_when_the_log_is_renamed(tmp_path: Path) -> None:
    tail = Tail(tmp_path)
    add(tmp_path, "a")
    assert messages(tail) == ["a"]
    add(tmp_path, "b")
    (tmp_path / FILE).rename(tmp_path / f"{FILE}.1")
    add(tmp_path, "c")
    assert messages(tail) == ["c", "b", "a"]
    assert messages(Tail(tmp_path)) == ["c", "b", "a"], "who comes later sees the same"


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    samples.write_log(tmp_path, *(samples.entry(f"line {i} {'x' * 400}") for i in range(4_000)))
    tail = Tail(tmp_path, reach=1_000_000)
    lines = tail.lines()
    assert lines[0].message.startswith("line 3999 ")
    assert 1_000 < len(lines) < 4_000
    assert all(line.level == "info" for line in lines)
    add(tmp_path, *(f"more {i} {'x' * 400}" for i in range(4_000)))
    assert all(line.level == "info" for line in tail.lines())


def test_invisible_characters_are_written_out() -> None:
    line = line_of(b'{"message": "a\\u202eb\\u0000c\\nd"}')
    assert line.message == "a\\u202eb\\u0000c\nd"


def test_a_refused_order_is_explained_by_the_exchanges_code() -> None:
    text = "upbit:BTC/KRW: insufficient_funds_bid not enough"
    assert "pay in" in explained(words_in("en"), "entry_rejected", text).remedy
    assert "입금" in explained(words_in("ko"), "entry_rejected", text).remedy
    assert explained(words_in("en"), "nobody_knows").cause == ""


def test_messages_are_said_in_the_viewers_language() -> None:
    text = "stopping in order; positions are kept"
    assert said(words_in("en"), text) == text
    assert said(words_in("ko"), text) == "순서대로 종료합니다. 포지션은 유지합니다"


def test_what_belongs_together_is_found() -> None:
    fill = Line(message="fill", venue="upbit", symbol="BTC/KRW", chain="o1")
    order = Line(message="order", venue="upbit", symbol="BTC/KRW", chain="o1")
    waits = Line(message="waits", venue="upbit", symbol="BTC/KRW", code="decision")
    other = Line(message="other", venue="upbit", symbol="BTC/KRW")
    lines = [fill, order, waits, other, Line(message="alone")]
    assert related(lines, fill) == [order]
    assert related(lines, waits) == [fill, order, other]
    assert related(lines, lines[-1]) == []


def test_codes_come_by_importance() -> None:
    lines = [Line(code="calm", level="info")] * 3 + [Line(code="bad", level="error"), Line()]
    assert [(one.code, one.count) for one in by_code(lines)] == [("bad", 1), ("calm", 3)]


def test_the_log_says_when_there_is_none(panel: AppTest, running: FakeDaemon) -> None:
    (running.data_dir / FILE).unlink()
    assert "--log-dir" in texts(opened(panel))
