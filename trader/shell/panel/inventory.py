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
from trader.shell.tuning import Source
from trader.storage.history import SettingChange

SET = "set"
VERSIONS = 20
Row = dict[str, Any]


def inventory(
    source: Source,
    secrets: Iterable[Secret],
    changes: Iterable[SettingChange],
    waiting: Iterable[str],
) -> Row:
    """`settings.json` without its time; call it for a file that was found to be in order.

    With what is needed to foretell what another file would mean: the strategies there are with
    their thresholds, the command line, the preset of the demo. Raises `SettingsError`.
    """
    env, clean = read(source.path), Redactor(secrets).clean
    return {
        "path": source.path.name,
        "version": env.version,
        "rows": _rows(env, clean),
        "pending_restart": list(waiting),
        "changes": [_change(change) for change in changes],
        "versions": _versions(source.history, clean),
        "strategies": {name: dict(own) for name, own in source.context.strategies.items()},
        "flags": {key: clean(text) for key, text in source.flags.items() if not _hidden(key)},
        "demo_preset": source.demo_preset,
    }


def _hidden(key: str) -> bool:
    return key.upper() in SECRET_NAMES


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
    if _hidden(key):
        return SET if text else ""
    return text


def _change(change: SettingChange) -> Row:
    return change._asdict() | {"at": change.at / 1_000}
