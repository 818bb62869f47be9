"""Where a panel looks and how it greets: handed from the launcher to every page by environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OPERATOR, VIEWER = "operator", "viewer"
_PREFIX = "TRADER_PANEL_"


@dataclass(frozen=True, slots=True)
class Place:
    """Folders, and what the settings say of the panel.

    `password` and `viewer` are salted hashes of the operator's and the viewer's password; both
    empty: no password is asked for, whoever reaches the page steers. `language` is `en`, `ko` or
    `auto`, `zone` an IANA name or empty for the browser's.
    """

    data_dir: Path
    log_dir: Path
    password: str = ""
    viewer: str = ""
    language: str = "auto"
    zone: str = ""

    @property
    def passwords(self) -> dict[str, str]:
        """The hash of each role's password; empty where there is none."""
        return {OPERATOR: self.password, VIEWER: self.viewer}

    def environment(self) -> dict[str, str]:
        """The variables from which `found` makes the same place."""
        return {
            f"{_PREFIX}DATA_DIR": str(self.data_dir),
            f"{_PREFIX}LOG_DIR": str(self.log_dir),
            f"{_PREFIX}PASSWORD_HASH": self.password,
            f"{_PREFIX}VIEWER_HASH": self.viewer,
            f"{_PREFIX}LANGUAGE": self.language,
            f"{_PREFIX}ZONE": self.zone,
        }

    @classmethod
    def found(cls, environment: Mapping[str, str] = os.environ) -> Place:
        """The place that a launcher left; the contract's defaults without one."""
        return cls(
            Path(environment.get(f"{_PREFIX}DATA_DIR", "data")),
            Path(environment.get(f"{_PREFIX}LOG_DIR", "logs")),
            password=environment.get(f"{_PREFIX}PASSWORD_HASH", ""),
            viewer=environment.get(f"{_PREFIX}VIEWER_HASH", ""),
            language=environment.get(f"{_PREFIX}LANGUAGE", "auto"),
            zone=environment.get(f"{_PREFIX}ZONE", ""),
        )
