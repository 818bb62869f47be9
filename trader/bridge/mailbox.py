"""`command.json`: a mailbox with one slot, from which every command is taken exactly once.

The panel drops, the daemon takes: `take` moves the file to a claimed name (which survives a
crash), the daemon journals and acts, `settle` removes the claim. What was claimed and not settled
comes again at the next start; the journal knows whether its id has acted.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from trader.bridge.commands import Envelope, Unacceptable, checked, in_words
from trader.bridge.files import NotAFile, TooLarge, read_whole, write_draft
from trader.bridge.rejected import keep_aside, remove
from trader.bridge.strict import NotStrict, parse_object
from trader.domain.errors import BadInput, TraderError

SLOT = "command.json"
CLAIMED = ".command.claimed"
LARGEST = 65_536  # bytes
OLDEST = 60.0  # seconds; older commands are refused, and so are those from as far in the future
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class MailboxFull(TraderError):
    """The previous command has not been taken yet."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A valid command; act on it unless its id is known. `args` hold only what was given."""

    id: str
    name: str
    args: dict[str, Any]
    by: str
    issued_at: float


@dataclass(frozen=True, slots=True)
class Refused:
    """No valid command. `message` begins with the `code`; `malformed` ones are kept aside.

    `id` is the command's own if it could be read, else one made of the file's identity.
    """

    id: str
    name: str
    by: str
    code: str
    message: str
    malformed: bool


# ---------------------------------------------------------------- the writer's side


def new_id(now: float) -> str:
    """A unique text that sorts by time (a ULID). `now` in seconds since the epoch."""
    number = int(now * 1000) << 80 | secrets.randbits(80)
    return "".join(_SYMBOLS[number >> shift & 31] for shift in range(125, -1, -5))


def time_of(command_id: str) -> float | None:
    """When `new_id` made a text, seconds since the epoch; None for one that it did not make."""
    if len(command_id) != 26 or not set(command_id) <= set(_SYMBOLS):
        return None
    number = 0
    for sign in command_id[:10]:
        number = number << 5 | _SYMBOLS.index(sign)
    return number / 1000


def waiting(data_dir: Path) -> Envelope | None:
    """The command that lies in the mailbox; None without one, or when it cannot be read."""
    try:
        found = parse_object(read_whole(data_dir / SLOT, LARGEST))
        return Envelope.model_validate(found)
    except (OSError, NotAFile, TooLarge, NotStrict, ValidationError):
        return None


def drop(
    data_dir: Path, name: str, args: Mapping[str, Any], by: str, now: float | None = None
) -> str:
    """Put a command into the empty mailbox and return its id. `now` defaults to the wall clock.

    Raises `BadInput` when it is none, `MailboxFull` when one is waiting, `OSError`.
    """
    moment = time.time() if now is None else now
    try:
        given = checked(name, args)
    except Unacceptable as error:
        raise BadInput(str(error)) from error
    envelope = Envelope(id=new_id(moment), name=name, args=given, issued_at=moment, issued_by=by)
    _link(data_dir / SLOT, envelope.model_dump_json())
    return envelope.id


def _link(slot: Path, text: str) -> None:
    """A link cannot overwrite: of two writers one succeeds, and nothing is lost."""
    draft = write_draft(slot, text, sync=True)
    try:
        os.link(draft, slot)
    except FileExistsError as error:
        raise MailboxFull("the previous command has not been taken yet; is the bot running?") from (
            error
        )
    finally:
        draft.unlink(missing_ok=True)


# ---------------------------------------------------------------- the daemon's side


def take(data_dir: Path, now: float) -> Taken | Refused | None:
    """The next command, claimed; None when there is none. `now` in seconds since the epoch.

    The same one comes again until it is settled. Never raises for what the file holds.
    """
    claim = data_dir / CLAIMED
    if not os.path.lexists(claim):
        try:
            (data_dir / SLOT).rename(claim)
        except OSError:  # nothing there, or Windows while its writer still holds it
            return None
    return _opened(claim, now)


def settle(data_dir: Path, result: Taken | Refused) -> None:
    """Let go of the claim, after the journal has the id: malformed files go aside, others away.

    What cannot be kept is deleted: the way for the next command must be free. Raises `OSError`
    when the folder cannot be written at all; then the same command comes again.
    """
    claim = data_dir / CLAIMED
    if isinstance(result, Refused) and result.malformed:
        with contextlib.suppress(OSError):
            keep_aside(claim, data_dir / "rejected_commands", result.code)
    remove(claim)


def _opened(claim: Path, now: float) -> Taken | Refused:
    name, by, command_id = "", "", _identity(claim)
    try:
        found = parse_object(read_whole(claim, LARGEST))
        command_id = _text(found, "id") or command_id
        name, by = _text(found, "name"), _text(found, "issued_by")
        envelope = Envelope.model_validate(found)
        args = checked(envelope.name, envelope.args)
    except ValidationError as error:
        why = f"bad_arguments: {in_words(error)}"
        return Refused(command_id, name, by, "bad_arguments", why, malformed=True)
    except Unacceptable as error:
        return Refused(command_id, name, by, error.code, str(error), malformed=True)
    except (NotStrict, OSError) as error:
        code = _code(error)
        return Refused(command_id, name, by, code, f"{code}: {error}", malformed=True)
    return _timely(Taken(command_id, name, args, by, envelope.issued_at), now)


def _timely(taken: Taken, now: float) -> Taken | Refused:
    age = now - taken.issued_at
    if abs(age) <= OLDEST:
        return taken
    why = f"expired: issued {age:.0f} s ago, at most {OLDEST:.0f} s are accepted"
    if age < 0:
        why = f"expired: issued {-age:.0f} s in the future; compare the clocks"
    return Refused(taken.id, taken.name, taken.by, "expired", why, malformed=False)


def _code(error: Exception) -> str:
    codes = {NotStrict: "bad_json", NotAFile: "not_a_file", TooLarge: "too_large"}
    return codes.get(type(error), "unreadable")


def _text(found: dict[str, Any], key: str) -> str:
    """A short text of the document, if it is one: good enough to name the refused command."""
    value = found.get(key)
    return value if isinstance(value, str) and len(value) <= 100 else ""


def _identity(claim: Path) -> str:
    """The same for the same file however often it is looked at, also after a restart."""
    try:
        found = claim.lstat()
    except OSError:
        return "rejected"
    return f"rejected-{found.st_mtime_ns:x}-{found.st_ino:x}"
