"""What a viewer must know before reading numbers: the bot's state, halts, wrong settings, risks."""

from __future__ import annotations

from dashboard.boxes import Box, Tone
from dashboard.condition import State
from dashboard.holdings import unguarded
from dashboard.pane import Pane
from dashboard.states import held_by, silence
from trader.bridge import stop_file

# States that need no message of their own.
_QUIET = (State.RUNNING,)
_TONES: dict[State, Tone] = {
    State.SILENT: "alarm",
    State.UNREADABLE: "alarm",
    State.ERROR: "alarm",
    State.EMERGENCY: "alarm",
    State.SAFE_MODE: "amber",
    State.PAUSED: "amber",
    State.UNKNOWN: "amber",
}
_START = "python run_bot.py"
_HALTS = 20  # lines


def notices(pane: Pane) -> list[Box]:
    """All messages, the most important first."""
    found = [_state(pane), _settings(pane), _late(pane), _partial(pane), _halts(pane)]
    found += [_unprotected(pane), _recording(pane)]
    return [box for box in found if box is not None]


def _state(pane: Pane) -> Box | None:
    state, status = pane.condition.state, pane.status
    if state in _QUIET:
        return None
    facts = {
        "age": pane.times.span(pane.condition.age),
        "at": pane.times.moment(status.timestamp if status else None),
        "done": status.warmup_current if status else 0,
        "total": status.warmup_total if status else 0,
    }
    title, text = (pane.words(f"state.{state}.{part}", **facts) for part in ("title", "text"))
    needs_start = state in (State.NEVER, State.STOPPED, State.SILENT)
    command = _START if needs_start else ""
    tone = _TONES.get(state, "info")
    return Box(tone, title, text, _outside(pane), command, _progress(pane))


def _outside(pane: Pane) -> str:
    """What the title alone does not tell: the file's problem, the folder, who holds it back."""
    match pane.condition.state:
        case State.NEVER:
            return str(pane.place.data_dir)
        case State.SILENT:
            parts = [silence(pane), pane.reading.error or ""]
        case State.PAUSED | State.EMERGENCY:
            there = stop_file.there(pane.place.data_dir)
            parts = [held_by(pane), pane.words("held.stop_file") if there else ""]
        case _:
            parts = [pane.reading.error or ""]
    return "\n".join(part for part in parts if part)


def _progress(pane: Pane) -> float | None:
    """How far the warm-up is; None in other states."""
    status = pane.status
    if status is None or pane.condition.state is not State.WARMING_UP or not status.warmup_total:
        return None
    return status.warmup_current / status.warmup_total


def _settings(pane: Pane) -> Box | None:
    error = pane.status.settings_error if pane.status else None
    if not error:
        return None
    return Box("alarm", pane.words("settings.title"), pane.words("settings.text"), error)


def _late(pane: Pane) -> Box | None:
    """Exchanges whose prices are too old, while the bot itself is well."""
    late = [name for name in pane.venues if pane.late(name)]
    if pane.condition.stale or not late:
        return None
    lines = [_line(pane, name) for name in late]
    return Box("amber", pane.words("late.title"), pane.words("late.text"), "\n".join(lines))


def _line(pane: Pane, name: str) -> str:
    """`Upbit: under maintenance, last price 34 s ago`."""
    link = pane.status.venues[name].status if pane.status else ""
    age = pane.price_age(name)
    last = pane.words("late.last", age=pane.times.span(age)) if age is not None else ""
    word = "" if link == "connected" else pane.words.of_code("link", link)
    return f"{pane.venue(name)}: {', '.join(part for part in (word, last) if part)}"


def _partial(pane: Pane) -> Box | None:
    """Venues whose account cannot be read, while the bot itself is well."""
    missing = [name for name in pane.venues if name not in pane.portfolios]
    starting = pane.condition.state in (State.STARTING, State.WARMING_UP)
    if pane.condition.stale or starting or not missing:
        return None
    words, lines = pane.words, "\n".join(map(pane.venue, missing))
    return Box("amber", words("partial.title"), words("partial.text"), lines)


def _halts(pane: Pane) -> Box | None:
    halts = pane.status.halts if pane.status else ()
    if not halts:
        return None
    scopes: dict[tuple[str, float | None], list[str]] = {}  # the same on three venues is one line
    for halt in halts:
        scopes.setdefault((halt.code, halt.until), []).append(pane.venue(halt.scope))
    lines = [
        f"{', '.join(where)} — {pane.words.of_code('halt', code)} — {_until(pane, until)}"
        for (code, until), where in scopes.items()
    ][:_HALTS]
    when = "was" if pane.condition.stale else "is"  # nothing goes on working in a bot that is away
    title, text = (pane.words(f"halts.{when}.{part}") for part in ("title", "text"))
    return Box("amber", title, text, "\n".join(lines))


def _until(pane: Pane, until: float | None) -> str:
    if until is None:
        return pane.words("halt_open")
    return pane.words("halt_until", at=pane.times.moment(until))


def _unprotected(pane: Pane) -> Box | None:
    """Positions whose stop nobody watches while the bot is away."""
    if not pane.condition.stale:
        return None
    bare = unguarded(pane.portfolios)
    if not bare:
        return None
    lines = [f"{pane.venue(h.venue)} {h.symbol}" for h in bare]
    words = pane.words
    return Box("alarm", words("bare.title", n=len(bare)), words("bare.text"), "\n".join(lines))


def _recording(pane: Pane) -> Box | None:
    """A recording that ended before the bot: nobody should find out when replaying it."""
    shown = pane.status.recording if pane.status else None
    if shown is None or shown.state != "ended" or pane.condition.stale:
        return None
    words, at = pane.words, pane.times.moment(shown.ended_at)
    why = words.of_code("recording", shown.code)
    return Box(
        "amber", words("recording.title"), words("recording.ended", at=at, why=why), shown.folder
    )
