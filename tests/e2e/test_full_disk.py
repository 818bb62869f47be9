"""A disk that fills while the bot runs: no entries, no traceback, nothing lost, and it recovers."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import disks
from tests.e2e import books
from tests.e2e.bot import Bot
from tests.e2e.killing import LIVELY, in_flight

MakeBot = Callable[..., Bot]
FLAGS = ("--speed", "900", "--seed", "11")
MOST = 48 * 1024  # bytes of a file: the views fit, the journal does not


@contextmanager
def no_room(bot: Bot) -> Iterator[None]:
    """Let the running process write no file beyond a size: needs no rights, and can be undone."""
    assert bot.process is not None
    limit, pid = resource.RLIMIT_FSIZE, bot.process.pid
    free, hard = resource.prlimit(pid, limit)
    resource.prlimit(pid, limit, (MOST, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, limit, (free, hard))


def counts(bot: Bot) -> list[int]:
    """Rows of what must never shrink."""
    return [bot.rows(f"SELECT count(*) FROM {name}")[0][0] for name in _KEPT]  # noqa: S608


_KEPT = ("orders", "fills", "trades", "order_moves", "intents", "commands")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of a process need Linux")
def test_no_entries_while_nothing_can_be_written_and_on_it_goes_afterwards(
    a_bot: MakeBot,
) -> None:
    bot = a_bot(LIVELY).up(*FLAGS)
    bot.until(lambda _: counts(bot)[1] > 10)
    with no_room(bot):
        status = bot.until(lambda s: s.status == "safe_mode", 15)
        assert "journal" in {halt.code for halt in status.halts}
        known = counts(bot)
        time.sleep(2.0)
        assert counts(bot) == known
        assert bot.alive, bot.output()
    bot.until(lambda s: s.status == "running" and not s.halts, 15)
    check_the_books(bot, known)


def check_the_books(bot: Bot, known: list[int]) -> None:
    """It trades again; what was journalled is there; both sides agree at the end."""
    bot.until(lambda _: counts(bot)[1] > known[1] + 3)
    assert bot.ask("pause").result == "done"
    bot.until(lambda _: not in_flight(bot))
    assert bot.stop() == 0
    assert "Traceback" not in bot.output()
    assert "Traceback" not in (bot.logs / "trading_bot.log").read_text("utf-8")
    assert books.settled(bot.data) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    with disks.small(tmp_path / "data", "12m") as folder:
        yield folder


def test_a_really_full_disk(a_bot: MakeBot, small_disk: Path) -> None:
    bot = a_bot(LIVELY).up(*FLAGS)
    bot.until(lambda _: counts(bot)[1] > 10)
    filler = small_disk / "filler"
    fill(filler)
    wait_for(lambda: "cannot be written" in bot.output(), 20)
    time.sleep(2.0)
    fill(filler)
    known = counts(bot)
    time.sleep(1.0)
    assert counts(bot) == known
    assert bot.alive, bot.output()
    filler.unlink()
    bot.until(lambda s: s.status == "running" and not s.halts, 15, fresh=True)
    check_the_books(bot, known)


def test_a_kill_while_the_disk_is_full_loses_nothing_that_was_journalled(
    a_bot: MakeBot, small_disk: Path
) -> None:
    bot = a_bot(LIVELY).up(*FLAGS)
    bot.until(lambda _: counts(bot)[1] > 10)
    filler = small_disk / "filler"
    fill(filler)
    wait_for(lambda: "cannot be written" in bot.output(), 20)
    known = counts(bot)
    bot.kill()
    bot.start(*FLAGS)
    assert bot.code() == 1  # there is no room for a start either
    assert "Traceback" not in bot.output()
    filler.unlink()
    bot.up(*FLAGS)
    now = counts(bot)
    assert all(after >= before for after, before in zip(now, known, strict=True))
    check_the_books(bot, now)


def fill(path: Path) -> None:
    """Take what is left."""
    with path.open("ab", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


def wait_for(holds: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
