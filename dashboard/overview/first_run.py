"""What happens after the first start, ticked off while it does: nobody looks at an empty page."""

from __future__ import annotations

import streamlit as st

from dashboard.pane import Pane


def under_way(pane: Pane) -> bool:
    """Whether nothing was ever traded with this folder."""
    held = any(portfolio.positions for portfolio in pane.portfolios.values())
    closed = any(portfolio.trade_history for portfolio in pane.portfolios.values())
    return not (held or closed or pane.files.trades().rows)


def steps(pane: Pane) -> list[tuple[str, bool]]:
    """The way to the first trade: each step, and whether it is done."""
    status = pane.status
    if status is None:
        return [(name, False) for name in ("start", "prices", "warm", "judged", "trade")]
    prices = any(link.last_price_at is not None for link in status.venues.values())
    warm = 0 < status.warmup_total <= status.warmup_current or status.status == "running"
    return [
        ("start", True),
        ("prices", prices),
        ("warm", warm),
        ("judged", bool(status.decisions)),
        ("trade", not under_way(pane)),
    ]


def first_run(pane: Pane) -> None:
    """Draw the list; the first step that is missing stands out."""
    words, waiting = pane.words, True
    with st.container(border=True, key="first_run", gap="xsmall"):
        st.markdown(f"**{words('first.title')}**")
        for name, done in steps(pane):
            text = words(f"first.{name}")
            sign = "check_circle" if done else "radio_button_unchecked"
            here = waiting and not done
            waiting = waiting and done
            st.markdown(f":material/{sign}: " + (f"**{text}**" if here else text))
        st.caption(words("first.text"))
