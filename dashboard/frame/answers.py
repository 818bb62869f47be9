"""What became of this browser's commands, in view on every page until it has been read."""

from __future__ import annotations

import os
import time

from dashboard.asking import (
    EMERGENCY,
    MADE,
    SHOWN,
    Asked,
    Fate,
    asked,
    fate,
    past_the_bot,
    recent,
    remembered,
)
from dashboard.boxes import Box, Tone, show
from dashboard.holdings import unguarded
from dashboard.pane import Pane, look
from trader.bridge import stop_file
from trader.bridge.schemas import CommandShown

_TONES: dict[str, Tone] = {"done": "good", "accepted": "info"}


def answers() -> None:
    """Draw the fate of the last commands; refreshed while there are any."""
    if not asked():
        return
    pane = look()
    now = time.time()
    for place, one in enumerate(recent(now)):
        answer = pane.client.answer(one.id) if one.id else None
        if answer is not None and now - one.at >= SHOWN:
            continue
        show(_box(pane, one, answer, now), f"answer_{place}")


def _box(pane: Pane, one: Asked, answer: CommandShown | None, now: float) -> Box:
    words = pane.words
    name = f"{words.of_code('command', one.name)} · {pane.mode}"
    if answer is not None:
        return _answered(pane, one, answer, name)
    match fate(one, now):
        case Fate.NOT_SENT:
            title = f"{name}: {words(f'unsent.{one.problem}')}"
            return Box("alarm", title, _stopped_anyhow(pane, one), one.detail)
        case Fate.WAITING:
            return Box("info", f"{name}: {words('ack.waiting', age=pane.times.span(now - one.at))}")
        case Fate.SILENCE:
            return _silence(pane, one, name)


def _answered(pane: Pane, one: Asked, answer: CommandShown, name: str) -> Box:
    known = answer.result in ("done", "refused", "failed", "accepted")
    word = pane.words(f"result.{answer.result if known else 'other'}")
    took = pane.times.span(max(0.0, answer.at - one.at))
    return Box(
        _TONES.get(answer.result, "amber"), f"{name}: {word} ({took})", outside=answer.message
    )


def _silence(pane: Pane, one: Asked, name: str) -> Box:
    """Nobody answered: say what can be done without the bot, and what is at risk meanwhile."""
    words = pane.words
    bare = unguarded(pane.portfolios)
    lines = [f"{pane.venue(h.venue)} {h.symbol}" for h in bare]
    risk = "\n".join([words("silence.risk"), *lines]) if lines else ""
    urgent = one.name in (EMERGENCY, "stop", "close_position", "pause")
    if one.name == EMERGENCY and not one.stop_file:
        one = past_the_bot(pane, one)
        remembered(one)
    made = one.stop_file == MADE
    text = words("silence.urgent" if urgent and not made else "silence.text")
    command = _stop_file(pane) if urgent and not made else "python run_bot.py"
    said = "\n\n".join(part for part in (_stopped_anyhow(pane, one), text) if part)
    return Box("alarm", f"{name}: {words('silence.title')}", said, risk, command)


def _stopped_anyhow(pane: Pane, one: Asked) -> str:
    """What became of entries although the bot did not hear; empty when nothing was tried."""
    if not one.stop_file:
        return ""
    return pane.words("stop_file.made" if one.stop_file == MADE else "stop_file.failed")


def _stop_file(pane: Pane) -> str:
    """The command that makes `data/STOP`, which forbids entries without the bot's help."""
    create = "type nul >" if os.name == "nt" else "touch"
    return f'{create} "{pane.place.data_dir / stop_file.NAME}"'
