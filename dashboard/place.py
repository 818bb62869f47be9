"""Where a panel looks and how it greets: handed from the launcher to every page by environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "TRADER_PANEL_"


@dataclass(frozen=True, slots=True)
class Place:
    """Folders, and what the settings say of the panel.

    `password` is a salted hash, empty: no password is asked for. `language` is `en`, `ko` or
    `auto`, `zone` an IANA name or empty for the browser's.
    """

    data_dir: Path
    log_dir: Path
    password: str = ""
    language: str = "auto"
    zone: str = ""

    def environment(self) -> dict[str, str]:
        """The variables from which `found` makes the same place."""
        return {
            f"{_PREFIX}DATA_DIR": str(self.data_dir),
            f"{_PREFIX}LOG_DIR": str(self.log_dir),
            f"{_PREFIX}PASSWORD_HASH": self.password,
            f"{_PREFIX}LANGUAGE": self.language,
            f"{_PREFIX}ZONE": self.zone,
        }

    @classmethod
    def found(cls, environment: Mapping[str, str] = os.environ) -> Place:
        """The place that a launcher left; the contract's defaults without one."""
        return cls(
            Path(environment.get(f"{_PREFIX}DATA_DIR", "data")),
            Path(environment.get(f"{_PREFIX}LOG_DIR", "logs")),
            environment.get(f"{_PREFIX}PASSWORD_HASH", ""),
            environment.get(f"{_PREFIX}LANGUAGE", "auto"),
            environment.get(f"{_PREFIX}ZONE", ""),
        )
