"""One setting as a card: what it is, what is in force and why, and a field to change it."""

from __future__ import annotations

import streamlit as st

from config.schema import EVERYWHERE, key_of
from config.setting import Kind, Setting
from dashboard.pane import Pane
from dashboard.settings import desk, fields, wording
from dashboard.settings.drafts import Draft
from dashboard.settings.paper import MEMORY, Paper, keys_of, text_of_value
from dashboard.settings.schema import THRESHOLDS, Section, free, meaning


def row(pane: Pane, paper: Paper, part: Section, setting: Setting, scope: str) -> None:
    """Draw it. `scope`: `crypto` for all venues, or a venue."""
    with st.container(border=True, key=f"setting_{setting.name}", gap="xsmall"):
        told, field = st.columns([3, 2], gap="medium")
        with told.container(gap="xxsmall"):
            _told(pane, paper, part, setting)
        with field:
            if not pane.steers or not free(setting):
                _closed(pane, paper, setting)
            else:
                _open(pane, paper, setting, scope)


def _told(pane: Pane, paper: Paper, part: Section, setting: Setting) -> None:
    words = pane.words
    if part.name == THRESHOLDS:  # named by strategies, which may be a user's own: plain text
        strategy = words.of_code("strategy", setting.attribute.partition(".")[0])
        st.text(f"{setting.name}\n{words('settings.threshold', strategy=strategy)}")
    else:
        st.markdown(f"**{setting.name}**")
        st.caption(meaning(setting, words.language))
    if not setting.secret:
        facts = [words("settings.standard", value=_default(pane, paper, setting))]
        facts.append(_range(pane, setting))
        last = " · ".join(fact for fact in (*facts, wording.pace(words, setting)) if fact)
        st.text("\n".join([*in_force(pane, paper, setting), last]))
    if refused(pane, setting):
        st.markdown(f":orange-badge[:material/report: {words('settings.broken')}]")
    if setting.name in paper.file.pending_restart:
        st.markdown(f":orange-badge[:material/restart_alt: {words('settings.pending')}]")


def refused(pane: Pane, setting: Setting) -> bool:
    """Whether the bot's complaint of the file names one of a setting's keys."""
    error = (pane.status.settings_error if pane.status else None) or ""
    named = {word.partition("=")[0] for line in error.splitlines() for word in line.split()[1:2]}
    return bool(named & {setting.name, *keys_of(setting)})


def in_force(pane: Pane, paper: Paper, setting: Setting) -> list[str]:
    """`In force: 5 % (.env:17)`, one line for every group of venues that agree."""
    words = pane.words
    venues = ("",) if wording.is_global(setting) else paper.venues
    groups: dict[str, list[str]] = {}
    for venue in venues:
        value = wording.value(words, setting, paper.in_force(setting, venue))
        where = wording.origin(words, paper.origin(setting, venue))
        groups.setdefault(f"{value}  ({where})" if where else value, []).append(venue)
    if len(groups) <= 1:
        return [words("settings.now_is", value=value) for value in groups]
    return [f"{', '.join(map(pane.venue, here))}: {value}" for value, here in groups.items()]


def _range(pane: Pane, setting: Setting) -> str:
    allowed = wording.allowed(pane.words, setting)
    unit = "" if setting.kind is Kind.SECONDS else wording.unit(pane.words, setting)
    text = pane.words("settings.allowed", value=allowed) if allowed else ""
    return f"{text} ({unit})" if text and unit else text


def _default(pane: Pane, paper: Paper, setting: Setting) -> str:
    """The default; several where venues have their own."""
    live = paper.mode == "live"
    texts = (
        text_of_value(setting, setting.default_for(venue, "daemon", live=live))
        for venue in paper.venues or ("",)
    )
    return " / ".join(dict.fromkeys(wording.value(pane.words, setting, text) for text in texts))


def _closed(pane: Pane, paper: Paper, setting: Setting) -> None:
    """Not to be changed here, and why."""
    words = pane.words
    if setting.secret:
        there = any(one.key == setting.name and one.value for one in paper.file.rows)
        st.text(words("settings.set" if there else "settings.not_set"))
    if setting.name == "MODE":
        st.caption(words("settings.mode"))
    elif not free(setting):
        st.caption(words("settings.by_hand"))


def _open(pane: Pane, paper: Paper, setting: Setting, scope: str) -> None:
    changes = desk.draft(paper)
    key = key_here(setting, scope)
    current = _current(paper, setting, scope)
    text = changes[key] if changes.get(key) is not None else current
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        fields.field(pane, paper, setting, scope, fields.Shown(key, current, text or ""))
        unit = wording.short_unit(pane.words, setting)
        if unit:
            st.text(unit, width="content")
        _reset(pane, paper, setting, scope)
    _marks(pane, paper, setting, key, changes)


def key_here(setting: Setting, scope: str) -> str:
    """The key of `.env` that a change in a scope writes."""
    return setting.name if wording.is_global(setting) else key_of(scope, setting.attribute)


def _current(paper: Paper, setting: Setting, scope: str) -> str:
    """What the field shows before anybody types: the value in force, of all the file's word."""
    venue = paper.venues[0] if scope == EVERYWHERE and paper.venues else scope
    if scope == EVERYWHERE and _differ(paper, setting):
        written = paper.texts.get(key_here(setting, scope))
        return written or paper.in_force(setting, venue) or ""
    return paper.in_force(setting, venue) or ""


def _reset(pane: Pane, paper: Paper, setting: Setting, scope: str) -> None:
    """Takes what is drafted back, else the line out of the file."""
    keys = [key_here(setting, scope)]
    if scope == EVERYWHERE and not wording.is_global(setting):
        keys += [key_of(venue, setting.attribute) for venue in paper.venues]
    drafted = any(key in desk.draft(paper) for key in keys)
    pressed = st.button(
        "", icon=":material/undo:" if drafted else ":material/settings_backup_restore:",
        key=f"reset_{setting.name}", type="tertiary",
        help=pane.words("settings.withdraw" if drafted else "settings.reset"),
        disabled=not (drafted or any(key in paper.texts for key in keys)),
    )  # fmt: skip
    if pressed:
        if drafted:
            desk.withdraw(paper, setting, scope)
        else:
            desk.change(paper, setting, scope, None)
        desk.renew()
        st.rerun()


def _marks(pane: Pane, paper: Paper, setting: Setting, key: str, changes: Draft) -> None:
    """What is drafted, what is wrong with it, and whether a value in memory would be lost."""
    words = pane.words
    said = desk.wrong_keys(paper, {key: changes[key]} if key in changes else {})
    if said:
        st.markdown(f":orange-badge[:material/error: {words('settings.wrong')}]")
        range_ = wording.allowed(words, setting)
        st.text(
            words("settings.wrong_why", why=wording.said(words, "bad", said[key]), range=range_)
        )
    elif key in changes:
        text = changes[key]
        new = words("settings.out") if text is None else wording.value(words, setting, text)
        st.markdown(f":violet-badge[:material/edit: {words('settings.drafted')}]")
        st.text(f"→ {new}")
    elif any(paper.origin(setting, venue) == MEMORY for venue in paper.venues):
        st.caption(words("settings.memory"))
    elif key == key_of(EVERYWHERE, setting.attribute) and _differ(paper, setting):
        st.caption(words("settings.differ"))


def _differ(paper: Paper, setting: Setting) -> bool:
    return len({paper.in_force(setting, venue) for venue in paper.venues}) > 1
