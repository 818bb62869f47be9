"""A recording never costs a trade: whatever happens to it, it ends, it is told, the bot goes on."""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.redaction import Redactor
from config.secret import Secret
from tests.disks import small
from tests.replay.playing import Playing, moments_of
from trader.domain import events as ev
from trader.domain.errors import BadInput, JournalBroken
from trader.domain.outcome import NOTHING, Outcome
from trader.shell.recording import recorder as recording
from trader.shell.recording import writing
from trader.shell.recording.layout import Place
from trader.shell.recording.reading import lives

CANARY = "canary-4f9aK2kLw81xQz"


class Broken(Exception):
    pass


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def test_a_write_error_ends_the_recording_with_one_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[int] = []

    def full(self: writing._Part, block: bytes) -> None:
        failures.append(len(block))
        raise OSError(28, "No space left on device")

    playing = Playing(tmp_path)
    monkeypatch.setattr(writing._Part, "write", full)
    playing.play(20)
    until = time.monotonic() + 10.0
    while playing.recorder.on and time.monotonic() < until:
        playing.play(1)
    trades = len(playing.journal.fills)
    playing.play(200)
    playing.close()
    assert failures
    assert not playing.recorder.on
    assert len(playing.journal.fills) > trades, "trading goes on"
    (told,) = warnings(caplog)
    assert "ends here (No space left on device); trading goes on" in told


def test_a_full_disk_ends_the_recording_and_leaves_it_readable(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with small(tmp_path / "disk", "256k") as disk:
        playing = Playing(disk / "session")
        until = time.monotonic() + 20.0
        while playing.recorder.on and time.monotonic() < until:
            playing.play(10)
        playing.play(10)
        playing.close()
        (told,) = warnings(caplog)
        assert "No space left" in told
        assert len(moments_of(lives(disk / "session")[0])) > 100


def test_a_bug_of_the_recorder_is_not_the_engines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise Broken("a value that nobody thought of")

    playing = Playing(tmp_path)
    monkeypatch.setattr(recording, "line_of", broken)
    playing.play(3)
    playing.close()
    (told,) = warnings(caplog)
    assert "Broken: a value that nobody thought of" in told


def test_a_disk_that_is_too_slow_ends_the_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writing, "WAITING", 0)
    playing = Playing(tmp_path)
    playing.play(3)
    assert not playing.recorder.on
    playing.close()
    (told,) = warnings(caplog)
    assert "the disk is too slow for it" in told


def test_a_failure_at_the_very_end_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: writing._Part) -> None:
        self.close()
        raise OSError(28, "No space left on device")

    playing = Playing(tmp_path)
    monkeypatch.setattr(writing._Part, "finish", full)
    playing.close()
    assert len(warnings(caplog)) == 1


def test_a_folder_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="choose a folder that can be written"):
        Playing(tmp_path / "file")


def test_a_head_that_cannot_be_written_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: writing._Part, block: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing._Part, "write", full)
    with pytest.raises(BadInput, match="No space left on device"):
        Playing(tmp_path)


def test_two_bots_that_begin_at_once_have_lives_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / Place(1, 1).name).write_bytes(b"")
    monkeypatch.setattr(writing, "places", lambda _: [])
    playing = Playing(tmp_path)
    playing.close()
    assert (tmp_path / Place(2, 1).name).stat().st_size > 0


def test_what_the_journal_refuses_is_recorded_and_still_raised(tmp_path: Path) -> None:
    class Refusing:
        def record(self, event: ev.Event, outcome: Outcome) -> None:
            raise JournalBroken("full")

    playing = Playing(tmp_path)
    journal = playing.recorder.beside(Refusing())
    with pytest.raises(JournalBroken):
        journal.record(ev.JournalFailed(broken=True, reason="full", at=1), NOTHING)
    playing.close()
    assert isinstance(moments_of(lives(tmp_path)[0])[-1].event, ev.JournalFailed)


def _texts() -> Iterator[ev.Event]:
    yield ev.OrderRejected("zzUE-1", "-2015", f"key {CANARY} is unknown", 1)
    yield ev.LinkChanged("upbit", connected=False, source="rest", reason=f"x={CANARY}", at=2)
    yield ev.JournalFailed(broken=True, reason=f"postgresql://me:{CANARY}@host/db", at=3)
    yield ev.OrderUnknown("zzUE-1", f"https://x/?signature={'ab' * 16}", 4)


def test_no_secret_is_ever_written(tmp_path: Path) -> None:
    playing = Playing(tmp_path, clean=Redactor([Secret(CANARY)]).clean)
    for event in _texts():
        playing.learn(event)
    playing.play(4)
    playing.close()
    text = b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.iterdir())
    assert b"link_lost" in text, "the secret's way into the books was taken"
    assert CANARY.encode() not in text
    assert b"abababab" not in text
    assert b"***" in text
