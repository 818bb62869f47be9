"""What lies on disk: whole after a stop, readable while it runs, every block checked."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from pathlib import Path

from tests.replay.playing import KEYS, Playing, events_on_disk, lines_of, moments_of
from trader.domain import events as ev
from trader.shell.recording.layout import CHECK, Place, place_of, places
from trader.shell.recording.reading import Moment, lives


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
    while not events_on_disk(tmp_path) and time.monotonic() < until:
        time.sleep(0.01)
    (life,) = lives(tmp_path)
    assert moments_of(life)
    assert not life.complete
    playing.close()


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
