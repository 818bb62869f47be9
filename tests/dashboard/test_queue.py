"""The queue of commands: who asked, how long it took, what is still open."""

from __future__ import annotations

import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from tests.bridge.panel import samples as views
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from trader.bridge import mailbox
from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter


def opened(panel: AppTest, **choices: str) -> AppTest:
    for name, value in choices.items():
        panel.session_state[name] = value
    panel.run()
    shown = panel.switch_page("../pages/commands.py").run()
    assert not shown.exception
    return shown


def rows(panel: AppTest) -> list[list[object]]:
    return [list(row) for row in panel.dataframe[0].value.iloc[:, 1:].itertuples(index=False)]


def test_a_command_tells_who_asked_how_long_it_took_and_what_came_of_it(
    panel: AppTest, running: FakeDaemon
) -> None:
    now = time.time()
    PanelWriter(running.data_dir).put(names.COMMANDS, views.commands(now))
    shown = rows(opened(panel))
    assert shown[1:] == [
        ["Change the preset", "—", "—", "✔ done", "0.0 s", "scalping on upbit"],
        ["Close a position", "BTC/KRW Upbit", "panel", "✖ refused", "0.4 s", "too small"],
        ["Change a setting", "CRYPTO_K_VALUE Upbit", "panel", "✔ done", "0.4 s", "in force"],
    ]
    assert shown[0][:3] == ["Pause", "Upbit", "panel"]
    assert str(shown[0][3]).startswith("… for 1 min")


def test_what_waits_is_said_with_its_seconds(panel: AppTest, running: FakeDaemon) -> None:
    args = {"venue": "upbit", "symbol": "BTC/KRW"}
    mailbox.drop(running.data_dir, "close_position", args, "telegram", time.time() - 7)
    said = texts(opened(panel))
    age = re.search(r"Close a position: waiting for the bot's answer for ([0-9.]+) s", said)
    assert age is not None
    assert float(age[1]) >= 7
    assert rows(panel)[0][:3] == ["Close a position", "BTC/KRW Upbit", "Telegram"]


def test_what_nobody_took_in_time_will_be_refused(panel: AppTest, running: FakeDaemon) -> None:
    mailbox.drop(running.data_dir, "pause", {}, "panel", time.time() - 90)
    assert "it will be refused" in texts(opened(panel))


@pytest.mark.parametrize(("state", "count"), [("all", 4), ("open", 1), ("done", 2), ("refused", 1)])
def test_states_choose_commands(
    panel: AppTest, running: FakeDaemon, state: str, count: int
) -> None:
    PanelWriter(running.data_dir).put(names.COMMANDS, views.commands(time.time()))
    assert len(rows(opened(panel, queue_state=state))) == count


def test_a_search_finds_what_stands_in_a_row(panel: AppTest, running: FakeDaemon) -> None:
    PanelWriter(running.data_dir).put(names.COMMANDS, views.commands(time.time()))
    assert [row[0] for row in rows(opened(panel, queue_search="btc"))] == ["Close a position"]
    assert "No command fits" in texts(opened(panel, queue_search="nothing like it"))


def test_a_hostile_mailbox_breaks_nothing(panel: AppTest, running: FakeDaemon) -> None:
    for content in (
        b"{",
        b"\x00" * 9,
        b'{"id": 1}',
        b'{"id": "x", "name": "y", "issued_at": 1e999}',
    ):
        (running.data_dir / "command.json").write_bytes(content)
        opened(panel)


def test_an_id_tells_when_it_was_made() -> None:
    assert mailbox.time_of(mailbox.new_id(1_700_000_000.5)) == 1_700_000_000.5
    assert mailbox.time_of("rejected-1") is None
    assert mailbox.time_of("z" * 26) is None


def test_answers_by_the_status_alone_are_shown(panel: AppTest, running: FakeDaemon) -> None:
    said = samples.answer("x", "pause", "failed", "no <b>", time.time())
    samples.write(running.data_dir, "bot_status.json", samples.status(commands=[said]))
    assert rows(opened(panel)) == [["Pause", "—", "—", "✖ failed", "0.0 s", "no <b>"]]
