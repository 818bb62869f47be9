"""The guardian's process: one a data directory, and it leaves when there is nothing to watch."""

from __future__ import annotations

import json
import logging
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from config.env_file import parse
from config.reading import Context
from config.settings import Settings, load
from tests.engine.bench import Bench
from trader.bridge.views import GuardianView
from trader.domain.book import Halt
from trader.shell.guardian import duty
from trader.shell.guardian.guardian import Guard
from trader.shell.guardian.keeper import Keeper, NoKeeper
from trader.shell.guardian.post import ALREADY, LOCK, main
from trader.shell.options import Guarding, Options
from trader.shell.tuning import Source

CONTEXT = Context({}, "daemon")


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def words(folder: Path) -> list[str]:
    where = ["--data-dir", str(folder), "--log-dir", str(folder / "logs")]
    journal = ["--journal", str(folder / "trader.db")]
    return ["--after", "5", *journal, "--", "python", "run_bot.py", *where, "--mode", "testnet"]


def test_a_second_one_leaves(tmp_path: Path) -> None:
    with FileLock(tmp_path / LOCK):
        assert main(words(tmp_path), lambda _: lambda *_: False) == ALREADY


def test_it_leaves_a_daemon_that_was_stopped(tmp_path: Path) -> None:
    (tmp_path / "bot.owner.json").write_text(json.dumps({"pid": 2**22 + 1, "started_at": 1.0}))
    status = {"status": "stopped", "timestamp": time.time()}
    (tmp_path / "bot_status.json").write_text(json.dumps(status))
    heard: list[Options] = []

    def guarding(options: Options) -> Guard:
        heard.append(options)
        return lambda *_: False

    assert main(words(tmp_path), guarding) == 0
    assert heard[0].flags == {"MODE": "testnet"}
    assert json.loads((tmp_path / "guardian.json").read_text())["state"] == "off"
    assert logging.getLogger("trader.guardian").handlers == []


def test_a_signal_ends_it(tmp_path: Path) -> None:
    (tmp_path / "bot.owner.json").write_text(json.dumps({"pid": 1, "started_at": 1.0}))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        with pytest.raises(SystemExit) as ended:
            main(words(tmp_path), lambda _: lambda *_: False)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert ended.value.code == 0
    assert json.loads((tmp_path / "guardian.json").read_text())["state"] == "off"


def settings(*lines: str) -> Settings:
    text = "\n".join(("MODE=testnet", "VENUES=upbit", *lines))
    return load(parse(text.encode()), {}, CONTEXT)


@pytest.mark.parametrize("line", ["MODE=paper", "MODE=demo", "GUARDIAN_AFTER=0"])
def test_nobody_watches_where_nothing_is_at_stake(tmp_path: Path, line: str) -> None:
    options = Options(data_dir=tmp_path, command=("python",))
    text = "VENUES=upbit\n" + (line if "MODE" in line else f"MODE=testnet\n{line}")
    chosen = load(parse(text.encode()), {}, CONTEXT)
    assert type(duty.keeper_of(options, chosen, tmp_path / "trader.db")) is NoKeeper
    assert type(duty.keeper_of(Options(data_dir=tmp_path), settings(), "x")) is NoKeeper


@pytest.mark.parametrize(
    ("journal", "shown"),
    [("data/trader.db", True), ("sqlite:///data/trader.db", True), ("postgresql://h/db", False)],
)
def test_the_guardian_is_told_what_to_start_in_which_mode(
    tmp_path: Path, journal: str, shown: bool
) -> None:
    options = Options(data_dir=tmp_path, command=("python", "run_bot.py"))
    keeper = duty.keeper_of(options, settings(), journal)
    assert isinstance(keeper, Keeper)
    said = keeper._wanted.words
    assert said[-5:] == ["--", "python", "run_bot.py", "--mode", "testnet"]
    assert said[3] == "60"
    assert ("--journal" in said) is shown


def test_a_life_on_duty_enters_nothing_and_says_so(tmp_path: Path) -> None:
    bench = Bench()
    options = Options(data_dir=tmp_path, guarding=Guarding(b"MODE=testnet\nVENUES=upbit", "gone"))
    assert duty.on_duty(bench.engine, options) is bench.engine
    assert bench.venue.halts["guardian", ""] == Halt("guardian", None, "", "gone")
    view = duty.keeper_of(options, settings(), "x").view()
    assert isinstance(view, GuardianView)
    assert view.state == "guarding"
    assert [(n.level, n.code) for n in duty.notices(options, 1)] == [("error", "guardian")]
    source = Source(tmp_path / ".env", {}, CONTEXT, tmp_path)
    assert duty.start_of(options, source)[1].mode == "testnet"  # there is no file any more


def test_a_daemon_started_again_tells_why(tmp_path: Path) -> None:
    assert duty.notices(Options(), 1) == []
    notice = duty.notices(Options(restarted="silent"), 1)[0]
    assert "silent" in notice.text
    (tmp_path / ".env").write_text("MODE=paper\n")
    source = Source(tmp_path / ".env", {}, CONTEXT, tmp_path)
    assert duty.start_of(Options(env_file=tmp_path / ".env"), source)[1].mode == "paper"
