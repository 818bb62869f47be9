"""The journal of an unfinished sweep: whole lines of our own count, everything else is dropped."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.backtest.sweep.journal import NAME, Header, Journal, fingerprint_in
from trader.backtest.sweep.work import Row
from trader.domain.errors import BadInput

HEADER = Header("abc", 10, ("total_return", "trades"))


def row(number: int, gain: float | None = 0.25) -> Row:
    return Row(number, gain, {"total_return": gain, "trades": 7})


def written(folder: Path, *numbers: int) -> Path:
    """A journal with these rows."""
    journal = Journal(folder / NAME, HEADER)
    journal.add(tuple(map(row, numbers)))
    journal.close()
    return folder / NAME


def known(path: Path) -> list[int]:
    """The numbers that a journal holds when it is opened again."""
    journal = Journal(path, HEADER)
    found = list(journal.rows())
    journal.close()
    assert found == [row(r.number, r.value) for r in found]
    assert journal.count == len(found)
    return [r.number for r in found]


def test_rows_come_back_by_number_as_they_went_in(tmp_path: Path) -> None:
    path = written(tmp_path, 7, 2)
    journal = Journal(path, HEADER)
    journal.add((row(0, None), row(9, 1 / 3), row(3, 1e300)))
    assert [7 in journal, 3 in journal, 1 in journal] == [True, True, False]
    journal.close()
    assert known(path) == [0, 2, 3, 7, 9]
    assert fingerprint_in(path) == "abc"


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_line_is_dropped_and_written_anew(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, 1, 2, 3)
    text = path.read_bytes()
    path.write_bytes(text[:-cut])
    assert known(path) == [1, 2]
    journal = Journal(path, HEADER)
    journal.add((row(3),))
    journal.close()
    assert path.read_bytes() == text


GOOD = {"n": 4, "value": 0.25, "metrics": {"total_return": 0.25, "trades": 7}}
HOSTILE = [
    b"\x00\xff\xfe garbage",
    b"[" * 50_000,
    b"{}",
    b"null",
    b"[1, 2]",
    json.dumps(GOOD | {"n": 10}).encode(),
    json.dumps(GOOD | {"n": -1}).encode(),
    json.dumps(GOOD | {"n": True}).encode(),
    json.dumps(GOOD | {"n": "4"}).encode(),
    json.dumps(GOOD | {"value": "0.25"}).encode(),
    json.dumps(GOOD | {"value": float("nan")}).encode(),
    json.dumps(GOOD | {"metrics": None}).encode(),
    json.dumps(GOOD | {"metrics": {"trades": 7}}).encode(),
    json.dumps(GOOD | {"metrics": {"total_return": [], "trades": 7}}).encode(),
    json.dumps(GOOD | {"metrics": {"total_return": float("inf"), "trades": 7}}).encode(),
    json.dumps(GOOD | {"more": 1}).encode(),
    b'{"n": 4, "value": 0.25, "metr' + json.dumps(GOOD).encode(),
    b"7" * 200_000,
]


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
def test_lines_that_are_not_ours_are_done_again(tmp_path: Path, line: bytes) -> None:
    path = written(tmp_path, 1, 2)
    whole = path.read_bytes()
    path.write_bytes(whole + line + b"\n" + whole.splitlines(keepends=True)[-1])
    assert known(path) == [1, 2]
    written(tmp_path, 4)
    assert known(path) == [1, 2, 4]


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_anywhere_lose_at_most_the_lines_they_touch(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    path = written(folder, *range(6))
    text = path.read_bytes()
    place = len(HEADER.line()) + at
    path.write_bytes(text[:place] + noise + text[place:])
    found = known(path)
    assert set(found) <= set(range(6))
    assert len(found) >= 5 - noise.count(b"\n")
    written(folder, *(n for n in range(6) if n not in found))
    assert known(path) == list(range(6))


def other(header: Header) -> Callable[[Path], object]:
    return lambda path: path.write_text(header.line(), "utf-8")


STRANGE = [
    other(Header("other", 10, HEADER.columns)),
    other(Header("abc", 11, HEADER.columns)),
    other(Header("abc", 10, ("trades",))),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"\x00" * 100),
]


@pytest.mark.parametrize("make", STRANGE, ids=range(len(STRANGE)))
def test_another_sweep_is_never_gone_on_with_and_never_harmed(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    path = tmp_path / NAME
    make(path)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="belongs to another sweep"):
        Journal(path, HEADER)
    assert path.read_bytes() == before


def test_a_finger_print_of_something_else_is_none(tmp_path: Path) -> None:
    for text in ("", "[]", "nonsense", "[" * 50_000):
        (tmp_path / NAME).write_text(text, "utf-8")
        assert fingerprint_in(tmp_path / NAME) == ""
    assert fingerprint_in(tmp_path / "nowhere") == ""
