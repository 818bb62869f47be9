"""Health: checks with their remedies, exchanges, guardian, computer, this run and the last."""

from __future__ import annotations

import streamlit as st

from dashboard.health.exchanges import exchanges
from dashboard.health.findings import CHECK, findings
from dashboard.health.machine import life, machine, protection
from dashboard.pane import Pane, look


@st.fragment(run_every=5)
def health() -> None:
    """Everything; the bot writes it every five seconds."""
    pane = look()
    reading = pane.files.health()
    file = reading.value
    if file is None:
        st.caption(pane.words("health.none"))
        st.code(CHECK, language=None)
        if reading.error and pane.condition.listens:
            st.text(reading.error)
        return
    _age(pane, reading.age)
    findings(pane, file.preflight)
    exchanges(pane, file.venues)
    protection(pane)
    machine(pane, file.machine)
    life(pane, file)


def _age(pane: Pane, age: float | None) -> None:
    words = pane.words
    shown = words("health.age", age=pane.times.span(age), zone=pane.times.zone_shown)
    st.caption(shown if not pane.condition.stale else f"{shown} {words('health.away')}")


health()
