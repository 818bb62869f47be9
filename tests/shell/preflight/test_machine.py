"""What trading needs of this computer, and what the data directory remembers of its first day."""

from __future__ import annotations

import os
import shutil
import socket
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from config.env_file import ABSENT, parse
from tests.config.builders import loaded
from tests.shell.preflight.accounts import options
from trader.bridge.words.checks import LANGUAGES, line
from trader.domain.finding import Finding, Mark
from trader.shell import world
from trader.shell.lock import owned
from trader.shell.preflight import machine

Usage = namedtuple("Usage", "total used free")


def looked(folder: Path) -> dict[str, Finding]:
    found = list(machine.findings(options(folder), ABSENT, loaded()))
    assert all(line(one, language) for one in found for language in LANGUAGES)
    return {finding.about: finding for finding in found}


def test_a_computer_that_is_fit(tmp_path: Path) -> None:
    found = looked(tmp_path)
    assert {finding.mark for about, finding in found.items() if about not in ("panel", "disk")} == {
        Mark.OK
    }
    assert found["settings"].code == "settings_default"
    assert found["mode"].code == "mode_demo"
    env = parse(b"CRYPTO_K_VALUE=0.4\n")
    again = list(machine.findings(options(tmp_path), env, loaded("CRYPTO_K_VALUE=0.4\n")))
    assert again[1].code == "settings_read"
    assert again[1].values["changed"] == 1


def test_folders_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("no folder")
    found = looked(tmp_path)
    assert (found["logs"].mark, found["logs"].code) == (Mark.FAIL, "folder_closed")
    assert found["data"].code == "folder_open"
    assert not list((tmp_path / "data").iterdir())


def test_journal_sound_and_broken(tmp_path: Path) -> None:
    from trader.storage.journal import SqlJournal

    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "trader.db"
    SqlJournal.open(path).close()
    assert looked(tmp_path)["journal"].code == "journal_sound"
    path.write_bytes(b"these are no books" * 500)
    assert looked(tmp_path)["journal"].mark is Mark.FAIL


def test_a_journal_elsewhere_is_the_one_that_is_looked_at(tmp_path: Path) -> None:
    elsewhere = tmp_path / "books.db"
    elsewhere.write_bytes(b"these are no books" * 500)
    settings = loaded(f"DATABASE_URL=sqlite:///{elsewhere}\n")
    found = {f.about: f for f in machine.findings(options(tmp_path), ABSENT, settings)}
    assert found["journal"].mark is Mark.FAIL
    assert str(elsewhere) in line(found["journal"], "ko")
    assert "손상" in line(found["journal"], "ko")


def test_a_server_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://somebody:canary-password@127.0.0.1:1/books"
    settings = loaded(f"DATABASE_URL={url}\n")
    found = {f.about: f for f in machine.findings(options(tmp_path), ABSENT, settings)}
    assert (found["journal"].mark, found["journal"].code) == (Mark.FAIL, "journal_unreachable")
    said = line(found["journal"], "en")
    assert "the database 127.0.0.1:1/books cannot be reached" in said
    assert "correct DATABASE_URL" in said
    assert "canary" not in said


def test_another_bot_on_the_folder_and_a_stop_file_are_told(tmp_path: Path) -> None:
    assert looked(tmp_path)["bot"].code == "nobody_runs"
    data = tmp_path / "data"
    (data / "STOP").write_text("")
    assert looked(tmp_path)["bot"].code == "stop_file"
    (data / "STOP").unlink()
    with owned(data, 1.0):
        found = looked(tmp_path)["bot"]
    assert (found.mark, found.code, found.values["pid"]) == (Mark.WARN, "bot_runs", os.getpid())
    assert looked(tmp_path)["bot"].code == "nobody_runs", "a look leaves no lock behind"


@pytest.mark.skipif(os.name != "posix", reason="other systems keep rights elsewhere")
def test_keys_that_others_may_read_are_a_warning(tmp_path: Path) -> None:
    here = replace(options(tmp_path), env_file=tmp_path / ".env")
    here.env_file.write_text("UPBIT_ACCESS_KEY=x\n")
    settings = loaded("UPBIT_ACCESS_KEY=x\n")
    for rights, told in ((0o644, True), (0o600, False)):
        here.env_file.chmod(rights)
        codes = {f.code for f in machine.findings(here, ABSENT, settings)}
        assert ("settings_open" in codes) == told
    here.env_file.chmod(0o644)
    assert "settings_open" not in {f.code for f in machine.findings(here, ABSENT, loaded())}


def test_a_full_disk_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 999_999_999))
    assert (looked(tmp_path)["disk"].mark, looked(tmp_path)["disk"].code) == (Mark.WARN, "disk_low")


def test_a_taken_port_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(machine, "PANEL_PORT", taken.getsockname()[1])
        assert looked(tmp_path)["panel"].code == "port_taken"


def test_the_first_start_is_remembered_over_restarts_and_other_worlds(tmp_path: Path) -> None:
    first, _ = world.enter(tmp_path, world.World("live", at=1_000, began=1_000))
    world.remember(tmp_path, first.moved_to(5_000))
    again, _ = world.enter(tmp_path, world.World("live", at=9_000, began=9_000))
    assert (again.at, again.began) == (5_000, 1_000)
    world.enter(tmp_path, world.World("testnet", at=9_500, began=9_500))
    back, _ = world.enter(tmp_path, world.World("live", at=10_000, began=10_000))
    assert back.began == 1_000


def test_without_the_file_the_day_begins_anew_and_an_older_one_counts_from_its_moment(
    tmp_path: Path,
) -> None:
    (tmp_path / world.FILE).write_text('{"mode": "live", "market": "", "at": 700}')
    assert world.enter(tmp_path, world.World("live", at=900, began=900))[0].began == 700
    (tmp_path / world.FILE).write_text('{"mode": "live", "ma')
    assert world.enter(tmp_path, world.World("live", at=900, began=900))[0].began == 900
