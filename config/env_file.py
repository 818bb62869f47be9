"""Reads `.env` strictly: python-dotenv would drop a key with an unclosed quote without a word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from config.errors import Problem

LARGEST = 1_000_000  # bytes; a settings file of a megabyte is no settings file
NEW_LINE = re.compile(r"\r\n|\n|\r")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SHOWN_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,60}", re.ASCII)
_KEY = re.compile(r"\s*(?:export\s+)?'?([A-Za-z_][A-Za-z0-9_]*)'?\s*=", re.ASCII)
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_MARKS = {
    b"\xef\xbb\xbf": "begins with a byte order mark: save it as UTF-8 without BOM",
    b"\xff\xfe": "is UTF-16: save it as UTF-8 without BOM",
    b"\xfe\xff": "is UTF-16: save it as UTF-8 without BOM",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """The text of one key, and the line (from 1) on which it stands."""

    text: str = field(repr=False)
    line: int


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a `.env` holds. With `problems` nothing of it may be used.

    `name` is how errors call the file, `version` a hash of its bytes, `missing`: there is none,
    which means that everything has its default.
    """

    name: str = ".env"
    entries: Mapping[str, Entry] = field(default_factory=dict, repr=False)
    version: str = ""
    problems: tuple[Problem, ...] = ()
    missing: bool = False

    def place(self, key: str) -> str:
        """`.env:17`, where the key stands."""
        return f"{self.name}:{self.entries[key].line}"


ABSENT = EnvFile(missing=True)


def read(path: Path) -> EnvFile:
    """Read a file; whatever is wrong with it stands in `problems`. Never raises."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return EnvFile(path.name, missing=True)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or type(error).__name__}"
        return EnvFile(path.name, problems=(Problem(path.name, "", None, reason),))
    return parse(data, path.name)


def version_of(data: bytes) -> str:
    """A hash that tells one content of the file from another."""
    return hashlib.sha256(data).hexdigest()[:16]


def parse(data: bytes, name: str = ".env") -> EnvFile:
    """What these bytes mean. Never raises; all problems are collected."""
    version = version_of(data)
    unusable = _unusable(data)
    if unusable:
        return EnvFile(name, version=version, problems=(Problem(name, "", None, unusable),))
    try:
        lines = NEW_LINE.split(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(f"{name}:{line}", "", None, "is not UTF-8 text: save it as UTF-8")
        return EnvFile(name, version=version, problems=(problem,))
    return _parsed(lines, name, version)


def _unusable(data: bytes) -> str:
    for mark, reason in _MARKS.items():
        if data.startswith(mark):
            return reason
    if not data.strip():
        return "is empty: write settings into it, or delete it to have all defaults"
    return "is too large for a settings file" if len(data) > LARGEST else ""


def _parsed(lines: list[str], name: str, version: str) -> EnvFile:
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        found = _entry(line)
        if isinstance(found, str):
            problems.append(Problem(f"{name}:{number}", _shown(line), None, found))
        elif found and found[0] in entries:
            reason = f"stands here a second time, first on line {entries[found[0]].line}: keep one"
            problems.append(Problem(f"{name}:{number}", _shown(line), None, reason))
        elif found:
            entries[found[0]] = Entry(found[1], number)
    return EnvFile(name, MappingProxyType(entries), version, tuple(problems))


def _entry(line: str) -> tuple[str, str] | str | None:
    """Key and text of a line, None for a blank or comment, or what is wrong with it."""
    if not line.strip() or (line.lstrip().startswith("#") and "\x00" not in line):
        return None
    if _INVISIBLE.search(line):
        return "holds an invisible character: write the line anew"
    if not _KEY.match(line):
        return "is no setting: write KEY=value, or # before a comment"
    return _bound(line)


def _bound(line: str) -> tuple[str, str] | str:
    from dotenv.parser import parse_stream

    bindings = list(parse_stream(StringIO(line)))
    binding = bindings[0]
    if len(bindings) != 1 or binding.error or not binding.key or binding.value is None:
        return _why_unreadable(line)
    raw = line.partition("=")[2].lstrip()
    if raw.startswith("#"):
        return "has a comment where its value should be: move the comment to a line of its own"
    if raw[:1] in ("“", "”", "‘", "’"):
        return "has curly quotes: use straight ones, or none"
    if _INVISIBLE.search(binding.value) or "\n" in binding.value or "\t" in binding.value:
        return "holds a control character: write the line anew"
    return binding.key, binding.value


def _why_unreadable(line: str) -> str:
    value = line.partition("=")[2].lstrip()
    quote = value[:1]
    if quote in ("'", '"') and quote in value[1:]:
        return "has text after its closing quote: put quotes around the whole value"
    if quote in ("'", '"'):
        return f"has an unclosed quote: end the value with {quote}, or use no quotes"
    return "cannot be read: write KEY=value"


def _shown(line: str) -> str:
    """The key of a bad line, unless a piece of a secret could be taken for one."""
    found = _KEY.match(line)
    return found[1] if found and _SHOWN_NAME.fullmatch(found[1]) else ""
