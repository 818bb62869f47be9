"""How a recording lies on disk: names of files, kinds of lines, the version of the layout."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

LAYOUT = 2  # raised when a line's form changes: older recordings are refused, never misread
FORMAT = "trader session"  # the first field of every head
CHECK = "#"  # [CHECK, events so far, CRC-32 of the lines since the last one, the books' gist]
ANSWER = "="  # [ANSWER, outcome] stands below the event that it answers; none: nothing followed
END = "end"  # [END]: stopped in order

_NAME = re.compile(r"life-(\d{4,})-part-(\d{3,})\.jsonl\.gz")


class Place(NamedTuple):
    """Which file: a life is one engine from start to stop, its parts follow each other by size."""

    life: int
    part: int

    @property
    def name(self) -> str:
        """The file's name; names sort as lives and parts do."""
        return f"life-{self.life:04}-part-{self.part:03}.jsonl.gz"


def place_of(path: Path) -> Place | None:
    """What a file's name says; None when it is no part of a recording."""
    found = _NAME.fullmatch(path.name)
    return None if found is None else Place(int(found[1]), int(found[2]))


def places(folder: Path) -> list[Place]:
    """Every part in a folder, sorted; none when there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(place for path in folder.iterdir() if (place := place_of(path)) is not None)
