"""Each exchange as the bot reaches it: delays, clock, request budget, what went wrong last."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from dashboard.figures import DASH, amount
from dashboard.logbook.codes import explained
from dashboard.pane import Pane
from trader.bridge.panel.schemas import VenueHealth
from trader.bridge.schemas import Link

_NO_NETWORK = ("embedded", "replay")  # no answers to wait for, no clock, no connection


def exchanges(pane: Pane, found: dict[str, VenueHealth]) -> None:
    """One card an exchange; a sentence before any was seen."""
    words = pane.words
    st.subheader(words("health.exchanges"))
    links = pane.status.venues if pane.status else {}
    names = list(dict.fromkeys([*links, *found]))
    if not names:
        st.caption(words("health.no_exchanges"))
        return
    with st.grid("auto", min_column_width=300, gap="small"):
        for place, name in enumerate(names):
            with st.container(border=True, key=f"facts_exchange_{place}", gap="xsmall"):
                _card(pane, name, links.get(name), found.get(name) or VenueHealth())


def _card(pane: Pane, name: str, link: Link | None, seen: VenueHealth) -> None:
    words = pane.words
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(pane.venue(name))
        if link is not None and not pane.condition.stale:
            late = pane.late(name) or link.status != "connected"
            st.badge(words.of_code("link", link.status), color="orange" if late else "gray")
    st.text("\n".join(lines(pane, name, link, seen)))
    used, limit = seen.budget_used, seen.budget_limit
    if used is not None and limit:
        label = words("health.budget", used=amount(used, 0), limit=amount(limit, 0))
        st.progress(min(1.0, max(0.0, used / limit)), label)
    if seen.error:
        _error(pane, seen.error, seen.error_at)


def lines(pane: Pane, name: str, link: Link | None, seen: VenueHealth) -> Iterator[str]:
    """What is known of it, a line each; a dash for what was never observed of a real one."""
    words = pane.words
    source = words.of_code("price_source", link.price_source) if link else DASH
    yield words("health.prices", source=source, age=pane.times.span(pane.price_age(name)))
    if link and link.price_source in _NO_NETWORK:
        return
    yield words("health.latency", p50=_ms(seen.p50_ms), p95=_ms(seen.p95_ms))
    yield words("health.clock", ms=_ms(seen.clock_ms, sign=True))
    yield words("health.reconnects", n=amount(seen.reconnects, 0))


def _error(pane: Pane, code: str, at: float | None) -> None:
    told = explained(pane.words, code)
    title = pane.words("health.error", at=pane.times.moment(at))
    parts = (title, told.cause or code, told.remedy)
    st.text("\n".join(part for part in parts if part))


def _ms(value: float | None, *, sign: bool = False) -> str:
    text = amount(value, 0, sign=sign)
    return text if text == DASH else f"{text} ms"
