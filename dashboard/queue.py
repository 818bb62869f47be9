"""The queue of commands: what was asked, by whom, how long it took, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from dashboard import tables
from dashboard.asking import asked
from dashboard.figures import DASH
from dashboard.pane import Pane, look
from trader.bridge.mailbox import OLDEST, time_of
from trader.bridge.panel.asked import CommandLine

STATES = ("all", "open", "done", "refused")
_FIELDS = ("time", "command", "subject", "by", "result", "took", "message")
_ENDED = ("done", "refused", "failed")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One command. `at`: when it was asked, seconds since 1970; `result` is empty while nobody
    answered, `took` (seconds) is None as long."""

    id: str
    name: str
    at: float
    by: str = ""
    venue: str = ""
    subject: str = ""
    result: str = ""
    message: str = ""
    took: float | None = None

    @property
    def open(self) -> bool:
        """Whether an answer, or the last one, is still to come."""
        return self.result not in _ENDED

    def fits(self, state: str) -> bool:
        """Whether it belongs to one of `STATES`."""
        match state:
            case "open":
                return self.open
            case "done":
                return self.result == "done"
            case "refused":
                return self.result in ("refused", "failed")
            case _:
                return True


def queue(pane: Pane) -> list[Entry]:
    """Every command that is known of, the newest first."""
    found = {entry.id: entry for entry in _waiting(pane)}
    file = pane.files.commands().value
    found |= {row.id: _journalled(row) for row in (file.rows if file else ())}
    for one in pane.status.commands if pane.status else ():
        known = found.get(one.id) or Entry(one.id, one.name, _asked_at(one.id, one.at))
        took = max(0.0, one.at - known.at) if one.result in _ENDED else None
        found[one.id] = replace(known, result=one.result, message=one.message, took=took)
    return sorted(found.values(), key=lambda entry: (-entry.at, entry.id))


@st.fragment(run_every=2)
def history(state: str, text: str) -> None:
    """The queue as a table; what is open above it, with the seconds since it was asked."""
    pane = look()
    words = pane.words
    known = queue(pane)
    pending(pane, known)
    found = [one for one in known if one.fits(state) and _says(pane, one, text)][:_SHOWN]
    if not found:
        st.caption(words("commands.none_left" if known else "commands.none"))
        return
    rows = [_row(pane, one) for one in found]
    at = st.column_config.DatetimeColumn(timezone=pane.times.zone_name, format="MM-DD HH:mm:ss")
    st.dataframe(
        tables.frame(rows, list(rows[0])), hide_index=True, alt=words("page.commands"),
        column_config={words("col.time"): at}, key="queue",
    )  # fmt: skip
    st.caption(words("zone", zone=pane.times.zone_shown))


def pending(pane: Pane, known: list[Entry]) -> None:
    """What nobody has answered yet, a line each; too old ones will be refused."""
    for one in (entry for entry in known if not entry.result):
        age = max(0.0, pane.now - one.at)
        key = "commands.pending" if age < OLDEST else "commands.pending_old"
        name = pane.words.of_code("command", one.name)
        st.text(pane.words(key, name=name, age=pane.times.span(age)))


def _waiting(pane: Pane) -> Iterator[Entry]:
    """What lies in the mailbox, and what this browser dropped and nobody answered yet."""
    for mine in asked():
        if mine.id:
            yield Entry(mine.id, mine.name, mine.at, "panel")
    slot = pane.client.pending()
    if slot is not None:
        about = [slot.args.get(name) for name in ("venue", "symbol")]
        venue, symbol = (one if isinstance(one, str) else "" for one in about)
        yield Entry(slot.id, slot.name, slot.issued_at, slot.issued_by, venue, symbol)


def _journalled(row: CommandLine) -> Entry:
    at = _asked_at(row.id, row.taken_at)
    ended = row.answered_at is not None and row.result in _ENDED
    took = max(0.0, (row.answered_at or at) - at) if ended else None
    about = (row.by, row.venue, row.subject, row.result or "", row.message or "")
    return Entry(row.id, row.name, at, *about, took)


def _asked_at(command_id: str, otherwise: float) -> float:
    """When the panel made the id; for ids of others, or odd ones, when it was taken."""
    at = time_of(command_id)
    return at if at is not None and 0 <= otherwise - at <= OLDEST else otherwise


def _says(pane: Pane, one: Entry, text: str) -> bool:
    return text.casefold() in " ".join(map(str, _row(pane, one).values())).casefold()


def _row(pane: Pane, one: Entry) -> tables.Row:
    words = pane.words
    try:
        at = datetime.fromtimestamp(one.at, UTC)
    except (ValueError, OverflowError, OSError):
        at = None
    place = pane.venue(one.venue) if one.venue else ""
    waits = words("commands.waiting", age=pane.times.span(max(0.0, pane.now - one.at)))
    values = (
        at, words.of_code("command", one.name), f"{one.subject} {place}".strip() or DASH,
        words.of_code("by", one.by) or DASH,
        words.of_code("result", one.result) if one.result else waits,
        DASH if one.took is None else pane.times.span(one.took), one.message,
    )  # fmt: skip
    return dict(zip((words(f"col.{name}") for name in _FIELDS), values, strict=True))
