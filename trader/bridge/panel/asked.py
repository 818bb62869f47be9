"""`commands.json` as a reader gets it: what was asked of the bot, by whom, and the answers."""

from __future__ import annotations

from trader.bridge.schemas import Published, Stamped


class CommandLine(Published):
    """A command as journalled; times in seconds since 1970, null: not answered yet.

    `by`: panel, telegram, or whatever the file said. `subject`: a symbol, a preset, or the names
    of settings; never their values.
    """

    id: str
    name: str
    by: str
    venue: str
    subject: str
    taken_at: float
    result: str | None
    message: str | None
    answered_at: float | None


class CommandsFile(Stamped):
    """`commands.json`, the newest first."""

    rows: tuple[CommandLine, ...]
