"""What lies on disk: whole after a stop, readable after a kill, honest about every damage."""

from __future__ import annotations

import gzip
import json
import logging
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.redaction import Redactor
from config.secret import Secret
from tests.disks import small
from tests.replay.playing import KEYS, Playing, lines_of, recorded, rewritten
from trader.domain import events as ev
from trader.domain.errors import BadInput, JournalBroken
from trader.domain.outcome import NOTHING, Outcome
from trader.shell.recording import recorder as recording
from trader.shell.recording import writing
from trader.shell.recording.layout import CHECK, Place, place_of, places
from trader.shell.recording.reading import Check, Life, Moment, lives

CANARY = "canary-4f9aK2kLw81xQz"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One recorded life."""
    return recorded(tmp_path_factory.mktemp("session"))


@pytest.fixture
def copy(session: Path, tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    return Path(shutil.copytree(session, tmp_path / "copy"))


def moments_of(life: Life) -> list[Moment]:
    return [item for item in life.items() if isinstance(item, Moment)]


def refused(folder: Path) -> str:
    """The sentence that reading it ends with."""
    with pytest.raises(BadInput) as caught:
        _events_on_disk(folder)
    text = str(caught.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def test_a_whole_life_comes_back(session: Path) -> None:
    (life,) = lives(session)
    found = moments_of(life)
    assert life.complete
    assert [m.number for m in found] == list(range(1, len(found) + 1))
    kinds = {type(m.event) for m in found}
    assert {ev.PriceSeen, ev.HistoryLoaded, ev.Commanded, ev.OrderFilled} <= kinds
    assert any(m.answer.get("trades") for m in found)
    assert [key for key, _ in life.beginning.markets] == list(KEYS)


def test_lives_and_parts_follow_one_another(tmp_path: Path) -> None:
    for _ in range(2):
        playing = Playing(tmp_path, part=40_000)
        playing.play(60)
        playing.close()
    names = [place.name for place in places(tmp_path)]
    assert names[0] == "life-0001-part-001.jsonl.gz"
    assert {place.life for place in places(tmp_path)} == {1, 2}
    assert max(place.part for place in places(tmp_path)) > 1, "the size must rotate"
    first, second = lives(tmp_path)
    assert len(moments_of(first)) == len(moments_of(second)) > 100
    assert first.complete
    assert second.complete


def test_other_files_are_no_parts(tmp_path: Path) -> None:
    assert place_of(tmp_path / "life-0001-part-001.jsonl") is None
    assert place_of(tmp_path / Place(12, 3).name) == Place(12, 3)
    assert places(tmp_path / "nothing") == []


def test_until_ends_before_a_moment(session: Path) -> None:
    (life,) = lives(session)
    whole = moments_of(life)
    until = whole[len(whole) // 2].at
    part = [item for item in life.items(until) if isinstance(item, Moment)]
    assert 0 < len(part) < len(whole)
    assert max(m.at for m in part) < until
    assert not life.complete


def test_a_running_recording_can_be_read_up_to_its_last_block(tmp_path: Path) -> None:
    playing = Playing(tmp_path)
    playing.play(30)
    until = time.monotonic() + 10.0
    while not _events_on_disk(tmp_path) and time.monotonic() < until:
        time.sleep(0.01)
    (life,) = lives(tmp_path)
    assert moments_of(life)
    assert not life.complete
    playing.close()


def _events_on_disk(folder: Path) -> int:
    return sum(len(moments_of(life)) for life in lives(folder))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_file_cut_anywhere_is_read_up_to_there(copy: Path, share: float) -> None:
    (path,) = copy.iterdir()
    whole = len(moments_of(lives(copy)[0]))
    os.truncate(path, int(path.stat().st_size * share))
    (life,) = lives(copy)
    found = moments_of(life)
    assert len(found) < whole
    assert not life.complete


def test_a_life_killed_before_its_head_is_left_out(copy: Path) -> None:
    (copy / Place(2, 1).name).write_bytes(b"")
    assert [life.number for life in lives(copy)] == [1]
    os.truncate(copy / Place(1, 1).name, 10)
    with pytest.raises(BadInput, match="holds no event"):
        lives(copy)


def test_nothing_recorded_is_said(tmp_path: Path) -> None:
    assert "holds no recording; run_bot.py --record" in refused(tmp_path)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    playing = Playing(tmp_path, part=3_000)
    playing.play(80)
    playing.close()
    assert len(places(tmp_path)) > 2
    (tmp_path / Place(1, 2).name).unlink()
    assert "life-0001-part-002.jsonl.gz is missing" in refused(tmp_path)


def test_a_part_cut_in_the_middle_of_a_life_is_damage(tmp_path: Path) -> None:
    playing = Playing(tmp_path, part=3_000)
    playing.play(80)
    playing.close()
    path = tmp_path / places(tmp_path)[-2].name
    os.truncate(path, path.stat().st_size - 30)
    text = refused(tmp_path)
    assert "is damaged after" in text
    assert "its end is missing" in text
    until = text.rpartition("--to ")[2]
    from trader.backtest.arguments import moment

    (life,) = lives(tmp_path)
    assert [item for item in life.items(moment(until, "--to")) if isinstance(item, Moment)]


def test_flipped_bytes_are_damage(copy: Path) -> None:
    (path,) = copy.iterdir()
    content = bytearray(path.read_bytes())
    middle = len(content) * 4 // 5
    content[middle : middle + 40] = bytes(255 - byte for byte in content[middle : middle + 40])
    path.write_bytes(content)
    assert "is damaged after" in refused(copy)


def _another_price(lines: list[Any]) -> list[Any]:
    price = next(line for line in lines if isinstance(line, list) and line[0] == "p")
    price[1][1] += 1.0
    return lines


def test_an_edited_line_does_not_pass(copy: Path) -> None:
    (path,) = copy.iterdir()
    lines = gzip.decompress(path.read_bytes()).split(b"\n")
    place = next(n for n, line in enumerate(lines) if line.startswith(b'["p",'))
    lines[place] = lines[place].replace(b'["p",', b'["p", ')
    path.write_bytes(gzip.compress(b"\n".join(lines)))
    assert "check sum is wrong" in refused(copy)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [*lines[:20], ["mystery", 1], *lines[20:]], "unknown kind 'mystery'"),
        (lambda lines: [*lines[:20], ["p", ["x"]], *lines[20:]], "is damaged"),
        (lambda lines: [*lines[:20], ["t", {"at": 1, "cycle": False}], *lines[20:]], "too many"),
    ],
)
def test_lines_that_cannot_be_are_refused(
    copy: Path, change: Callable[[list[Any]], list[Any]], told: str
) -> None:
    rewritten(copy, change)
    assert told in refused(copy)


def test_an_older_layout_is_refused_with_its_version(copy: Path) -> None:
    def older(lines: list[Any]) -> list[Any]:
        lines[0] |= {"layout": 0, "version": "0.0.9"}
        return lines

    rewritten(copy, older)
    text = refused(copy)
    assert "recorded in layout 0 by version 0.0.9; this version reads layout 2" in text


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / Place(1, 1).name
    for content in (b"plain text\n", gzip.compress(b"no json\n"), gzip.compress(b"[1]\n")):
        path.write_bytes(content)
        assert "is no recording" in refused(tmp_path)
    path.write_bytes(gzip.compress(b'{"recording": "music"}\n'))
    assert "is no recording of run_bot.py" in refused(tmp_path)


def test_a_damaged_head_is_refused(copy: Path) -> None:
    def headless(lines: list[Any]) -> list[Any]:
        del lines[0]["beginning"]["capabilities"]
        return lines

    rewritten(copy, headless)
    assert "its head is damaged" in refused(copy)


def test_something_behind_the_end_is_damage(copy: Path) -> None:
    (path,) = copy.iterdir()
    path.write_bytes(path.read_bytes() + b"tail")
    assert "something behind its end" in refused(copy)


def test_a_removed_event_is_told_as_missing(copy: Path) -> None:
    def without(lines: list[Any]) -> list[Any]:
        place = next(n for n, line in enumerate(lines) if n > 200 and line[0] == "s")
        return lines[:place] + lines[place + 1 :]

    rewritten(copy, without)
    missing = [i.missing for i in lives(copy)[0].items() if isinstance(i, Check) and i.missing]
    assert missing == [1]


# ---------------------------------------------------------------- it never costs a trade


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


# ---------------------------------------------------------------- nothing secret


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


def test_every_block_is_checked(session: Path) -> None:
    (path,) = session.iterdir()
    lines = lines_of(path)
    checks = [line for line in lines if isinstance(line, list) and line[0] == CHECK]
    assert len(checks) > 20
    assert checks[0][3]["settings"].keys() == {"upbit", "binance_spot", "binance_futures"}
    assert all(not check[3]["settings"] for check in checks[1:3]), "only what changed"
    raw = gzip.decompress(path.read_bytes())
    body = raw.partition(b"\n")[2]
    block = body[: body.index(b'["#",')]
    assert zlib.crc32(block) == checks[0][2]
    assert json.loads(raw.partition(b"\n")[0])["mode"] == "demo"
