"""Searches of the optimiser: what is under way, what was found, tried and adopted, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import tables
from dashboard.asking import ask
from dashboard.figures import DASH, amount, percent
from dashboard.pane import Pane, look
from dashboard.research.settings import plain
from trader.bridge.panel.schemas import OptimisationShown

if TYPE_CHECKING:
    import pandas as pd

_COMMANDS = {"k": "search_k", "grid": "optimize"}
_INKS = ("#6d4aff", "#d98e04")
_SHOWN = 50


def under_way() -> None:
    """Searches at work, and the buttons that begin one; refreshed every two seconds."""
    pane = look()
    words = pane.words
    optimiser = pane.status.optimiser if pane.status else None
    running = () if optimiser is None or pane.condition.stale else optimiser.running
    for one in running:
        age = pane.times.span(max(0.0, pane.now - one.since))
        name = words.of_code("search", one.kind)
        text = words("searches.running", search=name, venue=pane.venue(one.venue),
                     percent=round(one.progress * 100), age=age)  # fmt: skip
        st.progress(min(1.0, max(0.0, one.progress)), text)
    if not running:
        st.caption(next_search(pane))
    if pane.steers:
        _buttons(pane, {one.venue for one in running})
    _answers(pane)


def next_search(pane: Pane) -> str:
    """When the optimiser searches again by itself."""
    words = pane.words
    agenda = pane.files.agenda().value
    rows = agenda.rows if agenda and not pane.condition.stale else ()
    coming = [row for row in rows if row.what in ("search_k", "search_grid") and row.at >= pane.now]
    if not coming:
        return words("searches.none_due")
    first = min(coming, key=lambda row: row.at)
    what = words.of_code("agenda", first.what)
    left = pane.times.span(first.at - pane.now)
    return words("searches.next", search=what, left=left, at=pane.times.moment(first.at))


def _buttons(pane: Pane, busy: set[str]) -> None:
    """One a venue and kind; a search changes nothing unless its result passes the gate."""
    words = pane.words
    for venue in pane.venues:
        with st.container(horizontal=True, vertical_alignment="center"):
            for kind, command in _COMMANDS.items():
                asked = st.button(
                    words(f"searches.start.{kind}", venue=pane.venue(venue)),
                    key=f"search_{kind}_{venue}", on_click=ask, args=(command, {"venue": venue}),
                    disabled=venue in busy or not pane.condition.listens,
                    help=words(f"searches.help.{kind}"), icon=":material/search:",
                )  # fmt: skip
                if asked:
                    st.rerun()  # the header tells what became of it


def _answers(pane: Pane) -> None:
    """What the bot last said to such a command: accepted, then how it ended."""
    given = pane.status.commands if pane.status else ()
    mine = [one for one in given if one.name in _COMMANDS.values()]
    for one in sorted(mine, key=lambda one: -one.at)[:2]:
        name = pane.words.of_code("command", one.name)
        result = pane.words.of_code("result", one.result)
        st.text(f"{pane.times.moment(one.at)} · {name} · {result} · {one.message}")


@st.fragment(run_every=10)
def history() -> None:
    """Every search that the journal still tells, the newest first, and values over time."""
    pane = look()
    words = pane.words
    reading = pane.files.optimisations()
    rows = reading.value.rows if reading.value else ()
    st.markdown(f"**{words('searches.history')}**")
    if not rows:
        st.caption(words("searches.empty"))
        return
    table = [_row(pane, one) for one in rows[:_SHOWN]]
    at = st.column_config.TextColumn(width="medium")
    wide = {words(f"searches.col.{name}"): at for name in ("verdict", "message")}
    st.dataframe(tables.frame(table, list(table[0])), hide_index=True, column_config=wide,
                 alt=words("page.optimisation"))  # fmt: skip
    st.caption(words("searches.legend", zone=pane.times.zone_shown))
    _over_time(pane, rows)


def _row(pane: Pane, one: OptimisationShown) -> dict[str, str]:
    words = pane.words
    cells = {
        "when": pane.times.moment(one.ended_at or one.started_at),
        "kind": words.of_code("search", one.kind),
        "venue": pane.venue(one.venue),
        "adopted": _outcome(pane, one),
        "best": values(one.best),
        "former": values(one.running),
        "in_sample": figures(one.in_sample, "best"),
        "out_of_sample": figures(one.out_of_sample, "challenger"),
        "tried": amount(one.tried, 0),
        "verdict": _verdict(pane, one.verdict),
        "by": words.of_code("by", one.by),
        "message": one.message,
    }
    return {words(f"searches.col.{name}"): text for name, text in cells.items()}


def _outcome(pane: Pane, one: OptimisationShown) -> str:
    """Adopted, kept as it was, or what went wrong."""
    if one.state != "done":
        return pane.words.of_code("search_state", one.state)
    return pane.words("searches.adopted" if one.adopted else "searches.kept")


def values(settings: Mapping[str, float]) -> str:
    """`K_VALUE 0.45, TAKE_PROFIT_PERCENT 0.05`; a dash for none."""
    return ", ".join(f"{key} {plain(value)}" for key, value in settings.items()) or DASH


def figures(found: Mapping[str, Any], whose: str) -> str:
    """What a set of values came to: its return and trades, or whatever numbers stand there."""
    of_it = found.get(whose)
    told = of_it if isinstance(of_it, Mapping) else found
    result, count = told.get("total_return"), told.get("trades")
    if isinstance(result, int | float):
        return percent(result) + (f" ({count:g})" if isinstance(count, int | float) else "")
    numbers = {k: v for k, v in told.items() if isinstance(v, int | float)}
    return ", ".join(f"{key} {value:.4g}" for key, value in numbers.items()) or DASH


def _verdict(pane: Pane, found: Mapping[str, Any]) -> str:
    """The gate's reasons in words, each with what was measured and what was wanted."""
    reasons = found.get("reasons")
    if found.get("promoted"):
        return pane.words("searches.passed")
    if not isinstance(reasons, list | tuple):
        return DASH
    return "; ".join(_reason(pane, str(reason)) for reason in reasons) or DASH


def _reason(pane: Pane, reason: str) -> str:
    code, _, rest = reason.partition(" ")
    name = pane.words.of_code("shortfall", code)
    return f"{name} ({rest})" if rest else name


def _over_time(pane: Pane, rows: tuple[OptimisationShown, ...]) -> None:
    """One value at one venue: what searches found, and what was in force after each."""
    words = pane.words
    known = series(rows)
    if not known:
        return
    st.markdown(f"**{words('searches.over_time')}**")
    key = st.selectbox(
        words("searches.value"), list(known), key="searches_value", label_visibility="collapsed",
        format_func=lambda one: f"{one[1]} · {pane.venue(one[0])}",
    )  # fmt: skip
    drawn = framed(known[key], pane.times.zone_name)
    if len(drawn) < 2:
        st.caption(words("searches.once"))
        return
    drawn.columns = [words("searches.found"), words("searches.in_force")]
    st.line_chart(drawn, color=list(_INKS), height=220, x_label="", y_label="")


def series(
    rows: tuple[OptimisationShown, ...],
) -> dict[tuple[str, str], list[tuple[float, float | None, float | None]]]:
    """By venue and setting: when a search ended, what it found, what was in force afterwards."""
    found: dict[tuple[str, str], list[tuple[float, float | None, float | None]]] = {}
    for one in reversed(rows):
        if one.state != "done" or one.ended_at is None:
            continue
        for key in dict.fromkeys([*one.best, *one.running]):
            best, former = one.best.get(key), one.running.get(key)
            after = best if one.adopted and best is not None else former
            found.setdefault((one.venue, key), []).append((one.ended_at, best, after))
    return found


def framed(points: list[tuple[float, float | None, float | None]], zone: str) -> pd.DataFrame:
    """The points by time, in a zone."""
    import pandas as pd

    frame = pd.DataFrame(points, columns=["at", "found", "in_force"], dtype=float)
    at = pd.to_datetime(frame.pop("at"), unit="s", utc=True)
    return tables.in_zone(frame.set_index(pd.DatetimeIndex(at)), zone)
