"""What a page holds, and the nearest next thing, while the bot is not (yet) there to fill it.

The thirteen states of a page: first run, starting, stopped, silent and unreadable have a sentence
of each page here; the header's messages tell the rest (exchange down, partial data, settings
invalid, held back) and the clocks that the screen is stale; an empty page says so itself, the frame
says that it loads and that a viewer only watches.
"""

from __future__ import annotations

from dashboard.condition import State
from dashboard.pane import Pane
from trader.bridge.living import alive
from trader.bridge.panel.asked import CommandLine

# Which sentence of a page belongs to a state; those without one show the present.
_SENTENCES = {
    State.NEVER: "never",
    State.STARTING: "starting",
    State.WARMING_UP: "starting",
    State.STOPPED: "away",
    State.SILENT: "away",
    State.UNREADABLE: "away",
}
_HOLDING = ("pause", "emergency_stop", "stop")


def here(pane: Pane, page: str) -> str:
    """What this page holds in this state; empty while it shows the present."""
    name = _SENTENCES.get(pane.condition.state)
    return pane.words(f"here.{page}.{name}") if name else ""


def silence(pane: Pane) -> str:
    """Whether the silent bot's process is still there, as far as this computer can tell."""
    status = pane.status
    if status is None or pane.condition.state is not State.SILENT:
        return ""
    there = alive(status.pid, status.started_at)
    return pane.words("silent.hangs" if there else "silent.gone", pid=status.pid)


def held_by(pane: Pane) -> str:
    """Who holds entries back, and since when; empty where no command of it is known."""
    file = pane.files.commands().value
    found = next((row for row in (file.rows if file else ()) if _holds(row)), None)
    if found is None:
        return ""
    by = pane.words.of_code("by", found.by) or pane.words("by.file")
    name = pane.words.of_code("command", found.name)
    return pane.words("held.by", name=name, by=by, at=pane.times.moment(found.taken_at))


def _holds(row: CommandLine) -> bool:
    return row.name in _HOLDING and row.result == "done"
