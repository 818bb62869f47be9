"""What was asked of the bot, by whom and when, as the panel may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trader.storage.history import JournalledCommand

Row = dict[str, Any]


def command_rows(commands: Iterable[JournalledCommand]) -> list[Row]:
    """Rows of `commands.json`, the newest first; of settings their names, never their values."""
    return [_row(one) for one in reversed(list(commands))]


def _row(one: JournalledCommand) -> Row:
    venue, _, symbol = _text(one.args, "key").partition(":")  # the engine's commands name a key
    return {
        "id": one.id,
        "name": one.name,
        "by": one.by,
        "venue": venue or _text(one.args, "venue"),
        "subject": symbol or _subject(one.args),
        "taken_at": one.received_at / 1_000,
        "result": one.result,
        "message": one.message,
        "answered_at": None if one.answered_at is None else one.answered_at / 1_000,
    }


def _subject(args: Mapping[str, Any]) -> str:
    values = args.get("values")
    named = ", ".join(map(str, values)) if isinstance(values, Mapping) else ""
    return _text(args, "symbol") or _text(args, "preset") or named


def _text(args: Mapping[str, Any], name: str) -> str:
    value = args.get(name)
    return value if isinstance(value, str) else ""
