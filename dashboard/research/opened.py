"""One backtest opened: figures, warnings, curves, trades, settings, reasons, its own report."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dashboard import tables
from dashboard.boxes import Box, show
from dashboard.figures import DASH, figure, percent
from dashboard.pane import Pane
from dashboard.performance.breakdown import breakdown
from dashboard.performance.listing import listing
from dashboard.research.contents import FEW_TRADES, curve, leader, trades
from dashboard.research.measures import GROUPS, in_order, measured
from dashboard.research.report import framed
from dashboard.research.settings import plain, unlike
from dashboard.research.shelf import FILES, REPORT, Run
from trader.bridge.files import read_whole

_VIEWS = ("summary", "equity", "trades", "breakdown", "settings", "reasons", "report")
_LARGEST = 24 * 1024 * 1024  # bytes of a report
_EQUITY = "#6d4aff"


def opened(pane: Pane, run: Run) -> None:
    """Warnings above, one view at a time below."""
    words = pane.words
    st.text(f"{run.title} · {pane.venue(run.text('venue'))} · {', '.join(run.symbols)}")
    _warnings(pane, run)
    view = st.segmented_control(
        words("trades.view"), _VIEWS, default="summary", required=True, key="runs_view",
        format_func=lambda name: words(f"runs.view.{name}"), label_visibility="collapsed",
    )  # fmt: skip
    drawn = {"equity": _curve, "trades": _trades, "breakdown": _breakdown, "settings": _settings,
             "reasons": _reasons, "report": _report}  # fmt: skip
    drawn.get(view or "", _summary)(pane, run)


def _warnings(pane: Pane, run: Run) -> None:
    """What makes a result worth little, and what the run itself warned of."""
    words = pane.words
    count, rows = run.metrics.get("trades"), trades(run)
    lines = []
    if count is not None and count < FEW_TRADES:
        lines.append(words("runs.few", n=int(count), least=FEW_TRADES))
    most = leader(rows) if rows is not None and len(rows) else None
    if most:
        lines.append(words("runs.leader", symbol=most[0], share=percent(most[1], sign=False)))
    if lines:
        show(Box("amber", words("runs.wary"), outside="\n".join(lines)), "runs_wary")
    if notes := run.texts("notices"):
        with st.expander(words("runs.notes")):
            st.text("\n".join(notes))


def _summary(pane: Pane, run: Run) -> None:
    words, quote = pane.words, run.text("quote")
    for group, names in GROUPS.items():
        st.markdown(f"**{words(f'runs.group.{group}')}**")
        with st.grid("auto", min_column_width=170, key=f"figures_{group}"):
            for name in names:
                label = words.of_code("measure", name)
                st.metric(label, measured(name, run.metrics.get(name), quote))
    rest = [name for name in in_order([run.metrics]) if not any(name in g for g in GROUPS.values())]
    if rest:
        table = [{"": name, " ": measured(name, run.metrics[name], quote)} for name in rest]
        st.dataframe(tables.frame(table, ["", " "]), hide_index=True)
    _as_live(pane, run)
    _files(pane, run)


def _as_live(pane: Pane, run: Run) -> None:
    """Whether the bot trades with these settings now."""
    words = pane.words
    live = (pane.status.parameters if pane.status else {}).get(run.text("venue"))
    st.markdown(f"**{words('runs.live')}**")
    if live is None:
        st.caption(words("runs.live.unknown"))
        return
    rows = unlike(run.parameters, live)
    st.caption(words("runs.live.unlike", n=len(rows)) if rows else words("runs.live.same"))
    if rows:
        heads = [words("col.setting"), words("runs.here"), words("runs.bot")]
        texts = [(key, plain(here), plain(bot)) for key, here, bot in rows]
        table = [dict(zip(heads, row, strict=True)) for row in texts]
        st.dataframe(tables.frame(table, heads), hide_index=True, alt=words("runs.live"))


def _files(pane: Pane, run: Run) -> None:
    """The run's files to take away, as they are."""
    with st.container(horizontal=True):
        for name in FILES:
            file = run.folder / name
            if file.is_file():
                st.download_button(
                    name, partial(_bytes, file), name, key=f"get_{name}",
                    icon=":material/download:", on_click="ignore",
                )  # fmt: skip
    st.caption(pane.words("runs.folder"))
    st.code(str(run.folder), language=None, wrap_lines=True)


def _bytes(file: Path) -> bytes:
    try:
        return read_whole(file, 512 * 1024 * 1024)
    except OSError as error:
        return str(error).encode()


def _curve(pane: Pane, run: Run) -> None:
    words, quote = pane.words, run.text("quote")
    drawn = curve(run)
    if drawn is None or drawn.empty:
        st.caption(words("runs.file.bad", file="equity.csv"))
        return
    first, last = (figure(float(drawn["equity"].iloc[place]), quote) for place in (0, -1))
    since, at = (pane.times.date(drawn.index[place].timestamp()) for place in (0, -1))
    st.caption(words("trades.curve", first=first, last=last, quote=quote, since=since, at=at))
    equity, drawdown = words("figure.equity"), words("figure.drawdown")
    drawn = tables.in_zone(drawn, pane.times.zone_name)
    st.line_chart(drawn["equity"].rename(equity), color=_EQUITY, height=260)
    down = pane.palette.ink(-1.0, dark=pane.dark)
    st.area_chart((drawn["drawdown"] * 100).rename(f"{drawdown} %"), color=down, height=150)


def _trades(pane: Pane, run: Run) -> None:
    rows = trades(run)
    if rows is None:
        st.caption(pane.words("runs.file.bad", file="trades.csv"))
    elif rows.empty:
        st.caption(pane.words("runs.no_trades"))
    else:
        listing(pane, rows, "YYYY-MM-DD HH:mm")


def _breakdown(pane: Pane, run: Run) -> None:
    rows = trades(run)
    if rows is None or rows.empty:
        _trades(pane, run)
    else:
        st.session_state.setdefault("trades_by", "symbol")
        breakdown(pane, rows)


def _settings(pane: Pane, run: Run) -> None:
    words = pane.words
    heads = [words("col.setting"), words("runs.here")]
    rows = [{heads[0]: key, heads[1]: plain(value)} for key, value in run.parameters.items()]
    st.dataframe(tables.frame(rows, heads), hide_index=True, alt=words("runs.view.settings"))


def _reasons(pane: Pane, run: Run) -> None:
    """Why nothing was bought, by candle, and what the rules of risk refused, by signal."""
    words = pane.words
    heads = [words("col.reason"), words("col.code"), words("col.count")]
    for key in ("no_entry_reasons", "refused_by_risk"):
        counts = run.counts(key)
        st.markdown(f"**{words(f'runs.{key}')}**")
        st.caption(words(f"runs.{key}.text") if counts else DASH)
        values = [(words.of_code("reason", code), code, n) for code, n in counts.items()]
        rows = [dict(zip(heads, row, strict=True)) for row in values]
        if rows:
            st.dataframe(tables.frame(rows, heads), hide_index=True, alt=words(f"runs.{key}"))


def _report(pane: Pane, run: Run) -> None:
    words = pane.words
    try:
        html = read_whole(run.folder / REPORT, _LARGEST).decode("utf-8", errors="replace")
    except OSError:
        st.caption(words("runs.file.bad", file=REPORT))
        return
    framed(html, words("runs.view.report"), "runs_report")
    st.caption(words("runs.report.text"))
