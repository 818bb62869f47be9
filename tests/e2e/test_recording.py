"""A real bot records its session; another process decides it again and finds nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.bot import ROOT, VENUES, Bot, bot, settings
from tests.e2e.killing import LIVELY

SECRET = "canary0123456789secretABCDEF"  # noqa: S105  a bird, not a key
FLAGS = ("--speed", "2000", "--record", "session")


def replay(folder: Path, *words: str, code: int = 0) -> dict[str, Any]:
    """What `run_backtest.py replay` says of a session."""
    command = [sys.executable, str(ROOT / "run_backtest.py"), "replay", "session", "--json", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout[-3_000:] + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def counts(found: dict[str, Any]) -> dict[str, int]:
    """How many answers of each kind were recorded."""
    return {row["what"]: row["then"] for row in found["answers"]}


def steered(trading: Bot) -> None:
    """Everything that a person can do to a session."""
    trading.until(lambda status: status.loop.count > 5)
    assert trading.ask("pause", {"venue": "upbit"}).result == "done"
    trading.buy({"venue": "binance_spot", "symbol": "ETH/USDT", "amount_quote": 200})
    assert trading.ask("resume", {"venue": "upbit"}).result == "done"
    changed = trading.ask("set_parameters", {"venue": "upbit", "values": {"K_VALUE": 0.4}})
    assert changed.result == "done", changed
    closed = trading.ask("close_position", {"venue": "binance_spot", "symbol": "ETH/USDT"})
    assert closed.result in ("done", "accepted", "refused"), closed
    time.sleep(1.0)


@pytest.mark.timeout(180)
def test_a_steered_session_is_decided_again_without_a_difference(tmp_path: Path) -> None:
    env = LIVELY + settings(f"UPBIT_ACCESS_KEY={SECRET}", f"UPBIT_SECRET_KEY={SECRET}x")
    with bot(tmp_path, "\n".join(dict.fromkeys(env.splitlines())) + "\n") as trading:
        trading.up(*FLAGS)
        steered(trading)
        first = trading.until(lambda status: True).started_at
        assert trading.ask("restart").result == "done"
        trading.until(lambda now: now.started_at > first and now.status == "running", fresh=True)
        time.sleep(1.0)
        assert trading.stop() == 0
    found = replay(tmp_path)
    assert found["differences"] == []
    assert found["unexplained"] == 0
    assert [life["life"] for life in found["lives"]] == [1, 2]
    assert all(life["complete"] for life in found["lives"])
    told = counts(found)
    assert min(told[what] for what in ("orders sent", "fills", "trades", "decisions")) > 0
    assert told["answers"] >= 4
    assert SECRET.encode() not in _unpacked(tmp_path / "session")


def _unpacked(folder: Path) -> bytes:
    import gzip

    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(folder.iterdir()))


@pytest.mark.timeout(180)
def test_a_killed_bot_leaves_a_recording_that_can_be_replayed(tmp_path: Path) -> None:
    with bot(tmp_path, LIVELY) as trading:
        trading.up(*FLAGS, measured=False)
        trading.until(lambda status: status.loop.count > 8)
        trading.kill()
        first = replay(tmp_path)
        trading.up(*FLAGS, measured=False)
        trading.until(lambda status: status.loop.count > 5)
        assert trading.stop() == 0
    assert first["unexplained"] == 0
    assert [life["complete"] for life in first["lives"]] == [False]
    assert "has no end" in first["notes"][0]
    both = replay(tmp_path)
    assert both["differences"] == []
    assert [life["complete"] for life in both["lives"]] == [False, True]
    events = [life["events"] for life in both["lives"]]
    assert events[0] == first["lives"][0]["events"] > 100


@pytest.mark.timeout(180)
def test_a_recorded_market_on_three_venues_is_decided_again(tmp_path: Path, recorded: Path) -> None:
    with bot(tmp_path, LIVELY) as trading:
        trading.start("--market", str(recorded), *FLAGS)
        trading.until(lambda status: status.status == "running")
        trading.until(lambda _: trading.rows("SELECT id FROM trades"))
        assert trading.stop() == 0
    found = replay(tmp_path)
    assert found["differences"] == []
    assert counts(found)["trades"] > 0
    beside = replay(tmp_path, "--backtest")
    assert beside["unexplained"] == 0
    assert {one["venue"] for one in beside["venues"]} == set(VENUES)
