"""The optimiser in a real daemon: two answers, worker processes, `.env` through the gate only."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.bot import ROOT, Bot, bot, settings
from tests.e2e.test_full_disk import no_room
from trader.bridge.schemas import BotStatus, CommandShown

MakeBot = Callable[..., Bot]
LONG = 240.0  # seconds for a search on a machine that does other things too
QUICK = (
    "VENUES=upbit",
    "STRATEGIES=breakout",
    "TIMEFRAME=1h",
    "MIN_ATR_PCT=0",
    "EMA_FILTER=no",
    "MTF_FILTER=no",
    "ADX_MIN=0",
    "ADX_FALLING_FILTER=no",
    "EMERGENCY_STOP_PERCENT=0.02",  # one stop loss is left to try: a quarter of the work
    "OPTIMIZER=no",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot that adopts whatever a search finds, so that there is something to see."""
    folder = tmp_path_factory.mktemp("optimiser")
    with bot(folder, settings(*QUICK, "OPTIMIZER_ADOPT=always")) as made:
        yield made.up()
        assert made.stop() == 0


def workers(of: Bot) -> list[psutil.Process]:
    """The searches' processes of a daemon (not the one that multiprocessing keeps besides)."""
    assert of.process is not None
    children = psutil.Process(of.process.pid).children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def at_work(made: Bot) -> psutil.Process:
    """Wait until a search has really begun; its process."""
    made.until(lambda s: s.optimiser and s.optimiser.running, 20)
    until = time.monotonic() + 20
    while not (found := workers(made)):
        assert time.monotonic() < until, "no worker process"
        time.sleep(0.02)
    return found[0]


def ended(made: Bot, command_id: str, seconds: float = LONG) -> CommandShown:
    """The final answer under the same id."""

    def final(status: BotStatus) -> list[CommandShown]:
        return [c for c in status.commands if c.id == command_id and c.result != "accepted"]

    return final(made.until(final, seconds))[0]


def test_nothing_is_adopted_while_people_halted_the_venue(running: Bot) -> None:
    assert running.ask("pause", {"venue": "upbit"}).result == "done"
    try:
        before = running.until(lambda _: True, fresh=True).parameters
        answer = ended(running, running.ask("search_k").id)
        assert answer.result == "done"
        assert "nothing is adopted while entries on upbit are halted (paused)" in answer.message
        assert running.until(lambda _: True, fresh=True).parameters == before
    finally:
        assert running.ask("resume").result == "done"


def test_a_search_is_accepted_then_answered_under_its_id_and_journalled(running: Bot) -> None:
    accepted = running.ask("search_k", {"venue": "upbit"})
    assert (accepted.result, accepted.message) == ("accepted", "the K search begins on upbit")
    assert running.ask("optimize").message.startswith("busy the K search is already at work")
    answer = ended(running, accepted.id)
    assert (answer.name, answer.result) == ("search_k", "done")
    assert "tried 11 combinations on 200 candles of" in answer.message
    query = 'SELECT kind, venue, "by", state, tried, message FROM optimisations'
    row = running.rows(query)[-1]
    assert row[:5] == ("k", "upbit", "panel", "done", 11)
    assert answer.message == f"upbit: {row[5]}"
    rows = running.rows("SELECT result FROM commands WHERE id = ?", accepted.id)
    assert rows == [("done",)]


def test_ticks_go_on_while_a_search_runs_and_nothing_of_it_stays(running: Bot) -> None:
    before = running.until(lambda _: True, fresh=True)
    accepted = running.ask("optimize")
    at_work(running)
    counts = []
    for _ in range(4):
        counts.append(running.until(lambda _: True, 5, fresh=True).loop.count)
        assert workers(running), "the search was over too soon to show anything"
        time.sleep(0.25)
    assert counts == sorted(set(counts))
    assert ended(running, accepted.id).result == "done"
    after = running.until(lambda s: s.optimiser and not s.optimiser.running, fresh=True)
    assert not workers(running)
    assert after.memory < before.memory + 40  # numba alone would be more
    assert running.process is not None
    maps = Path(f"/proc/{running.process.pid}/maps")
    if maps.exists():
        assert "llvmlite" not in maps.read_text()


def test_what_is_adopted_is_in_the_file_in_force_and_has_a_way_back(running: Bot) -> None:
    adopted = running.rows("SELECT message FROM optimisations WHERE adopted AND kind = 'grid'")
    assert adopted, "the grid found nothing in this market"
    text = running.env_file.read_text()
    assert "UPBIT_TAKE_PROFIT_PERCENT=" in text
    rows = running.rows('SELECT DISTINCT "by" FROM settings_changes')
    assert rows == [("optimiser",)]
    back = adopted[0][0].rpartition("run_bot.py ")[2].split()
    words = [sys.executable, str(ROOT / "run_bot.py"), *back]
    done = subprocess.run(words, cwd=running.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ".env is again what it was before 20" in done.stdout
    assert "UPBIT_TAKE_PROFIT_PERCENT" not in running.env_file.read_text()
    running.until(lambda s: s.parameters["upbit"]["TAKE_PROFIT_PERCENT"] == 0.03)


def test_a_killed_worker_is_a_failed_command_and_the_daemon_lives(running: Bot) -> None:
    before = running.env_file.read_bytes()
    accepted = running.ask("optimize")
    os.kill(at_work(running).pid, signal.SIGKILL)
    answer = ended(running, accepted.id, 20)
    assert answer.result == "failed"
    assert "was killed (signal 9)" in answer.message
    assert running.env_file.read_bytes() == before
    running.until(lambda s: s.status == "running", fresh=True)
    assert running.ask("search_k").result == "accepted"


def test_a_daemon_stopped_in_the_middle_answers_and_leaves_no_process(a_bot: MakeBot) -> None:
    made = a_bot(settings(*QUICK)).up()
    accepted = made.ask("optimize")
    worker = at_work(made)
    assert made.stop() == 0
    worker.wait(20)
    assert made.rows("SELECT result FROM commands WHERE id = ?", accepted.id) == [("failed",)]
    assert made.rows("SELECT state FROM optimisations") == [("interrupted",)]


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of a process need Linux")
def test_a_full_disk_loses_no_search(a_bot: MakeBot) -> None:
    made = a_bot(settings(*QUICK, "OPTIMIZER_ADOPT=off")).up("--speed", "120")
    accepted = made.ask("search_k")
    at_work(made)
    with no_room(made):
        answer = ended(made, accepted.id)
        assert answer.result == "done"
        assert "only reported" in answer.message
        quiet = 90.0  # seconds: in a calm market the next write is the minute's equity
        made.until(lambda s: any(halt.code == "journal" for halt in s.halts), quiet)
        assert made.rows("SELECT state FROM optimisations") == [("running",)]
    made.until(lambda s: not any(halt.code == "journal" for halt in s.halts))
    assert made.rows("SELECT state FROM optimisations") == [("done",)]
    assert made.rows("SELECT result FROM commands WHERE id = ?", accepted.id) == [("done",)]
    assert made.stop() == 0


def test_after_kill_9_no_process_is_left_and_the_next_start_tells(a_bot: MakeBot) -> None:
    made = a_bot(settings(*QUICK)).up(measured=False)
    accepted = made.ask("optimize")
    worker = at_work(made)
    made.kill()
    worker.wait(20)
    made.up()
    answer = made.answer(accepted.id)
    assert (answer.result, answer.message.split(":")[0]) == ("failed", "interrupted")
    assert made.rows("SELECT state FROM optimisations") == [("interrupted",)]
    assert made.stop() == 0


def test_the_schedule_begins_a_search_and_the_gate_leaves_the_file_alone(a_bot: MakeBot) -> None:
    lines = [line for line in QUICK if line != "OPTIMIZER=no"]
    made = a_bot(settings(*lines, "SYMBOLS=BTC/KRW", "OPTIMIZER_START_DELAY=1")).up()
    before = made.env_file.read_bytes()
    at_work(made)
    status = made.until(
        lambda s: s.optimiser and s.optimiser.last and not s.optimiser.running, LONG
    )
    assert status.optimiser is not None
    assert status.optimiser.last is not None
    assert (status.optimiser.last.state, status.optimiser.last.adopted) == ("done", False)
    assert made.env_file.read_bytes() == before
    assert made.rows('SELECT "by", adopted FROM optimisations') == [("schedule", 0)]
    assert made.stop() == 0
