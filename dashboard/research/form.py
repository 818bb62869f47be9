"""The form that starts a backtest: what on, what with, how; the command itself judges it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from config.presets import NAMED
from dashboard.boxes import Box, show
from dashboard.pane import Pane
from dashboard.research.desk import MOST, Busy, Desk, job_in
from dashboard.research.order import ENGINES, TIMEFRAMES, Order, candle_files
from dashboard.research.shelf import FOLDER
from trader.domain.instrument import VENUES

MINE = "backtest_mine"  # the folder that this browser started last
_UNSENT = "backtest_unsent"
_DOUBLE = 3.0  # seconds between clicks that are one
_SOURCES = ("demo", "store", "path")
_COLOURS = {"korean": "kr", "international": "intl", "colour_blind": "cb"}


def form(pane: Pane, desk: Desk) -> None:
    """Every field may stay as it is: then generated candles are traded with the defaults."""
    words = pane.words
    with st.container(key="runs_form"):
        data = _data(pane)
        preset, strategy = _trading(pane)
        venue, symbols, timeframe = _market(pane)
        start, end = _span(pane)
        engine, capital, lines = _rest(pane)
        order = Order(data, venue, symbols, timeframe, start, end, preset, strategy, engine,
                      capital, lines)  # fmt: skip
        icon = ":material/play_arrow:"
        # No callback: that would be handed the fields as they were before the last one changed.
        if st.button(words("runs.start"), key="runs_start", type="primary", icon=icon):
            _start(pane, desk, order)
            st.rerun()
    if problem := st.session_state.get(_UNSENT):
        show(Box("amber", words("runs.unsent"), outside=problem), "runs_unsent")


def _start(pane: Pane, desk: Desk, order: Order) -> None:
    """Begin; whoever may only watch begins nothing, whatever his browser sends."""
    st.session_state[_UNSENT] = ""
    if not pane.steers:
        return
    colours = _COLOURS.get(st.session_state.get("palette") or "", "auto")
    looks = [f"--language={pane.words.language}", f"--colours={colours}"]
    asked = [*order.words, *looks]
    if _twice(pane, asked):
        return
    try:
        job = desk.start(asked, order.label)
    except Busy:
        st.session_state[_UNSENT] = pane.words("runs.busy", n=MOST)
    except (OSError, ValueError) as error:
        st.session_state[_UNSENT] = str(error)
    else:
        st.session_state[MINE] = job.folder.name


def _twice(pane: Pane, asked: list[str]) -> bool:
    """Whether this is the second half of a double click."""
    name = st.session_state.get(MINE)
    last = job_in(pane.place.data_dir / FOLDER / name) if name else None
    return last is not None and last.words == tuple(asked) and pane.now - last.at < _DOUBLE


def _data(pane: Pane) -> tuple[str, ...]:
    words = pane.words
    source = st.segmented_control(
        words("runs.data"), _SOURCES, default="demo", required=True, key="runs_source",
        format_func=lambda name: words(f"runs.data.{name}"),
    )  # fmt: skip
    if source == "store":
        files = candle_files(pane.place.data_dir)
        if not files:
            st.caption(words("runs.data.none"))
            st.code("python run_backtest.py download --help", language=None, wrap_lines=True)
            return ()
        found = {str(path): path.name for path in files}
        return tuple(
            st.multiselect(
                words("runs.data.files"), found, format_func=found.__getitem__, key="runs_files",
                placeholder=words("runs.data.choose"),
            )
        )  # fmt: skip
    if source == "path":
        help_text = words("runs.data.path.help")
        text = st.text_input(words("runs.data.path"), key="runs_path", help=help_text)
        return (text,) if text else ()
    st.caption(words("runs.data.demo.text"))
    return ()


def _trading(pane: Pane) -> tuple[str, str]:
    """Preset and strategy; others than the named ones may be typed."""
    words = pane.words
    presets = [preset.name for preset in NAMED]
    known = sorted({name for preset in NAMED for name in preset.strategies})
    left, right = st.columns(2)
    preset = left.selectbox(
        words("preset"), presets, index=None, accept_new_options=True, key="runs_preset",
        placeholder=words("runs.none"), help=words("runs.preset.help"),
    )  # fmt: skip
    strategy = right.selectbox(
        words("col.strategy"), known, index=None, accept_new_options=True, key="runs_strategy",
        placeholder=words("runs.usual"), help=words("runs.strategy.help"),
    )  # fmt: skip
    return preset or "", strategy or ""


def _market(pane: Pane) -> tuple[str, str, str]:
    words = pane.words
    left, middle, right = st.columns(3)
    venue = left.selectbox(
        words("col.venue"), VENUES, index=None, format_func=pane.venue, key="runs_venue",
        placeholder=words("runs.by_data"),
    )  # fmt: skip
    symbols = middle.text_input(
        words("runs.symbols"), key="runs_symbols", placeholder=words("runs.symbols.all")
    )
    timeframe = right.selectbox(
        words("runs.timeframe"), TIMEFRAMES, index=None, key="runs_timeframe",
        placeholder=words("runs.by_data"),
    )  # fmt: skip
    return venue or "", symbols or "", timeframe or ""


def _span(pane: Pane) -> tuple[str, str]:
    words = pane.words
    left, right = st.columns(2)
    oldest, newest = date(2010, 1, 1), date(2100, 1, 1)
    start = left.date_input(
        words("runs.start_day"), None, oldest, newest, key="runs_from", help=words("runs.day.help")
    )
    end = right.date_input(
        words("runs.end_day"), None, oldest, newest, key="runs_to", help=words("runs.end.help")
    )
    return (start.isoformat() if start else "", end.isoformat() if end else "")


def _rest(pane: Pane) -> tuple[str, str, str]:
    words = pane.words
    left, right = st.columns(2)
    engine = left.selectbox(
        words("runs.engine"), ENGINES, key="runs_engine", help=words("runs.engine.help"),
        format_func=lambda name: words(f"runs.engine.{name}"),
    )  # fmt: skip
    capital = right.text_input(
        words("runs.capital"), key="runs_capital", placeholder=words("runs.capital.usual")
    )
    with st.expander(words("runs.more")):
        lines = st.text_area(
            words("runs.lines"), key="runs_lines", help=words("runs.lines.help"),
            placeholder="K_VALUE=0.4\nTAKE_PROFIT_PERCENT=0.05",
        )  # fmt: skip
    return engine, capital or "", lines or ""
