"""How it ends: signals, wrong starts, and what a user is told instead of a traceback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.bot import ROOT, Bot, settings

MakeBot = Callable[..., Bot]
QUICK = settings()


def sentence(bot: Bot) -> str:
    """What a refused start printed: one line, and no traceback."""
    text = bot.output().strip()
    assert "Traceback" not in text
    assert len(text.splitlines()) == 1, text
    return text


def test_one_signal_stops_in_order(a_bot: MakeBot) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        bot = a_bot(QUICK).up()
        bot.signal(number)
        assert bot.code() == 0
        status = bot.status()
        assert status is not None
        assert status.status == "stopped"
        assert "DEMO · run of" in bot.output()
        assert "Traceback" not in bot.output()


def test_a_second_signal_leaves_at_once(a_bot: MakeBot) -> None:
    """Both come so close that the ordered stop cannot be over in between."""
    bot = a_bot(QUICK).up("--speed", "600")
    bot.signal(signal.SIGSTOP)
    bot.signal(signal.SIGTERM)  # two kinds, because two of one kind become one
    bot.signal(signal.SIGINT)
    bot.signal(signal.SIGCONT)
    assert bot.code() == 130
    assert "Traceback" not in bot.output()


def test_ctrl_c_while_it_starts_is_no_traceback(a_bot: MakeBot) -> None:
    bot = a_bot(QUICK)
    for wait in (0.3, 0.6, 1.2):
        bot.start(measured=False)  # else it may hit the start of coverage, which swallows it
        time.sleep(wait)
        bot.signal(signal.SIGINT)
        assert bot.code() in (0, 130)
    assert "run_bot.py" not in bot.output()  # where a traceback of ours would begin


def test_a_second_bot_on_the_folder_is_refused_and_changes_nothing(
    a_bot: MakeBot, tmp_path: Path
) -> None:
    bot = a_bot(QUICK).up()
    second = other(tmp_path)
    assert second.returncode == 3
    text = second.stderr.decode()
    assert str(bot.until(lambda _: True).pid) in text
    assert "--data-dir" in text
    assert len(text.strip().splitlines()) == 1
    assert other(tmp_path, "--check").returncode in (0, 3)
    bot.until(lambda s: s.status == "running", fresh=True)
    assert bot.stop() == 0


def other(folder: Path, *flags: str) -> subprocess.CompletedProcess[bytes]:
    """A second process on the same folders."""
    words = [sys.executable, str(ROOT / "run_bot.py"), *flags]
    return subprocess.run(words, cwd=folder, capture_output=True, timeout=60, check=False)


WRONG: list[tuple[tuple[str, ...], str]] = [
    (("--env-file", "none.env"), "none.env"),
    (("--speed", "fast"), "DEMO_SPEED"),
    (("--mode", "casino"), "casino"),
    (("--venues", "kraken"), "kraken"),
    (("--duration", "-1"), "--duration"),
    (("--start", "someday"), "someday"),
    (("--market", "nowhere"), "nowhere"),
    (("--no-such-flag",), "--no-such-flag"),
    (("--mode", "live"), "LIVE_TRADING"),
]


@pytest.mark.parametrize(("flags", "named"), WRONG, ids=[row[0][0] for row in WRONG])
def test_wrong_usage_is_one_sentence_and_exit_2(
    a_bot: MakeBot, flags: tuple[str, ...], named: str
) -> None:
    bot = a_bot().start(*flags)
    assert bot.code() == 2
    assert named in sentence(bot)


def test_a_data_folder_that_cannot_be_made_is_exit_1(a_bot: MakeBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    bot = a_bot().start("--data-dir", "file/data")
    assert bot.code() == 1
    assert "file/data" in sentence(bot)
    assert "--data-dir" in sentence(bot)


def test_a_log_folder_that_cannot_be_made_is_exit_1(a_bot: MakeBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    bot = a_bot().start("--log-dir", "file/logs")
    assert bot.code() == 1
    assert "file/logs" in sentence(bot)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_may_not_be_written_is_exit_1(a_bot: MakeBot, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    bot = a_bot().start()
    assert bot.code() == 1
    assert "data" in sentence(bot)


@pytest.mark.parametrize("damage", ["overwritten", "cut", "emptied", "no database"])
def test_a_damaged_journal_is_named_and_left_as_it_is(a_bot: MakeBot, damage: str) -> None:
    bot = a_bot(QUICK).up("--speed", "600")
    assert bot.stop() == 0
    (bot.folder / "output.txt").unlink()
    path = bot.data / "trader.db"
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "overwritten": whole[:100] + b"\xff" * 20_000 + whole[20_100:],
            "cut": whole[:middle],
            "emptied": b"",
            "no database": b"these are not the books you are looking for" * 100,
        }[damage]
    )
    before = path.read_bytes()
    bot.start()
    assert bot.code() == 1
    assert str(Path("data") / "trader.db") in sentence(bot)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["overwritten", "no database"])
def test_damaged_books_of_the_simulated_exchange_are_named(a_bot: MakeBot, damage: str) -> None:
    bot = a_bot(QUICK).up("--speed", "600")
    assert bot.stop() == 0
    (bot.folder / "output.txt").unlink()
    path = bot.data / "simulated_upbit.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 20_000 if damage == "overwritten" else b"no" * 999)
    before = path.read_bytes()
    bot.start()
    assert bot.code() in (1, 2)
    assert "simulated_upbit.db" in sentence(bot)
    assert path.read_bytes() == before
