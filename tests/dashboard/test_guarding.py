"""What the panel says of the guardian and of who protects the positions."""

from __future__ import annotations

import time

from streamlit.testing.v1 import AppTest

from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon

_WATCHING = {
    "state": "watching", "after": 60.0, "pid": 7, "since": 1.0, "action": "", "acted_at": None,
}  # fmt: skip
_SHARES = {"exchange": 0.25, "engine": 0.75, "guardian": 0.0, "nobody": 0.0}


def test_a_running_bot_tells_of_its_guardian(panel: AppTest, running: FakeDaemon) -> None:
    status = samples.status(guardian=_WATCHING, coverage={"upbit": _SHARES})
    samples.write(running.data_dir, "bot_status.json", status)
    shown = texts(panel.run())
    assert "Guardian: watches; it acts after 60 s of silence" in shown
    assert "by the exchange 25.00 %, the bot 75.00 %, the guardian 0.00 %, nobody 0.00 %" in shown


def test_while_the_bot_is_silent_the_guardian_speaks_for_itself(
    panel: AppTest, running: FakeDaemon
) -> None:
    samples.write(running.data_dir, "bot_status.json", samples.status(time.time() - 60))
    said = _WATCHING | {
        "state": "failed", "action": "no keys", "acted_at": time.time(), "silent": 61.0,
        "coverage": {"upbit": {**_SHARES, "engine": 0.0, "nobody": 0.75}},
    }  # fmt: skip
    samples.write(running.data_dir, "guardian.json", said | {"timestamp": time.time()})
    shown = texts(panel.run())
    assert "CANNOT GUARD" in shown
    assert "no keys" in shown
    assert "nobody 75.00 %" in shown


def test_an_old_word_of_the_guardian_is_none(panel: AppTest, running: FakeDaemon) -> None:
    samples.write(running.data_dir, "bot_status.json", samples.status(time.time() - 600))
    said = _WATCHING | {"timestamp": time.time() - 300, "silent": 0.0, "coverage": {}}
    samples.write(running.data_dir, "guardian.json", said)
    assert "Guardian" not in texts(panel.run())


def test_a_recording_is_shown_and_its_end_too(panel: AppTest, running: FakeDaemon) -> None:
    going = {"state": "on", "folder": "rec/one", "since": 1.0, "ended_at": None,
             "code": "", "message": ""}  # fmt: skip
    samples.write(running.data_dir, "bot_status.json", samples.status(recording=going))
    shown = texts(panel.run())
    assert "Recording: rec/one" in shown
    assert "has ended" not in shown
    ended = going | {"state": "ended", "ended_at": 9.0, "code": "disk_full"}
    samples.write(running.data_dir, "bot_status.json", samples.status(recording=ended))
    shown = texts(panel.run())
    assert "The recording has ended, trading goes on" in shown
    assert "free some space" in shown
    assert "Recording: rec/one" not in shown
