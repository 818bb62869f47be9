"""Models of machine learning: those that lie in the data folder, or what will appear here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import tables
from dashboard.figures import DASH
from dashboard.logbook.line import visible
from dashboard.pane import Pane, look
from trader.bridge.files import read_whole

META = "meta.json"
_LARGEST = 1024 * 1024  # bytes
_DEEP, _MOST, _LONG = 3, 60, 200  # levels and rows shown of one file, letters of a value


@dataclass(frozen=True, slots=True)
class Model:
    """One model's folder. `facts`: name and value, in the file's order; None: unreadable."""

    name: str
    changed: float
    facts: list[tuple[str, str]] | None


def found(data_dir: Path) -> list[Model]:
    """All models with a description, the newest first."""
    models = [_model(data_dir / "models", file) for file in data_dir.glob(f"models/**/{META}")]
    return sorted(models, key=lambda one: (-one.changed, one.name))


def facts_of(content: Any, name: str = "", deep: int = 0) -> list[tuple[str, str]]:
    """A description of any shape as rows: `metrics.auc`, `0.61`."""
    if not isinstance(content, dict) or deep >= _DEEP:
        return [(visible(name), visible(_text(content))[:_LONG])]
    rows = []
    for key, value in content.items():
        rows += facts_of(value, f"{name}.{key}" if name else str(key), deep + 1)
    return rows[:_MOST]


@st.fragment
def models() -> None:
    """A card a model; without one what will stand here and how the bot decides without."""
    pane = look()
    there = found(pane.place.data_dir)
    if not there:
        _empty(pane)
    for place, model in enumerate(there):
        with st.container(border=True, key=f"model_{place}"):
            _card(pane, model)
    if there:
        st.caption(pane.words("models.zone", zone=pane.times.zone_shown))


def _empty(pane: Pane) -> None:
    words = pane.words
    st.markdown(f"**{words('models.none')}**")
    st.markdown(words("models.without"))
    st.markdown(words("models.will"))
    for part in ("card", "baseline", "state", "drift"):
        st.markdown(f"- {words(f'models.will.{part}')}")


def _card(pane: Pane, model: Model) -> None:
    words = pane.words
    st.text(model.name)
    st.caption(words("models.changed", at=pane.times.moment(model.changed)))
    if model.facts is None:
        st.caption(words("models.damaged"))
        return
    heads = [words("models.fact"), words("models.value")]
    rows = [dict(zip(heads, fact, strict=True)) for fact in model.facts]
    st.dataframe(tables.frame(rows, heads), hide_index=True, alt=words("page.models"))


def _model(folder: Path, file: Path) -> Model:
    name = visible(str(file.parent.relative_to(folder))) if file.parent != folder else META
    try:
        changed = file.lstat().st_mtime
        content = json.loads(read_whole(file, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return Model(name, 0.0, None)
    return Model(name, changed, facts_of(content))


def _text(value: Any) -> str:
    if value is None or value == {}:
        return DASH
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
