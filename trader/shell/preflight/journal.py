"""Whether the journal can be used: a file that is sound, or a server that lets us write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from trader.domain.errors import JournalBroken
from trader.domain.finding import Finding, Mark
from trader.storage.database import check_file, is_server

_FAULTS = {"unreachable": "journal_unreachable", "closed": "journal_closed"}


def findings(where: str | Path) -> Iterator[Finding]:
    """The journal of the settings. A server is asked for five seconds at most."""
    if is_server(where):
        yield from _server(str(where))
    else:
        yield _file(Path(str(where).removeprefix("sqlite:///")))


def _file(path: Path) -> Finding:
    try:
        if not path.exists():
            return Finding(Mark.OK, "journal", "journal_none")
        check_file(path)
    except (JournalBroken, OSError) as error:
        return Finding(Mark.FAIL, "journal", "journal_broken", {"reason": error})
    return Finding(Mark.OK, "journal", "journal_sound", {"file": path})


def _server(url: str) -> Iterator[Finding]:
    from trader.storage.server_look import look_at

    look = look_at(url)
    values = {"server": _name(url), "reason": look.reason}
    if look.code != "fine":
        code = _FAULTS.get(look.code, "journal_broken")
        yield Finding(Mark.FAIL, "journal", code, values)
        return
    code = "journal_server" if look.tables else "journal_server_empty"
    yield Finding(Mark.OK, "journal", code, values)
    if look.in_use:
        yield Finding(Mark.WARN, "journal", "journal_in_use", values)


def _name(url: str) -> str:
    """Host and database, without who may enter."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.hostname or 'localhost'}{port}{parts.path}"
