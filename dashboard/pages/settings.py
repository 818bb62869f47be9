"""Settings: every key, what it means, its value in force, its default and range."""

from __future__ import annotations

import streamlit as st

from config.schema import GROUPS
from config.setting import Setting
from dashboard import tables
from dashboard.figures import DASH
from dashboard.pane import Pane, look


@st.fragment
def settings() -> None:
    """All groups; a search narrows them."""
    pane = look()
    words = pane.words
    asked = st.query_params.get("key", "")
    text = st.text_input(
        words("settings.search"), value=asked, live=True, icon=":material/search:", key="sought"
    )
    found = [one for group in GROUPS for one in group.settings if _fits(pane, one, text)]
    rows = [
        {
            words("col.setting"): one.name,
            words("settings.meaning"): _meaning(pane, one),
            words("settings.now"): _now(pane, one),
            words("settings.default"): str(one.default) if one.default is not None else DASH,
            words("settings.range"): one.allowed(),
        }
        for one in found
    ]
    if not rows:
        st.caption(words("settings.none"))
        return
    st.dataframe(tables.frame(rows, list(rows[0])), hide_index=True, alt=words("page.settings"))


def _fits(pane: Pane, one: Setting, text: str) -> bool:
    return text.lower() in f"{one.name} {_meaning(pane, one)}".lower()


def _meaning(pane: Pane, one: Setting) -> str:
    return one.ko if pane.words.language == "ko" else one.en


def _now(pane: Pane, one: Setting) -> str:
    """The values in force, one a venue where they differ; never a secret's."""
    parameters = pane.status.parameters.values() if pane.status else ()
    values = dict.fromkeys(str(found[one.name]) for found in parameters if one.name in found)
    return " / ".join(values) or DASH


settings()
