"""The way back to a former settings file."""

from pathlib import Path

import pytest

from config import env_edit
from config.errors import SettingsError
from tests.config.builders import DAEMON
from trader.domain.errors import BadInput
from trader.shell.env_versions import restore
from trader.shell.options import Options
from trader.shell.tuning import Source

FIRST = "CRYPTO_K_VALUE=0.5   # careful\nUPBIT_ACCESS_KEY=canary-canary\n"


@pytest.fixture
def edited(tmp_path: Path) -> tuple[Options, Source]:
    """A file that the optimiser has changed once."""
    options = Options(env_file=tmp_path / ".env", data_dir=tmp_path / "data")
    options.env_file.write_text(FIRST)
    source = Source(options.env_file, {}, DAEMON, options.data_dir / "env_history")
    changes = {"UPBIT_K_VALUE": "0.45"}
    env_edit.edit(options.env_file, changes, source.history, by="optimiser", check=source.load)
    assert "UPBIT_K_VALUE=0.45" in options.env_file.read_text()
    return options, source


def test_the_last_version_comes_back_with_its_secrets(edited: tuple[Options, Source]) -> None:
    options, source = edited
    said = restore(options, source, "last")
    assert options.env_file.read_text() == FIRST
    assert said.startswith(f"{options.env_file} is again what it was before 20")


def test_doing_it_twice_changes_nothing(edited: tuple[Options, Source]) -> None:
    options, source = edited
    before = options.env_file.read_text()
    restore(options, source, "last")
    restore(options, source, "last")
    assert options.env_file.read_text() == before


def test_a_version_by_its_name(edited: tuple[Options, Source]) -> None:
    options, source = edited
    (version,) = source.history.glob("*.env")
    restore(options, source, version.name)
    assert options.env_file.read_text() == FIRST


@pytest.mark.parametrize("name", ["no_such.env", "../../.env", ""])
def test_an_unknown_version_is_refused_with_those_there_are(
    edited: tuple[Options, Source], name: str
) -> None:
    options, source = edited
    before = options.env_file.read_bytes()
    with pytest.raises(BadInput, match=r"the newest are: 20.*\.env"):
        restore(options, source, name)
    assert options.env_file.read_bytes() == before


def test_without_any_version_it_says_so(tmp_path: Path) -> None:
    options = Options(env_file=tmp_path / ".env", data_dir=tmp_path)
    with pytest.raises(BadInput, match="none yet"):
        restore(options, Source(options.env_file, {}, DAEMON, tmp_path / "none"), "last")


def test_a_version_that_cannot_be_used_any_more_is_refused(edited: tuple[Options, Source]) -> None:
    options, source = edited
    before = options.env_file.read_bytes()
    (source.history / "20200101T000000.000000Z.env").write_text("NO_SUCH_THING=1\n")
    with pytest.raises(SettingsError):
        restore(options, source, "20200101T000000.000000Z.env")
    assert options.env_file.read_bytes() == before
