"""Thousands of files that nobody should send: each is refused, none stops or harms anything."""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.samples import names_in
from trader.bridge.commands import ARGUMENTS
from trader.bridge.mailbox import Refused, Taken, settle, take

NOW = 1_700_000_000.0
NASTY: list[Any] = [
    None, True, -1, 0, 1e308, 10**30, "", "x" * 70_000, "\0", "\u202e", "../../etc/passwd", "upbit",
    [], [[]], {}, {"venue": "upbit"}, {"__class__": 1}, "'; DROP TABLE orders;--", "BTC/KRW", 0.5,
]  # fmt: skip


def _document(random_: random.Random) -> bytes:
    """A command with something wrong in it (or, rarely, nothing)."""
    document: dict[str, Any] = {
        "id": f"c{random_.random()}",
        "name": random_.choice(list(ARGUMENTS)),
        "args": {},
        "issued_at": NOW,
        "issued_by": "fuzz",
    }
    for _ in range(random_.randint(1, 3)):
        document[random_.choice([*document, "extra"])] = random_.choice(NASTY)
    if isinstance(document["args"], dict) and random_.random() < 0.5:
        word = random_.choice(["venue", "symbol", "values", "preset", "close", "quantity"])
        document["args"] = {word: random_.choice(NASTY)}
    return json.dumps(document).encode()


def _mutated(random_: random.Random) -> bytes:
    raw = bytearray(_document(random_)[:60_000])
    for _ in range(random_.randint(0, 4)):
        place = random_.randrange(len(raw))
        cut = random_.random()
        if cut < 0.3:
            del raw[place : place + random_.randint(1, 50)]
        elif cut < 0.6:
            raw[place:place] = random_.choice([b"[" * 5000, b"\xff", b"\0", b'"', b"1e999", b"{"])
        else:
            raw[place] = random_.randrange(256)
        raw = raw or bytearray(b" ")
    return bytes(raw)


def _survived(folder: Path, files: int) -> int:
    """Feed `files` hostile files and return how many were taken as commands."""
    accepted = 0
    for seed in range(files):
        (folder / "command.json").write_bytes(_mutated(random.Random(seed)))
        result = take(folder, NOW)
        assert isinstance(result, (Taken, Refused)), f"seed {seed}"
        settle(folder, result)
        assert not os.path.lexists(folder / ".command.claimed"), f"seed {seed}"
        accepted += isinstance(result, Taken)
        if isinstance(result, Taken):
            assert result.name in ARGUMENTS
    return accepted


def test_five_hundred_hostile_files(tmp_path: Path) -> None:
    assert _survived(tmp_path, 500) < 100
    assert names_in(tmp_path) == ["rejected_commands"]


@pytest.mark.soak
@pytest.mark.skipif("SOAK" not in os.environ, reason="long; `make soak` runs it (SOAK=1)")
def test_ten_thousand_hostile_files(tmp_path: Path) -> None:
    assert _survived(tmp_path, 10_000) < 2_000
