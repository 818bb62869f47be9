"""What stands in `.env` as the panel may see it: lines without secrets, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.env_file import EnvFile, read
from config.errors import SettingsError
from config.redaction import Redactor
from config.schema import SECRET_NAMES
from config.secret import Secret
from trader.storage.history import SettingChange

SET = "set"
VERSIONS = 20
Row = dict[str, Any]


def inventory(
    places: tuple[Path, Path],
    secrets: Iterable[Secret],
    changes: Iterable[SettingChange],
    waiting: Iterable[str],
) -> Row:
    """`settings.json` without its time; call it for a file that was found to be in order.

    `places`: the file, and the folder of its former versions.

    Raises `SettingsError`.
    """
    path, history = places
    env, clean = read(path), Redactor(secrets).clean
    return {
        "path": path.name,
        "version": env.version,
        "rows": _rows(env, clean),
        "pending_restart": list(waiting),
        "changes": [_change(change) for change in changes],
        "versions": _versions(history, clean),
    }


def _versions(folder: Path, clean: Callable[[str], str]) -> list[Row]:
    """The newest former files, newest first; what cannot be read is left out."""
    found = []
    for path in sorted(folder.glob("*.env"), reverse=True)[:VERSIONS]:
        try:
            until = datetime.strptime(path.name, "%Y%m%dT%H%M%S.%fZ.env").replace(tzinfo=UTC)
            env = read(path)
        except (ValueError, SettingsError):
            continue
        row = {"name": path.name, "until": until.timestamp(), "rows": _rows(env, clean)}
        found.append(row)
    return found


def _rows(env: EnvFile, clean: Callable[[str], str]) -> list[Row]:
    return [
        {"key": key, "line": entry.line, "value": _shown(key, clean(entry.text))}
        for key, entry in env.entries.items()
    ]


def _shown(key: str, text: str) -> str:
    if key.upper() in SECRET_NAMES:
        return SET if text else ""
    return text


def _change(change: SettingChange) -> Row:
    return change._asdict() | {"at": change.at / 1_000}
