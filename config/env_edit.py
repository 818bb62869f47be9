"""Changes single settings of `.env` and leaves the rest as it was; former versions are kept.

The whole new file is written beside the old one, flushed, and renamed over it: whoever reads at
any moment, or after a power cut, finds the old file or the new one.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from config.env_file import NAME, NEW_LINE, EnvFile, parse, version_of
from config.errors import Problem, SettingsError
from config.schema import SECRET_NAMES
from config.secret import MASK

Check = Callable[[EnvFile], object]  # raises SettingsError when the new file would not do
_AUTHOR = "last_edit.json"
_NEEDS_QUOTES = re.compile(r"[\s#'\"\\$“”‘’]|^$")
_QUOTED = re.compile(r"\s*(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")")  # as python-dotenv reads it
_SECRET_LINE = re.compile(
    rf"(?P<head>(?:{'|'.join(SECRET_NAMES)})['\"]?[^\S\r\n]*=[^\S\r\n]*)(?P<value>[^\r\n]*)",
    re.IGNORECASE,
)


def edit(
    path: Path,
    changes: Mapping[str, str | None],
    history: Path,
    *,
    by: str = "file",
    check: Check | None = None,
) -> EnvFile:
    """Set keys to texts (None removes one) and return the file as it is now.

    The former version goes to the folder `history` with its secrets masked. `check` sees the new
    file before it is written. Raises `SettingsError`; then the file is as it was.
    """
    before = _bytes_of(path)
    return _replaced(path, before, edited(before, changes, path.name), history, by, check)


def restore(
    path: Path, version: Path, history: Path, *, by: str = "file", check: Check | None = None
) -> EnvFile:
    """Go back to a version of the history; the secrets stay those of today.

    Raises `SettingsError` like `edit`.
    """
    before, old = _bytes_of(path), _bytes_of(version)
    if not old:
        raise SettingsError(
            [Problem(version.name, "", None, "there is no such version to restore")]
        )
    return _replaced(path, before, with_secrets_of(before, old), history, by, check)


def author(history: Path, version: str) -> str:
    """Who wrote this version of the file (`panel`, `optimiser` ...); `file`: a text editor."""
    try:
        last = json.loads((history / _AUTHOR).read_text("utf-8"))
    except (OSError, ValueError):
        return "file"
    known = isinstance(last, dict) and last.get("version") == version
    return str(last["by"]) if known else "file"


# ---------------------------------------------------------------- the text


def edited(data: bytes, changes: Mapping[str, str | None], name: str = ".env") -> bytes:
    """The file's bytes after the changes: order, comments and line endings kept.

    Raises `SettingsError` for a key or text that cannot stand in such a file.
    """
    text = _decoded(data, name)
    newline = "\r\n" if "\r\n" in text else "\n"
    for key, value in changes.items():
        if not NAME.fullmatch(key):
            raise SettingsError([Problem(name, "", None, "is no name of a setting")])
        line = None if value is None else f"{key}={_quoted(key, value, name)}"
        text = _changed(text, key, line, newline)
    return (text if text.strip() else f"# everything has its default{newline}").encode("utf-8")


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError([Problem(name, "", None, "is not UTF-8 text")]) from error


def _quoted(key: str, value: str, name: str) -> str:
    if any(not c.isprintable() for c in value):
        raise SettingsError([Problem(name, key, None, "a value must be one line of text")])
    if not _NEEDS_QUOTES.search(value):
        return value
    escaped = value.replace("\\", "\\\\")  # two of them are one to python-dotenv, in any quotes
    if "'" in value:
        return '"' + escaped.replace('"', '\\"') + '"'
    return f"'{escaped}'"


def _changed(text: str, key: str, line: str | None, newline: str) -> str:
    """The text with the line of a key replaced, removed, or put where it belongs."""
    pattern = re.compile(
        rf"^(?P<head>[^\S\r\n]*(?:export[^\S\r\n]+)?)'?{key}'?[^\S\r\n]*=(?P<rest>[^\r\n]*)"
        r"(?P<end>\r\n|\n|\r|\Z)",
        re.MULTILINE,
    )
    if line is None:
        return pattern.sub("", text)
    new, count = pattern.subn(lambda m: m["head"] + line + _comment(m["rest"]) + m["end"], text)
    return new if count else _added(text, key, line, newline)


def _comment(rest: str) -> str:
    """The comment behind a value, with the blanks before it; none inside quotes is taken."""
    value = _QUOTED.match(rest)
    found = re.search(r"\s+#.*$", rest[value.end() if value else 0 :])
    return found[0] if found else ""


def _added(text: str, key: str, line: str, newline: str) -> str:
    """Below the commented-out example of the key when there is one, else at the end."""
    example = re.search(rf"^[^\S\r\n]*#[^\S\r\n]*{key}=[^\r\n]*(?:\r\n|\n|\r)", text, re.MULTILINE)
    if example:
        return text[: example.end()] + line + newline + text[example.end() :]
    joint = "" if not text or NEW_LINE.search(text[-1]) else newline
    return text + joint + line + newline


# ---------------------------------------------------------------- secrets in history


def without_secrets(data: bytes) -> bytes:
    """The bytes with every secret masked, in comments too. Bytes that are no text become none."""
    text = data.decode("utf-8", errors="replace")
    masked = _SECRET_LINE.sub(lambda m: m["head"] + (MASK if m["value"].strip() else ""), text)
    for secret in _secrets(data).values():
        if len(secret) >= 8:
            masked = masked.replace(secret, MASK)
    return masked.encode("utf-8")


def with_secrets_of(present: bytes, old: bytes) -> bytes:
    """An old version with the secrets of the present one: none comes back, none is lost."""
    secrets = _secrets(present)
    gone = {name: secrets.get(name) for name in _secrets(old)}
    return edited(old, {**gone, **secrets})


def _secrets(data: bytes) -> dict[str, str]:
    entries = parse(data).entries
    return {n: entries[n].text for n in SECRET_NAMES if n in entries and entries[n].text}


# ---------------------------------------------------------------- the disk


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _disk_problem(path, "read", error) from error


def _replaced(
    path: Path, before: bytes, after: bytes, history: Path, by: str, check: Check | None
) -> EnvFile:
    new = parse(after, path.name)
    if new.problems:
        raise SettingsError(new.problems)
    if check:
        check(new)
    try:
        history.mkdir(parents=True, exist_ok=True)
        if before:
            _keep(before, history)
        note = json.dumps({"version": version_of(after), "by": by})
        _write(history / _AUTHOR, note.encode())
        _write(path.resolve(), after)
    except OSError as error:
        raise _disk_problem(path, "written", error) from error
    return new


def _keep(before: bytes, history: Path) -> None:
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ.env")
    _write(history / name, without_secrets(before))


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all. Mode 0600 for a new file, the old one's otherwise."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _disk_problem(path: Path, verb: str, error: OSError) -> SettingsError:
    reason = f"cannot be {verb}: {error.strerror or type(error).__name__}"
    return SettingsError([Problem(path.name, "", None, reason)])
