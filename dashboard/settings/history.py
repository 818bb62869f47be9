"""What changed, when and by whom, and the way back to a former `.env`."""

from __future__ import annotations

import streamlit as st

from dashboard import tables
from dashboard.pane import Pane, look
from dashboard.settings import desk
from dashboard.settings.drafts import difference
from dashboard.settings.paper import Paper, canonical
from dashboard.settings.review import lines
from trader.bridge.panel.schemas import SettingsVersion

_SHOWN = 200


@st.fragment(run_every=5)
def history() -> None:
    """Former versions first, since that is what one may do something with."""
    pane = look()
    paper = desk.paper_of(pane)
    if paper is None:
        return
    _versions(pane, paper)
    _changes(pane, paper)


def _versions(pane: Pane, paper: Paper) -> None:
    words = pane.words
    st.subheader(words("settings.versions"))
    if not paper.file.versions:
        st.caption(words("settings.no_versions"))
        return
    at = st.selectbox(
        words("settings.version"), range(len(paper.file.versions)), key="settings_version",
        format_func=lambda place: words(
            "settings.until", at=pane.times.moment(paper.file.versions[place].until)
        ),
    )  # fmt: skip
    _version(pane, paper, paper.file.versions[at or 0])


def _version(pane: Pane, paper: Paper, version: SettingsVersion) -> None:
    words = pane.words
    former = {key: row.value for key, row in canonical(version.rows, paper.context).items()}
    draft, fixed = difference(paper, former)
    st.text(lines(pane, paper, draft) or words("settings.same"))
    if fixed:
        st.caption(words("settings.left_out"))
        st.text(", ".join(fixed))
    if not pane.steers:
        return
    ready = bool(draft) and pane.condition.listens
    if st.button(words("settings.back"), icon=":material/history:", key="settings_back",
                 disabled=not ready):  # fmt: skip
        desk.request(desk.Request(draft, left_out=tuple(fixed)))


def _changes(pane: Pane, paper: Paper) -> None:
    words = pane.words
    st.subheader(words("settings.changes"))
    if not paper.file.changes:
        st.caption(words("settings.no_changes"))
        return
    absent, out = words("settings.absent"), words("settings.out")
    rows = [
        {
            words("col.time"): pane.times.moment(one.at),
            words("col.setting"): one.key,
            words("settings.change"): f"{one.old or absent} → {one.new or out}",
            words("settings.by"): words.of_code("settings.by", one.by),
        }
        for one in sorted(paper.file.changes, key=lambda one: -one.at)[:_SHOWN]
    ]
    st.dataframe(tables.frame(rows, list(rows[0])), hide_index=True, alt=words("settings.changes"))
    st.caption(words("zone", zone=pane.times.zone_shown))
