"""The bot's computer, versions, and how this run and the one before it went."""

from __future__ import annotations

import streamlit as st

from dashboard.figures import DASH, amount
from dashboard.overview import guarding
from dashboard.pane import Pane
from trader.bridge.panel.schemas import HealthFile, LifeShown, Machine, RecordingShown

_GB, _MB = 1e9, 1e6
_ENDS = ("clean", "restart", "crash")


def protection(pane: Pane) -> None:
    """Who protects the positions, and what the guardian did."""
    words = pane.words
    st.subheader(words("health.guarding"))
    told = "\n".join(guarding.lines(pane))
    if told:
        st.text(told)
    else:
        st.caption(words("health.no_guardian"))


def machine(pane: Pane, found: Machine) -> None:
    """The computer in figures."""
    words, loop = pane.words, pane.status.loop if pane.status else None
    st.subheader(words("health.machine"))
    disk = _share(found.disk_free, found.disk_total)
    figures = (
        ("cpu", f"{amount(found.cpu, 0)} %"),
        ("memory", f"{amount(found.memory_mb, 0)} MB"),
        ("memory_free", f"{_gb(found.memory_free_mb, 1e3)} GB"),
        ("disk", f"{_gb(found.disk_free, _GB)} GB{disk}"),
        ("loop", f"{amount(loop.last_ms if loop else None, 1)} ms"),
        ("lag", f"{amount(found.loop_lag_ms, 1)} ms"),
    )
    with st.container(key="figures_machine"), st.grid("auto", min_column_width=150, gap="small"):
        for name, text in figures:
            label, told = words(f"health.{name}"), words(f"health.{name}.help")
            st.metric(label, DASH if text.startswith(DASH) else text, border=True, help=told)


def life(pane: Pane, file: HealthFile) -> None:
    """This run, the one before it, what was recovered, versions, recording."""
    words = pane.words
    st.subheader(words("health.life"))
    st.text("\n".join([
        words("health.started", at=pane.times.moment(file.life.started_at)),
        _before(pane, file.life), _recovered(pane, file.life), _recording(pane, file.recording),
        words("health.versions", list=" · ".join(f"{n} {v}" for n, v in file.versions.items())),
    ]))  # fmt: skip


def _before(pane: Pane, found: LifeShown) -> str:
    end = found.last_end if found.last_end in _ENDS else "none"
    return pane.words(f"health.end.{end}", at=pane.times.moment(found.last_seen))


def _recovered(pane: Pane, found: LifeShown) -> str:
    parts = [
        f"{pane.words.of_code('recovered', name)} {count}"
        for name, count in found.recovered.items()
        if count
    ]
    nothing = pane.words("health.recovered.none")
    return pane.words("health.recovered", list=", ".join(parts)) if parts else nothing


def _recording(pane: Pane, found: RecordingShown) -> str:
    if not found.on:
        return pane.words("health.recording.off")
    size = DASH if found.bytes is None else f"{amount(found.bytes / _MB, 1)} MB"
    return pane.words("health.recording.on", folder=found.path or DASH, size=size)


def _gb(value: float | None, unit: float) -> str:
    return amount(None if value is None else value / unit, 1)


def _share(part: float | None, whole: float | None) -> str:
    return "" if part is None or not whole else f" ({amount(100 * part / whole, 0)} %)"
