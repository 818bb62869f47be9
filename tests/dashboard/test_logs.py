"""The log is found from its end, can be searched, and is never more than text."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.logtail import Sought, line_of, matching, newest
from tests.dashboard import samples
from tests.dashboard.daemon import FakeDaemon

HOSTILE = "<script>alert(1)</script> **bold** :red[x] [a](http://b) $x$"


def test_a_hostile_line_stays_text(panel: AppTest, running: FakeDaemon) -> None:
    samples.write_log(running.data_dir, samples.entry(HOSTILE, "error", "venues"))
    panel.run()
    shown = panel.switch_page("../pages/logs.py").run()
    assert not shown.exception
    assert shown.dataframe[0].value["Message"].iloc[0] == HOSTILE
    assert not any("alert(1)" in str(piece.value) for piece in shown.markdown)
    assert not any("alert(1)" in str(piece.proto) for piece in shown.get("html"))


def test_level_component_and_text_choose_lines(tmp_path: Path) -> None:
    samples.write_log(
        tmp_path,
        samples.entry("one", "info", "engine"),
        samples.entry("two", "warning", "venues"),
        samples.entry("three", "error", "engine", code="E-NET"),
    )
    lines = newest(tmp_path)
    found = {
        "all": Sought(),
        "warnings": Sought(level="warning"),
        "engine": Sought(components=("engine",)),
        "search": Sought(text="e-net"),
    }
    assert {name: [line.message for line in matching(lines, s)] for name, s in found.items()} == {
        "all": ["three", "two", "one"],
        "warnings": ["three", "two"],
        "engine": ["three", "one"],
        "search": ["three"],
    }


@pytest.mark.parametrize("row", [b"plain words", b"[1, 2]", b'{"at": 1', b"\xff\xfe", b"[" * 9000])
def test_a_line_that_is_no_entry_is_shown_as_it_stands(row: bytes) -> None:
    line = line_of(row)
    assert line.level == ""
    assert line.message == row.decode("utf-8", errors="replace")
    assert Sought(level="error").fits(line)


def test_a_line_still_being_written_is_left_for_later(tmp_path: Path) -> None:
    (tmp_path / "trading_bot.jsonl").write_text('{"message": "whole"}\n{"message": "ha')
    assert [line.message for line in newest(tmp_path)] == ["whole"]


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    samples.write_log(tmp_path, *(samples.entry(f"line {i} {'x' * 400}") for i in range(4_000)))
    lines = newest(tmp_path, most=100_000)
    assert lines[0].message.startswith("line 3999 ")
    assert 1_000 < len(lines) < 4_000
    assert all(line.level == "info" for line in lines)


def test_invisible_characters_are_written_out() -> None:
    line = line_of(b'{"message": "a\\u202eb\\u0000c\\nd"}')
    assert line.message == "a\\u202eb\\u0000c\nd"
