"""The daemon's end of the mailbox, as far as a panel can tell: takes a command, answers it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.dashboard import samples


@dataclass
class FakeDaemon:
    """Reads `command.json` with nothing but `json`; answers in `bot_status.json`."""

    data_dir: Path

    def waiting(self) -> dict[str, Any] | None:
        """The command in the mailbox."""
        slot = self.data_dir / "command.json"
        found: dict[str, Any] | None = (
            json.loads(slot.read_text("utf-8")) if slot.exists() else None
        )
        return found

    def answer(self, result: str = "done", message: str = "") -> dict[str, Any]:
        """Take the command away and publish what became of it."""
        taken = self.waiting()
        assert taken is not None, "nothing was asked"
        (self.data_dir / "command.json").unlink()
        said = samples.answer(taken["id"], taken["name"], result, message, time.time())
        samples.write(self.data_dir, "bot_status.json", samples.status(commands=[said]))
        return taken
