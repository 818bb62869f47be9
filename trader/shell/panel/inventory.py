"""What stands in `.env` as the panel may see it: lines without secrets, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from config.env_file import EnvFile, read
from config.redaction import Redactor
from config.schema import SECRET_NAMES
from config.secret import Secret
from trader.storage.history import SettingChange

SET = "set"
Row = dict[str, Any]


def inventory(
    path: Path, secrets: Iterable[Secret], changes: Iterable[SettingChange], waiting: Iterable[str]
) -> Row:
    """`settings.json` without its time; call it for a file that was found to be in order.

    Raises `SettingsError`.
    """
    env = read(path)
    clean = Redactor(secrets).clean
    return {
        "path": path.name,
        "version": env.version,
        "rows": [_line(env, key, clean(entry.text)) for key, entry in env.entries.items()],
        "pending_restart": list(waiting),
        "changes": [_change(change) for change in changes],
    }


def _line(env: EnvFile, key: str, text: str) -> Row:
    if key.upper() in SECRET_NAMES:
        text = SET if text else ""
    return {"key": key, "line": env.entries[key].line, "value": text}


def _change(change: SettingChange) -> Row:
    return change._asdict() | {"at": change.at / 1_000}
