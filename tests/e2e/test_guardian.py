"""The guardian with real processes: who dies, who acts, and that nothing is sold twice."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.e2e.bot import Bot
from tests.e2e.guarded import Guarded, env_of, guarded, processes
from trader.storage.journal import SqlJournal


def gone(pid: int) -> bool:
    """Whether a process ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_killed_bot_is_started_again_once_and_a_stop_ends_both(tmp_path: Path) -> None:
    with guarded(tmp_path) as here:
        _a_killed_guardian_is_replaced(here)
        _a_second_guardian_leaves(here)
        guardian, first = here.guardian().pid, here.daemon()
        here.bot.kill()
        here.until(lambda: here.daemon() != first)
        here.until(lambda: not here.halts() and here.guardian().state == "watching")
        assert here.guardian().pid == guardian
        assert here.daemons() == [here.daemon()]
        assert here.held() == here.owned() > 0
        assert (len(here.orders("buy")), here.orders("sell")) == (1, [])
        told = here.bot.rows("SELECT text FROM events WHERE code = 'guardian'")
        assert len(told) == 1
        assert "started again" in told[0][0]
        os.kill(here.daemon(), signal.SIGTERM)
        here.until(lambda: here.guardian().state == "off")
        here.until(lambda: not here.daemons() and not processes(here.bot.folder, "run_guardian.py"))
        time.sleep(2)  # longer than GUARDIAN_AFTER
        assert not here.daemons()


def _a_killed_guardian_is_replaced(here: Guarded) -> None:
    before = here.guardian().pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    here.until(lambda: here.guardian().pid != before and here.guardian().state == "watching")
    assert len(processes(here.bot.folder, "run_guardian.py")) == 1


def _a_second_guardian_leaves(here: Guarded) -> None:
    pid = here.guardian().pid
    words = psutil.Process(pid).cmdline()
    second = subprocess.run(words, cwd=here.bot.folder, timeout=30, check=False)
    assert second.returncode == 3
    assert here.guardian().pid == pid


def test_a_bot_that_cannot_start_is_replaced_and_its_position_sold_once(tmp_path: Path) -> None:
    with guarded(tmp_path) as here:
        here.bot.write_env("MODE=nonsense\n")
        here.bot.kill()
        here.until(lambda: here.halts() == {"guardian"})
        assert here.daemon() == here.guardian().pid
        status = here.bot.client.status().value
        assert status is not None
        assert status.coverage["upbit"].guardian == 1.0
        refused = here.bot.ask("buy", {"venue": "upbit", "symbol": "BTC/KRW", "amount_quote": 6e4})
        assert refused.result == "refused"
        here.fall("0.12")
        here.until(lambda: here.held() == 0 and here.owned() == 0)
        time.sleep(1)
        assert (len(here.orders("buy")), len(here.orders("sell"))) == (1, 1)
        here.bot.write_env(env_of(here.upbit))
        here.bot.ask("restart")
        guardian = here.guardian().pid
        here.until(lambda: here.daemon() != guardian and "guardian" not in here.halts())
        os.kill(here.daemon(), signal.SIGTERM)
        here.until(lambda: not here.daemons() and here.guardian().state == "off")


def test_a_frozen_bot_never_wakes_up_beside_another(tmp_path: Path) -> None:
    with guarded(tmp_path) as here:
        frozen = here.daemon()
        here.bot.signal(signal.SIGSTOP)
        here.fall("0.12")  # the one that wakes up would sell, as would the one that replaced it
        here.until(lambda: here.daemon() != frozen)
        assert gone(frozen)
        here.bot.signal(signal.SIGCONT)
        here.until(lambda: here.held() == 0 and here.owned() == 0)
        time.sleep(1)
        assert len(here.orders("sell")) == 1
        assert len(here.daemons()) == 1
        os.kill(here.daemon(), signal.SIGTERM)
        here.until(lambda: not here.daemons() and here.guardian().state == "off")


def test_a_bot_that_lost_its_books_while_away_sends_nothing_more(a_bot: Callable[..., Bot]) -> None:
    bot = a_bot("VENUES=upbit\nLOOP_SECONDS=0.2\n").up(measured=False)
    bot.signal(signal.SIGSTOP)
    journal = SqlJournal.open(bot.data / "trader.db")
    journal.own()  # as a life elsewhere would, whatever became of the lock
    orders = bot.rows("SELECT count(*) FROM orders")
    bot.signal(signal.SIGCONT)
    bot.send("pause")  # something to write down
    assert bot.code() != 0
    assert "took these books over" in bot.output()
    assert bot.rows("SELECT count(*) FROM orders") == orders
    journal.close()
