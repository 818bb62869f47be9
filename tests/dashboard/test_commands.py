"""Commands go through the mailbox, are confirmed by consequence, and are always answered."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import asking, confirm
from dashboard.place import Place
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon


def test_pause_is_one_click_and_its_answer_is_shown(panel: AppTest, running: FakeDaemon) -> None:
    panel.run().button(key="pause_here").click().run()
    assert "Pause · DEMO: sent, waiting" in texts(panel)
    taken = running.answer("done", "nothing is bought")
    assert (taken["name"], taken["args"], taken["issued_by"]) == ("pause", {}, "panel")
    said = texts(panel.run())
    assert "Pause · DEMO: ✔ done" in said
    assert "nothing is bought" in said


def test_a_refusal_is_shown_with_its_reason(panel: AppTest, running: FakeDaemon) -> None:
    panel.run().button(key="pause_here").click().run()
    running.answer("refused", "duplicate: :red[no] <b>")
    said = texts(panel.run())
    assert "✖ refused" in said
    assert "duplicate: :red[no] <b>" in [piece.value for piece in panel.text]


def test_no_answer_tells_what_to_do(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.run().button(key="pause_here").click().run()
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    said = texts(panel.run())
    assert "no answer from the bot" in said
    assert f'touch "{running.data_dir / "STOP"}"' in said
    assert "Upbit BTC/KRW" in said


def test_a_second_command_does_not_overwrite_the_first(panel: AppTest, running: FakeDaemon) -> None:
    panel.run().button(key="pause_here").click().run()
    first = running.waiting()
    panel.button(key="pause_here").click().run()
    assert running.waiting() == first
    assert "the previous command still lies in the mailbox" in texts(panel)


def test_the_emergency_button_stops_entries_at_once_and_asks_before_closing(
    panel: AppTest, running: FakeDaemon
) -> None:
    panel.run().button(key="emergency_here").click().run()
    assert running.answer()["args"] == {"close": False}
    assert panel.button(key="confirm_yes").disabled
    assert "Upbit: positions: 1" in texts(panel)


def test_closing_a_position_is_asked_with_its_estimate(panel: AppTest, running: FakeDaemon) -> None:
    panel.run().button(key="close_upbit_0").click().run()
    assert running.waiting() is None
    assert "Price: 50,800,000 KRW\nResult: ▲ +1,200 KRW (+1.60 %)" in texts(panel)
    panel.button(key="confirm_yes").click().run()
    taken = running.answer()
    assert taken["name"] == "close_position"
    assert taken["args"] == {"venue": "upbit", "symbol": "BTC/KRW"}


def test_a_bot_in_another_mode_than_the_question_named_is_not_asked(
    panel: AppTest, running: FakeDaemon
) -> None:
    panel.run().button(key="close_upbit_0").click().run()
    samples.write(running.data_dir, "bot_status.json", samples.status(mode="live"))
    panel.button(key="confirm_yes").click().run()
    assert running.waiting() is None
    assert "another mode than when you were asked" in texts(panel)


def test_what_was_not_sent_changes_nothing_and_stays_on_screen(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    (running.data_dir / "STOP").touch()
    samples.write(running.data_dir, "bot_status.json", samples.status(status="paused"))
    panel.run().button(key="resume_here").click().run()
    samples.write(running.data_dir, "bot_status.json", samples.status(status="paused", mode="live"))
    panel.button(key="confirm_yes").click().run()
    assert running.waiting() is None
    assert (running.data_dir / "STOP").exists()
    later = time.time() + 60
    monkeypatch.setattr("dashboard.frame.answers.time", SimpleNamespace(time=lambda: later))
    assert "another mode than when you were asked" in texts(panel.run())


def test_closing_everything_is_for_the_bot_that_was_shown(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm, "grave", confirm.question)  # as if the digits were typed
    panel.run().button(key="emergency_here").click().run()
    running.answer()
    samples.write(running.data_dir, "bot_status.json", samples.status(mode="live"))
    panel.button(key="confirm_yes").click().run()
    assert running.waiting() is None
    assert "another mode than when you were asked" in texts(panel)


def test_stop_needs_typed_digits(panel: AppTest, running: FakeDaemon) -> None:
    panel.run()
    panel.switch_page("../pages/commands.py").run()
    panel.button(key="stop").click().run()
    assert panel.button(key="confirm_yes").disabled
    assert running.waiting() is None


def test_a_folder_that_cannot_be_written_is_said_so(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("trader.bridge.mailbox.drop", refuse)
    panel.run().button(key="pause_here").click().run()
    assert "cannot be written" in texts(panel)


def test_nothing_is_asked_of_a_bot_that_never_ran(panel: AppTest, place: Place) -> None:
    panel.run()
    assert panel.button(key="pause_here").disabled
    assert panel.button(key="emergency_here").disabled


def test_an_emergency_that_nobody_hears_forbids_entries_by_a_file(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.run().button(key="emergency_here").click().run()
    assert not (running.data_dir / "STOP").exists(), "the bot has five seconds first"
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    said = texts(panel.run())
    assert (running.data_dir / "STOP").exists()
    assert "Entries are off all the same" in said
    assert "python run_bot.py" in said


def test_an_emergency_of_a_silent_bot_forbids_entries_at_once(
    panel: AppTest, place: Place, running: FakeDaemon
) -> None:
    samples.write(place.data_dir, "bot_status.json", samples.status(time.time() - 60))
    panel.run().button(key="emergency_here").click().run()
    assert (place.data_dir / "STOP").exists()


def test_resume_deletes_the_file_and_says_so(panel: AppTest, running: FakeDaemon) -> None:
    (running.data_dir / "STOP").touch()
    samples.write(running.data_dir, "bot_status.json", samples.status(status="paused"))
    panel.run().button(key="resume_here").click().run()
    assert "The file STOP in the data folder is deleted as well" in texts(panel)
    panel.button(key="confirm_yes").click().run()
    assert running.answer()["name"] == "resume"
    assert not (running.data_dir / "STOP").exists()
