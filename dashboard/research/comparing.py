"""Two to four backtests side by side: what was asked differently first, then what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import tables
from dashboard.pane import Pane
from dashboard.research.contents import curve
from dashboard.research.measures import in_order, measured, verdict
from dashboard.research.settings import plain, same
from dashboard.research.shelf import Run

if TYPE_CHECKING:
    import pandas as pd

INKS = ("#6d4aff", "#d98e04", "#7d8590", "#c2569b")
_ASKED = ("venue", "symbols", "timeframe", "quote", "seed", "engine", "version")
_ARROWS = {1: " ▲", -1: " ▼", 0: ""}


def comparing(pane: Pane, runs: Sequence[Run]) -> None:
    """The first one is what the others are measured against."""
    words = pane.words
    heads = _numbers(runs)
    lines = zip(heads, runs, strict=True)
    st.text("\n".join(f"{head} · {pane.times.date(run.at)}" for head, run in lines))
    st.markdown(f"**{words('runs.differences')}**")
    rows = differences(runs)
    if rows:
        heads = [words("col.setting"), *heads]
        cells = [(_named(pane, key), *map(plain, values)) for key, values in rows]
        table = [dict(zip(heads, row, strict=True)) for row in cells]
        st.dataframe(tables.frame(table, heads), hide_index=True, alt=words("runs.differences"))
    else:
        st.caption(words("runs.differences.none"))
    st.markdown(f"**{words('runs.figures')}**")
    st.dataframe(_figures(pane, runs), hide_index=True, alt=words("runs.figures"))
    st.caption(words("runs.figures.legend"))
    _curves(pane, runs)


def differences(runs: Sequence[Run]) -> list[tuple[str, tuple[Any, ...]]]:
    """What was not asked of all runs alike: market and engine, then every setting."""
    tops = [{name: run.content.get(name) for name in _ASKED} for run in runs]
    found = [*_unlike(tops)]
    taken = {name.upper() for name, _ in found}
    found += [row for row in _unlike([run.parameters for run in runs]) if row[0] not in taken]
    return found


def _unlike(contents: Sequence[Mapping[str, Any]]) -> list[tuple[str, tuple[Any, ...]]]:
    names = dict.fromkeys(name for content in contents for name in content)
    rows = [(name, tuple(content.get(name) for content in contents)) for name in names]
    return [row for row in rows if not all(same(row[1][0], value) for value in row[1])]


def _named(pane: Pane, key: str) -> str:
    """A setting is called as in `.env`, what else was asked in words."""
    return pane.words.of_code("asked", key)


def _numbers(runs: Sequence[Run]) -> list[str]:
    return [f"{number} · {run.title}" for number, run in enumerate(runs, 1)]


def _figures(pane: Pane, runs: Sequence[Run]) -> Any:
    """Every figure of every run; better and worse than the first in words' colours and arrows."""
    alike = len({(run.text("quote"), str(run.content.get("capital"))) for run in runs}) == 1
    heads = [pane.words("runs.figure"), *_numbers(runs)]
    rows, verdicts = [], []
    for name in in_order([run.metrics for run in runs]):
        values = [run.metrics.get(name) for run in runs]
        found = [verdict(name, values[0], value, alike=alike) for value in values]
        texts = [
            measured(name, value, run.text("quote")) + _ARROWS[sign]
            for run, value, sign in zip(runs, values, found, strict=True)
        ]
        cells = (pane.words.of_code("measure", name), *texts)
        rows.append(dict(zip(heads, cells, strict=True)))
        verdicts.append([0, *found])
    return tables.frame(rows, heads).style.apply(lambda _: _inks(pane, verdicts, heads), axis=None)


def _inks(pane: Pane, verdicts: list[list[int]], heads: list[str]) -> pd.DataFrame:
    import pandas as pd

    def ink(sign: int) -> str:
        colour = pane.palette.ink(float(sign), dark=pane.dark)
        return f"color: {colour}" if colour else ""

    return pd.DataFrame([[ink(sign) for sign in row] for row in verdicts], columns=heads)


def _curves(pane: Pane, runs: Sequence[Run]) -> None:
    """Equity in percent of what each began with, so that currencies can be compared."""
    import pandas as pd

    words = pane.words
    found = {str(number): curve(run) for number, run in enumerate(runs, 1)}
    parts = {
        number: (rows["equity"] / rows["equity"].iloc[0] - 1.0) * 100
        for number, rows in found.items()
        if rows is not None and len(rows)
    }
    st.markdown(f"**{words('runs.overlay')}**")
    if len(parts) < len(runs):
        st.caption(words("runs.overlay.missing"))
    if parts:
        drawn = pd.DataFrame(parts).sort_index().interpolate("time", limit_area="inside")
        drawn = tables.in_zone(drawn, pane.times.zone_name)
        inks: list[Any] = [INKS[int(number) - 1] for number in parts]
        st.line_chart(drawn, color=inks, height=280, y_label="%", x_label="")
