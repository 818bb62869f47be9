"""Commands of this browser and what became of them: asked, answered, or nobody answered."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import streamlit as st

from dashboard.pane import Pane, look
from trader.bridge import stop_file
from trader.bridge.mailbox import MailboxFull
from trader.domain.errors import BadInput

PATIENCE = 5.0  # seconds until the bot counts as not answering
SHOWN = 30.0  # seconds for which an answer stays on screen
UNANSWERED = 600.0  # the same of what was not sent, and of what nobody has answered
EMERGENCY = "emergency_stop"
MADE = "made"
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One command. `id` is empty when it could not be dropped; `problem` tells why, as a key.

    `stop_file`: empty, `made` when `data/STOP` was made because of it, else why it could not be.
    """

    id: str
    name: str
    at: float
    problem: str = ""
    detail: str = ""
    stop_file: str = ""


class Fate(StrEnum):
    """What became of a command that has no answer yet."""

    WAITING = "waiting"
    SILENCE = "silence"
    NOT_SENT = "not_sent"


def ask(name: str, args: Mapping[str, Any]) -> None:
    """Drop a command and remember it; a callback for buttons that ask no question before."""
    send(name, args)


def send(name: str, args: Mapping[str, Any], of: str = "") -> bool:
    """Drop a command and remember what became of it. Never raises for a full mailbox.

    Answers whether it was dropped. `of`: the mode that a question named; a bot that was started in
    another one since is not asked, except to stop entries, which is right in every mode.

    Whoever may only watch asks for nothing, whatever his browser sends. An emergency stop that
    cannot reach the bot forbids entries by `data/STOP`.
    """
    pane = look()
    if not pane.steers:
        return False
    stops = name == EMERGENCY and not args.get("close")
    another = bool(of) and of != pane.mode and not stops
    one = Asked("", name, time.time(), "mode") if another else _dropped(pane, name, args)
    if name == EMERGENCY and not another and (not one.id or not pane.condition.listens):
        one = past_the_bot(pane, one)
    st.session_state["asked"] = [*asked(), one][-_KEPT:]
    return bool(one.id)


def past_the_bot(pane: Pane, one: Asked) -> Asked:
    """The same command, after `data/STOP` was made for it: nobody answers, entries must stop."""
    try:
        stop_file.put(pane.place.data_dir)
    except OSError as error:
        return replace(one, stop_file=error.strerror or str(error))
    return replace(one, stop_file=MADE)


def remembered(one: Asked) -> None:
    """Put a command that has changed in the place of what is remembered of it."""
    st.session_state["asked"] = [one if kept.at == one.at else kept for kept in asked()]


def asked() -> list[Asked]:
    """What this browser asked for, oldest first."""
    found: list[Asked] = st.session_state.get("asked", [])
    return found


def recent(now: float) -> list[Asked]:
    """What may still be worth showing, newest first."""
    return [one for one in reversed(asked()) if now - one.at < UNANSWERED]


def fate(one: Asked, now: float) -> Fate:
    """Where a command without an answer stands."""
    if not one.id:
        return Fate.NOT_SENT
    return Fate.SILENCE if now - one.at >= PATIENCE else Fate.WAITING


def _dropped(pane: Pane, name: str, args: Mapping[str, Any]) -> Asked:
    now = time.time()
    try:
        return Asked(pane.client.drop(name, args), name, now)
    except MailboxFull:
        return Asked("", name, now, "full")
    except BadInput as error:
        return Asked("", name, now, "bad", str(error))
    except OSError as error:
        return Asked("", name, now, "disk", error.strerror or str(error))
