"""Single settings changed in a file that belongs to a person."""

import os
from pathlib import Path

import pytest

from config.env_edit import author, edit, edited, restore, with_secrets_of, without_secrets
from config.env_file import EnvFile, parse, read
from config.errors import SettingsError
from config.settings import load
from tests.config.builders import DAEMON

EDITS = [  # before, key, text, after
    ("A=1\n", "A", "2", "A=2\n"),
    ("# why\nA=1 # note\nB=2", "A", "3", "# why\nA=3 # note\nB=2"),
    ("export A = 1\r\nB=2\r\n", "A", "3", "export A=3\r\nB=2\r\n"),
    ("A='x # y' # note\n", "A", "z", "A=z # note\n"),
    ("B=2", "A", "1", "B=2\nA=1\n"),
    ("B=2\r\n", "A", "1", "B=2\r\nA=1\r\n"),
    ("", "A", "1", "A=1\n"),
    ("# A=0\n# more\n", "A", "1", "# A=0\nA=1\n# more\n"),
    ("A=1\nAB=2\n", "AB", "3", "A=1\nAB=3\n"),
    ("A=1\nB=2\n", "A", None, "B=2\n"),
    ("A=1\n", "A", None, "# everything has its default\n"),
    ("A=1\n", "A", "x y", "A='x y'\n"),
    ("A=1\n", "A", "it's # \"\\", 'A="it\'s # \\"\\\\"\n'),
    ("A=1 # note\n", "A", "", "A='' # note\n"),
]


@pytest.mark.parametrize(("before", "key", "text", "after"), EDITS)
def test_an_edit_changes_one_line_and_nothing_else(
    before: str, key: str, text: str | None, after: str
) -> None:
    result = edited(before.encode(), {key: text})
    assert result.decode() == after
    entry = parse(result).entries.get(key)
    assert (entry.text if entry else None) == text


@pytest.mark.parametrize(
    "hostile", [{"A": "1\nMODE=live"}, {"A": "1\r2"}, {"A": "\x00"}, {"A=1\nB": "2"}, {"A B": "1"}]
)
def test_a_hostile_edit_is_refused(hostile: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        edited(b"A=1\n", hostile)


@pytest.mark.parametrize("value", ["new", "ends with a \\", "two \\\\ inside", "it's", 'say "no"'])
def test_a_comment_with_quotes_stays_behind_its_value(value: str) -> None:
    after = edited(b"""A="x" # say "please", it's dear\nB=1\n""", {"A": value})
    assert after.endswith(b""" # say "please", it's dear\nB=1\n""")
    assert parse(after).entries["A"].text == value


def test_a_file_that_is_no_text_is_not_edited() -> None:
    with pytest.raises(SettingsError, match="not UTF-8"):
        edited(b"\xff", {"A": "1"})


def test_the_former_version_is_kept_with_its_secrets_masked(tmp_path: Path) -> None:
    env, history = tmp_path / ".env", tmp_path / "env_history"
    env.write_text("UPBIT_SECRET_KEY=hunter2222\n# UPBIT_ACCESS_KEY=old\n# hunter2222\nA=1\n")
    edit(env, {"A": "2"}, history, by="panel")
    (kept,) = history.glob("*.env")
    assert kept.read_text() == "UPBIT_SECRET_KEY=***\n# UPBIT_ACCESS_KEY=***\n# ***\nA=1\n"
    assert "hunter2222" in env.read_text()
    if os.name == "posix":
        assert kept.stat().st_mode & 0o777 == 0o600
    assert author(history, read(env).version) == "panel"
    assert author(history, "another") == author(tmp_path / "none", "x") == "file"
    assert not list(tmp_path.glob("*.tmp"))


def test_going_back_keeps_the_present_secrets(tmp_path: Path) -> None:
    env, history = tmp_path / ".env", tmp_path / "env_history"
    env.write_text("UPBIT_SECRET_KEY=first-secret\nPANEL_PASSWORD=gone\nK_VALUE=0.4\n")
    edit(env, {"K_VALUE": "0.5"}, history)
    (kept,) = history.glob("*.env")
    env.write_text("UPBIT_SECRET_KEY=new-secret\nUPBIT_ACCESS_KEY=new-key\nK_VALUE=0.6\n")
    restore(env, kept, history)
    assert env.read_text() == "UPBIT_SECRET_KEY=new-secret\nK_VALUE=0.4\nUPBIT_ACCESS_KEY=new-key\n"
    with pytest.raises(SettingsError, match="no such version"):
        restore(env, tmp_path / "none.env", history)


def test_masking_and_restoring_give_the_file_back() -> None:
    data = b"# head\nBINANCE_API_KEY='abcdefgh'\nK_VALUE=0.4\n"
    assert b"abcdefgh" not in without_secrets(data)
    assert parse(with_secrets_of(data, without_secrets(data))).entries == {
        "BINANCE_API_KEY": parse(data).entries["BINANCE_API_KEY"],
        "K_VALUE": parse(data).entries["K_VALUE"],
    }


def test_an_edit_that_would_not_do_leaves_the_file_alone(tmp_path: Path) -> None:
    env, history = tmp_path / ".env", tmp_path / "env_history"
    env.write_text("K_VALUE=0.5\n")

    def check(new: EnvFile) -> None:
        load(new, {}, DAEMON)

    with pytest.raises(SettingsError, match="out of range"):
        edit(env, {"K_VALUE": "9"}, history, check=check)
    env.write_text("K_VALUE=0.5\nK_VALUE=0.6\n")
    with pytest.raises(SettingsError, match="a second time"):
        edit(env, {"MODE": "paper"}, history)
    assert not history.exists()
    assert env.read_text() == "K_VALUE=0.5\nK_VALUE=0.6\n"


def test_a_missing_file_is_created_for_its_owner_only(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    assert edit(env, {"K_VALUE": "0.5"}, tmp_path / "h").entries["K_VALUE"].text == "0.5"
    if os.name == "posix":
        assert env.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "real.env", tmp_path / ".env"
    target.write_text("A=1\n")
    target.chmod(0o640)
    link.symlink_to(target)
    edit(link, {"A": "2"}, tmp_path / "h")
    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("A=2\n", 0o640)


def test_a_disk_that_says_no_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        edit(tmp_path / ".env", {"A": "1"}, tmp_path / "file" / "h")
    with pytest.raises(SettingsError, match="cannot be read"):
        edit(tmp_path, {"A": "1"}, tmp_path / "h")
