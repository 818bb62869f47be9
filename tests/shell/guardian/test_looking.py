"""What the guardian sees, remembers and writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shell.guardian.fakes import World
from trader.bridge.client import Client
from trader.shell.guardian.heartbeat import Heartbeat
from trader.shell.guardian.known_good import KnownGood
from trader.shell.guardian.machine import RealMachine
from trader.shell.guardian.stake import stake_of
from trader.shell.guardian.view import EVERY, Face, read


def test_a_status_that_cannot_be_read_is_remembered(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.beat(coverage={"upbit": {"exchange": 0.25}}, settings_error="line 3")
    heart = Heartbeat(tmp_path)
    assert heart.look(0.0)
    assert not heart.pulse.settings_fine
    (tmp_path / "bot_status.json").write_text("{")
    (tmp_path / "bot.owner.json").unlink()
    heart.look(1.0)
    assert heart.pulse.pid == 4_711
    assert heart.pulse.coverage == {"upbit": {"exchange": 0.25}}
    heart.look(2.0)
    heart.look(3.5)
    assert heart.silent == 2.5


def test_where_the_journal_is_elsewhere_the_last_status_decides(tmp_path: Path) -> None:
    there, bare = {"upbit": {"exchange": 1.0}}, {"upbit": {"exchange": 0.4, "engine": 0.6}}
    assert not stake_of(None, there).open
    assert stake_of(None, bare).open
    assert stake_of(None, bare).shares["upbit"]["nobody"] == pytest.approx(0.6)
    assert not stake_of(None, {}).open
    damaged = tmp_path / "trader.db"
    damaged.write_bytes(b"no database at all" * 100)
    assert stake_of(damaged, bare).open


def test_new_settings_count_once_the_daemon_has_lived_with_them(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1")
    known = KnownGood(path, settled=10.0)
    path.write_text("A=2")
    known.beat(0.0, fine=True)
    known.beat(9.0, fine=True)
    assert known.text == b"A=1"
    known.beat(10.0, fine=True)
    assert known.text == b"A=2"
    path.write_text("A=")
    known.beat(11.0, fine=True)
    known.beat(20.0, fine=False)  # the daemon complains: it never counted
    known.beat(22.0, fine=True)
    assert known.text == b"A=2"
    path.unlink()
    known.beat(99.0, fine=True)
    assert known.text == b"A=2"


def test_the_file_is_written_for_news_and_now_and_then(tmp_path: Path) -> None:
    now = [100.0]
    face = Face(tmp_path, 60.0, lambda: now[0])
    face.show("watching")
    assert Client(tmp_path).guardian().value is not None
    now[0] += 1
    face.show("watching")
    assert read(tmp_path)["timestamp"] == 100.0
    now[0] += EVERY
    face.show("watching", 3.0)
    assert (read(tmp_path)["timestamp"], read(tmp_path)["silent"]) == (now[0], 3.0)
    assert read(tmp_path)["since"] == 100.0


def test_restarts_older_than_an_hour_are_forgotten(tmp_path: Path) -> None:
    now = [100.0]
    face = Face(tmp_path, 60.0, lambda: now[0])
    face.restarting()
    face.acted("something")
    again = Face(tmp_path, 60.0, lambda: now[0])
    assert again.restarts(3_600.0) == 1
    now[0] += 3_600
    assert again.restarts(3_600.0) == 0


@pytest.mark.parametrize("text", ["", "[]", '{"restarts": "many", "action": 3}'])
def test_a_file_that_somebody_spoilt_changes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "guardian.json").write_text(text)
    face = Face(tmp_path, 60.0, lambda: 1.0)
    assert face.restarts(3_600.0) == 0
    face.show("watching")
    assert json.loads((tmp_path / "guardian.json").read_text())["state"] == "watching"


def test_a_real_process_is_known_by_its_birth_and_ended(tmp_path: Path) -> None:
    machine = RealMachine(tmp_path / "said.txt")
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    born = machine.born(sleeper.pid)
    assert born is not None
    assert machine.end(sleeper.pid, born + 1.0)  # another one of the same number: left alone
    assert sleeper.poll() is None
    assert machine.end(sleeper.pid, born)
    assert sleeper.wait(10) != 0
    assert machine.born(sleeper.pid) is None
    assert machine.born(None) is None
    assert machine.wall() > machine.now() - 1e12


def test_a_daemon_that_ends_is_heard(tmp_path: Path) -> None:
    machine = RealMachine(tmp_path / "said.txt")
    code = "import os, sys; sys.exit(os.environ['TRADER_RESTARTED'] + '\\n')"
    child = machine.start([sys.executable, "-c", code], "because")
    while child.code() is None:
        machine.sleep(0.02)
    assert (child.code(), child.words()) == (1, "because")
    (tmp_path / "said.txt").unlink()
    assert child.words() == ""
