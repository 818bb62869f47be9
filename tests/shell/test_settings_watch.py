"""A changed `.env` is applied once it has settled, or refused; nothing in between."""

import asyncio
from pathlib import Path

import pytest

from config.env_file import EnvFile, read
from config.settings import Settings, load
from tests.config.builders import DAEMON
from trader.shell.settings_watch import News, Refused, Reloaded, SettingsWatch, half_written

K = "CRYPTO_K_VALUE=0.45\nCRYPTO_TAKE_PROFIT_PERCENT=0.03\n"


def loading(env: EnvFile) -> Settings:
    return load(env, {}, DAEMON)


class Desk:
    """A file, a watch, a clock of its own, and all that was told."""

    def __init__(self, path: Path, text: str | None = K) -> None:
        self.path, self.now, self.news = path, 100.0, list[News]()
        if text is not None:
            self.write(text)
        env = read(path)
        self.watch = SettingsWatch(
            path, (env, loading(env)), loading, self.news.append, lambda: self.now
        )
        self.wait()

    def write(self, text: str | bytes) -> None:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def wait(self, seconds: float = 1.0) -> None:
        for _ in range(round(seconds * 10)):
            self.watch.poll()
            self.now += 0.1

    def told(self) -> News:
        """The one thing that was told."""
        (news,) = self.news
        self.news.clear()
        return news

    def k_value(self) -> float:
        news = self.told()
        assert isinstance(news, Reloaded)
        return float(news.settings.parameters["upbit"]["k_value"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / ".env")


def test_nothing_is_told_while_nothing_changes(desk: Desk) -> None:
    desk.wait(5)
    desk.write(K)  # saved again, the same
    desk.wait()
    assert desk.news == []


def test_a_change_is_applied_once_and_only_after_it_has_settled(desk: Desk) -> None:
    desk.write(K.replace("0.45", "0.6"))
    desk.wait(0.3)
    assert desk.news == []
    desk.wait(2)
    news = desk.told()
    assert isinstance(news, Reloaded)
    assert [(c.key, c.old, c.new) for c in news.changes] == [("CRYPTO_K_VALUE", "0.45", "0.6")]
    assert news.settings.parameters["upbit"]["k_value"] == 0.6
    assert news.version == read(desk.path).version


def test_a_file_that_is_being_written_is_left_alone(desk: Desk) -> None:
    for number in range(20):
        desk.write(K + "#" * number)
        desk.wait(0.2)
    assert desk.news == []


BROKEN: list[tuple[bytes, str]] = [
    (b"", "is empty"),
    (b" \n", "is empty"),
    (b"\xef\xbb\xbf" + K.encode(), "byte order mark"),
    (K.encode() + b"CRYPTO_K_VALUE=0.5\n", "a second time"),
    (b"CRYPTO_K_VALUE='0.5\n", "unclosed quote"),
    (b"CRYPTO_K_VALUE=0,5\n", ".env:1 CRYPTO_K_VALUE=0,5"),
    (K.encode()[:-3], "cut off in the middle of a line"),
    (K.encode()[:30], "cut off in the middle of a line"),
    (K.encode() + b"NEW_KEY=1\n", "unknown setting"),
]


@pytest.mark.parametrize(("data", "reason"), BROKEN)
def test_a_broken_file_changes_nothing_and_is_reported_once(
    desk: Desk, data: bytes, reason: str
) -> None:
    desk.write(data)
    desk.wait(5)
    news = desk.told()
    assert isinstance(news, Refused)
    assert reason in news.text
    desk.write(K)
    desk.wait()
    news = desk.told()  # right again: the error is over, nothing has changed
    assert isinstance(news, Reloaded)
    assert news.changes == ()


def test_a_deleted_file_changes_nothing_and_is_reported_once(desk: Desk) -> None:
    desk.path.unlink()
    desk.wait(5)
    news = desk.told()
    assert isinstance(news, Refused)
    assert "was deleted" in news.text
    desk.write(K.replace("0.45", "0.7"))
    desk.wait()
    assert desk.k_value() == 0.7


def test_an_unreadable_file_is_reported_once(desk: Desk) -> None:
    desk.path.unlink()
    desk.path.mkdir()
    desk.wait(5)
    news = desk.told()
    assert isinstance(news, Refused)
    assert "cannot be read" in news.text


def test_a_removed_key_goes_back_to_its_default(desk: Desk) -> None:
    desk.write("CRYPTO_TAKE_PROFIT_PERCENT=0.03\n")
    desk.wait()
    news = desk.told()
    assert isinstance(news, Reloaded)
    assert [(c.old, c.new) for c in news.changes] == [("0.45", "0.5 (preset day)")]


def test_a_file_that_appears_later_is_applied(tmp_path: Path) -> None:
    desk = Desk(tmp_path / ".env", None)
    desk.wait(3)
    assert desk.news == []
    desk.write("K_VALUE=0.8\n")
    desk.wait()
    assert desk.k_value() == 0.8


def test_what_needs_a_restart_waits_and_is_told_once(desk: Desk) -> None:
    desk.write("MODE=paper\n" + K)
    desk.wait()
    news = desk.told()
    assert isinstance(news, Reloaded)
    assert (news.waiting, news.settings.mode) == (("MODE",), "demo")
    desk.write("MODE=paper\n" + K.replace("0.45", "0.6"))
    desk.wait()
    news = desk.told()
    assert isinstance(news, Reloaded)
    assert (news.waiting, news.settings.mode) == ((), "demo")


def test_a_reload_asked_for_answers_at_once_and_is_not_told_twice(desk: Desk) -> None:
    assert isinstance(desk.watch.reload(), Reloaded)
    desk.write(K.replace("0.45", "0.6"))
    news = desk.watch.reload()
    assert isinstance(news, Reloaded)
    assert news.settings.parameters["upbit"]["k_value"] == 0.6
    desk.write(b"")
    assert isinstance(desk.watch.reload(), Refused)
    desk.wait(2)
    assert desk.news == []


HALVES = [  # before, now, half written
    ("A=1\nB=22\n", "A=1\nB=2", True),
    ("A=1\nB=22\n", "A=", True),
    ("A=1\nB=22\n", "A=1\n", False),
    ("A=1\nB=22\n", "A=1", False),
    ("A=1\nB=22", "A=1\nB=2", False),
    ("A=1\nB=22\n", "A=1\nB=3", False),
    ("A=1\n", "", False),
    ("", "A=1", False),
]


@pytest.mark.parametrize(("before", "now", "half"), HALVES)
def test_a_file_cut_inside_a_line_is_told_from_an_edited_one(
    before: str, now: str, half: bool
) -> None:
    assert half_written(before.encode(), now.encode()) is half


async def test_it_looks_ten_times_a_second_until_it_is_stopped(desk: Desk) -> None:
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)
        desk.now += seconds
        if len(naps) == 2:
            desk.write("K_VALUE=0.9\n")
        if len(naps) == 10:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await desk.watch.run(sleep)
    assert set(naps) == {0.1}
    assert desk.k_value() == 0.9
