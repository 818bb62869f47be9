"""Damage in a recording is found and told in one sentence; what a kill cut off is left out."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.replay.playing import Playing, events_on_disk, moments_of, rewritten
from trader.domain.errors import BadInput
from trader.shell.recording.layout import Place, places
from trader.shell.recording.reading import Check, Moment, lives


def refused(folder: Path) -> str:
    """The sentence that reading it ends with."""
    with pytest.raises(BadInput) as caught:
        events_on_disk(folder)
    text = str(caught.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


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
