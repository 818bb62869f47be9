"""The draft of this browser and what the page is told: kept over ticks and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from config.schema import EVERYWHERE, GLOBAL, key_of
from config.setting import Setting
from dashboard.pane import Pane
from dashboard.settings import typed
from dashboard.settings.drafts import Draft, edited, pruned, setting_of
from dashboard.settings.paper import Paper, keys_of, published_values

_DRAFT, _DRAWN, _REQUEST = "settings_draft", "settings_drawn", "settings_request"


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be reviewed: dialogs open outside tickers, so a ticker only asks for one.

    `preset`: the arguments of `set_preset` that has these effects; else it is `set_parameters`.
    `left_out`: keys that would differ too, and that no command may change.
    """

    draft: Draft
    preset: Mapping[str, str] | None = None
    left_out: tuple[str, ...] = ()


def request(one: Request) -> None:
    """Open the review in a run of the whole page. Does not return."""
    st.session_state[_REQUEST] = one
    st.rerun()


def requested() -> Request | None:
    """What a ticker asked for, once."""
    found: Request | None = st.session_state.pop(_REQUEST, None)
    return found


def paper_of(pane: Pane) -> Paper | None:
    """What stands in `.env` now; None while the bot has not published it."""
    file, status = pane.files.settings().value, pane.status
    if file is None or status is None:
        return None
    return Paper(file, published_values(status.parameters), status.mode)


def draft(paper: Paper) -> Draft:
    """What this browser wants to change and the file does not say yet."""
    return pruned(st.session_state.get(_DRAFT, {}), paper)


def change(paper: Paper, setting: Setting, scope: str, text: str | None) -> None:
    """Put a change into the draft; None: back to the default."""
    st.session_state[_DRAFT] = edited(draft(paper), paper, setting, scope, text)


def withdraw(paper: Paper, setting: Setting, scope: str) -> None:
    """Take what concerns a setting in this scope out of the draft."""
    of_all = scope == EVERYWHERE or setting.name in GLOBAL
    keys = keys_of(setting) if of_all else (key_of(scope, setting.attribute),)
    rest = {key: text for key, text in draft(paper).items() if key not in keys}
    st.session_state[_DRAFT] = rest


def discard() -> None:
    """Forget the draft; every field shows the value in force again."""
    st.session_state[_DRAFT] = {}
    renew()


def renew() -> None:
    """Draw every field anew: one that was typed into keeps its text otherwise."""
    st.session_state[_DRAWN] = drawn() + 1


def drawn() -> int:
    """Counts how often the fields were drawn anew."""
    return int(st.session_state.get(_DRAWN, 0))


def wrong_keys(paper: Paper, changes: Draft) -> dict[str, str]:
    """The keys of a draft whose text may not stand, and what config says against it."""
    found = {}
    for key, text in changes.items():
        setting = setting_of(key, paper.context)
        said = typed.wrong(setting, text, paper.context.names) if setting else ""
        if said:
            found[key] = said
    return found
