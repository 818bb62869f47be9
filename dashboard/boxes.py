"""Framed messages: our words may be set in bold, words from outside are plain text only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

Tone = Literal["info", "amber", "alarm", "good"]
_ICONS = {"info": "info", "amber": "warning", "alarm": "report", "good": "check_circle"}


@dataclass(frozen=True, slots=True)
class Box:
    """A message. `title` and `text` are ours; `outside` is shown as it is; `command` to copy.

    `progress`: a share, 0 to 1, drawn as a bar.
    """

    tone: Tone
    title: str
    text: str = ""
    outside: str = ""
    command: str = ""
    progress: float | None = None


def show(box: Box, key: str) -> None:
    """Draw a message; `key` is unique on the page."""
    with st.container(border=True, key=f"box_{box.tone}_{key}", gap="xsmall"):
        st.markdown(f":material/{_ICONS[box.tone]}: **{box.title}**")
        if box.progress is not None:
            st.progress(min(1.0, max(0.0, box.progress)))
        if box.text:
            st.markdown(box.text)
        if box.outside:
            st.text(box.outside)
        if box.command:
            st.code(box.command, language=None, wrap_lines=True)
