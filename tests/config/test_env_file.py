"""What stands in a `.env`, read strictly."""

from pathlib import Path

import pytest

from config.env_file import parse, read

GOOD = [
    ("A=1", "1"),
    ("A = 1", "1"),
    ("export A=1", "1"),
    ("A=1 # why", "1"),
    ("A='1 # not a comment'", "1 # not a comment"),
    ('A="say \\"yes\\""', 'say "yes"'),
    ("A=a=b", "a=b"),
    ("A=${HOME}", "${HOME}"),
    ("A=", ""),
    ("A='비트'", "비트"),
    ("  A=1  ", "1"),
]
BAD = [
    (b"\xef\xbb\xbfA=1\n", ".env: begins with a byte order mark"),
    ("A=1\n".encode("utf-16"), ".env: is UTF-16"),
    (b"", ".env: is empty"),
    (b" \r\n\t\n", ".env: is empty"),
    (b"#" * 1_000_001, ".env: is too large"),
    (b"A=1\nB=\xff\n", ".env:2: is not UTF-8"),
    (b"A=1\nA=2\n", ".env:2 A: stands here a second time, first on line 1"),
    (b"A=1\nB='x\nC=3\n", ".env:2 B: has an unclosed quote"),
    (b'A="x" y\n', ".env:1 A: has text after its closing quote"),
    (b"A=1\x00\n", ".env:1 A: holds an invisible character"),
    (b"#\x00\n", ".env:1: holds an invisible character"),
    ("A\u200b=1\n".encode(), ".env:1: holds an invisible character"),
    (b"A\n", ".env:1: is no setting"),
    ("가=1\n".encode(), ".env:1: is no setting"),
    (b"A-B=1\n", ".env:1: is no setting"),
    (b"A= # 1\n", ".env:1 A: has a comment where its value should be"),
    ("A=“1”\n".encode(), ".env:1 A: has curly quotes"),
    (b'A="1\\n2"\n', ".env:1 A: holds a control character"),
    (b"A='x'y'\n", ".env:1 A: has text after its closing quote"),
]


@pytest.mark.parametrize(("line", "text"), GOOD)
def test_a_line_is_read_as_python_dotenv_reads_it(line: str, text: str) -> None:
    env = parse(f"# head\n{line}\n".encode())
    assert (env.problems, env.entries["A"].text, env.entries["A"].line) == ((), text, 2)


@pytest.mark.parametrize(("data", "problem"), BAD)
def test_a_file_that_cannot_be_used_says_where_and_why(data: bytes, problem: str) -> None:
    assert problem in "\n".join(map(str, parse(data).problems))


def test_every_problem_is_reported_together_and_lines_behind_an_open_quote_count() -> None:
    env = parse(b'A="1\nB\nC=2\nC=3\nD=4')
    assert [problem.where for problem in env.problems] == [".env:1", ".env:2", ".env:4"]
    assert env.entries["D"].line == 5


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_endings_count_lines_alike(end: str) -> None:
    assert parse(end.join(["A=1", "", "B=2"]).encode()).place("B") == ".env:3"


def test_a_missing_file_means_defaults_and_an_unreadable_one_is_a_problem(tmp_path: Path) -> None:
    assert read(tmp_path / ".env").missing
    assert "cannot be read" in str(read(tmp_path).problems[0])
    (tmp_path / ".env").write_bytes(b"A=1")
    assert read(tmp_path / ".env").entries["A"].text == "1"


def test_no_value_shows_when_a_file_is_printed() -> None:
    assert "hunter2" not in repr(parse(b"PANEL_PASSWORD=hunter2"))


def test_the_version_tells_one_content_from_another() -> None:
    assert parse(b"A=1").version == parse(b"A=1").version != parse(b"A=2").version
