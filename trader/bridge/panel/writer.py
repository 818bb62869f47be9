"""Writes `data/panel/`; a disk that refuses or a folder that is gone never stops anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trader.bridge.files import write_whole
from trader.bridge.panel import names

Document = Mapping[str, Any]


class PanelWriter:
    """Writes into one data directory. Every method raises `OSError`, and makes the folders."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = names.folder_of(data_dir)

    def put(self, name: str, document: Document) -> None:
        """Replace a whole file."""
        write_whole(self._place(name), spelled(document))

    def put_lines(self, name: str, rows: Iterable[Document]) -> None:
        """Replace a file of lines."""
        write_whole(self._place(name), (f"{spelled(row)}\n" for row in rows))

    def append(self, name: str, rows: Iterable[Document]) -> None:
        """Add lines. The file must be there: `FileNotFoundError` when somebody deleted it."""
        text = "".join(f"{spelled(row)}\n" for row in rows)
        with (self.folder / name).open("r+b") as file:
            file.seek(0, 2)
            file.write(text.encode())

    def newest(self, name: str, length: int = 4_096) -> Document | None:
        """The last line of a file of lines; None: there is none, or it is torn."""
        try:
            with (self.folder / name).open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - length))
                *_, line, torn = (b"\n\n" + file.read()).split(b"\n")
            found = json.loads(line) if line and not torn else None
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.folder / name).exists()

    def put_text(self, name: str, text: str) -> None:
        """Replace a whole file by what was spelled before."""
        write_whole(self._place(name), text)

    def keep_only(self, folder: str, names_: Iterable[str]) -> None:
        """Delete the other files of a folder in ours."""
        wanted = set(names_)
        for path in (self.folder / folder).glob("*.json"):
            if path.name not in wanted:
                path.unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def spelled(document: Document) -> str:
    """One line of JSON; NaN is a mistake of ours."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
