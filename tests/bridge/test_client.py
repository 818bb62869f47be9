"""What the panel sees: every view with its age, every command with its answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bridge.samples import portfolio, status
from trader.bridge.client import Client
from trader.bridge.mailbox import MailboxFull, settle, take
from trader.bridge.publisher import Publisher
from trader.domain.commands import CommandAnswer
from trader.domain.errors import BadInput


class FakeClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(1000.0)


@pytest.fixture
def client(tmp_path: Path, clock: FakeClock) -> Client:
    return Client(tmp_path, clock, clock.sleep)


def test_a_view_is_read_with_its_age(tmp_path: Path, client: Client) -> None:
    Publisher(tmp_path).status(status(at=990.5))
    reading = client.status()
    assert (reading.age, reading.error) == (9.5, None)
    assert reading.value is not None
    assert reading.value.mode == "demo"
    assert reading.fresh()
    assert not reading.fresh(within=9.0)


def test_the_portfolio_is_read_by_venue(tmp_path: Path, client: Client) -> None:
    Publisher(tmp_path).portfolio(portfolio())
    read = client.portfolio("upbit").value
    assert read is not None
    assert read.metadata.selected_symbols == ("BTC/KRW", "ETH/KRW")


def test_a_bot_that_was_never_started_is_said_so(client: Client) -> None:
    reading = client.status()
    assert (reading.value, reading.age) == (None, None)
    assert "has not been started" in str(reading.error)
    assert not reading.fresh()


@pytest.mark.parametrize("content", ["", "\0" * 50, '{"status": "running"}', "[]"])
def test_a_spoilt_view_leaves_the_last_good_one(
    tmp_path: Path, client: Client, clock: FakeClock, content: str
) -> None:
    Publisher(tmp_path).status(status(at=999.0))
    client.status()
    (tmp_path / "bot_status.json").write_text(content)
    clock.now = 1020.0
    reading = client.status()
    assert reading.value is not None
    assert reading.age == pytest.approx(21.0, abs=0.1)
    assert "bot_status.json cannot be read" in str(reading.error)


def test_a_command_is_dropped_and_its_answer_read(tmp_path: Path, client: Client) -> None:
    dropped = client.drop("pause", {"venue": "upbit"})
    assert client.waiting()
    result = take(tmp_path, 1000.0)
    assert result is not None
    settle(tmp_path, result)
    assert not client.waiting()
    done = CommandAnswer(dropped, "pause", "done", "paused", 1000.0)
    Publisher(tmp_path).status(replace(status(), commands=(done,)))
    found = client.wait(dropped)
    assert found is not None
    assert (found.result, found.message) == ("done", "paused")


def test_a_silent_daemon_is_waited_for_five_seconds(client: Client, clock: FakeClock) -> None:
    assert client.wait("c1") is None
    assert clock.now == pytest.approx(1005.0, abs=0.3)


def test_bad_and_second_commands_are_errors_to_show(client: Client) -> None:
    with pytest.raises(BadInput, match="bad_arguments"):
        client.drop("buy", {})
    client.drop("pause", {})
    with pytest.raises(MailboxFull):
        client.drop("resume", {})
