"""Questions before a command, as hard to answer as the command is hard to undo."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.asking import asked, send
from dashboard.figures import arrow, money, percent, price
from dashboard.hold import hold
from dashboard.holdings import Holding, holdings, unrealised
from dashboard.pane import Pane
from trader.bridge import stop_file


@dataclass(frozen=True, slots=True)
class Wish:
    """A command and how its question reads. `facts` are plain lines, from outside too.

    `details` draws more between the text and the buttons; `possible` False: it cannot be sent.
    """

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    facts: str = ""
    label: str = ""
    details: Callable[[], None] | None = None
    possible: bool = True


def question(pane: Pane, wish: Wish) -> None:
    """An ordinary question: one button says yes, everything else no."""
    _dialog(pane, wish, typed=False)


def grave(pane: Pane, wish: Wish) -> None:
    """A question answered by holding a button or typing four digits; Enter confirms nothing."""
    _dialog(pane, wish, typed=True)


def resume(pane: Pane, venue: str | None = None) -> None:
    """Before entries are allowed again."""
    words = pane.words
    args = {"venue": venue} if venue else {}
    where = pane.venue(venue) if venue else words("venue.all")
    halts = pane.status.halts if pane.status else ()
    codes = dict.fromkeys(halt.code for halt in halts if venue in (None, halt.scope))
    facts = "\n".join([f"{pane.mode} · {where}", *(words.of_code("halt", c) for c in codes)])
    text = words("resume.text")
    if stop_file.there(pane.place.data_dir):
        text = "\n\n".join((text, words("resume.stop_file")))
    question(pane, Wish("resume", args, text, facts, words("do.resume")))


def emergency(pane: Pane) -> None:
    """The first half is done by the click that opens this; the second needs digits."""
    words = pane.words
    sent = bool(asked()) and asked()[-1].id
    text = words("emergency.text" if sent else "emergency.unsent")
    wish = Wish("emergency_stop", {"close": True}, text, everything(pane), words("do.close_all"))
    grave(pane, wish)


def close(pane: Pane, holding: Holding) -> None:
    """Before one position is closed at market."""
    words, quote = pane.words, holding.symbol.partition("/")[2]
    gain = money(holding.unrealised, quote, sign=True)
    facts = [
        f"{holding.symbol} · {pane.venue(holding.venue)} · {pane.mode}",
        f"{words('col.quantity')}: {price(abs(holding.quantity))}",
        f"{words('close.price')}: {price(holding.now)} {quote}",
        f"{words('close.result')}: {arrow(holding.unrealised)} {gain} ({percent(holding.gain)})",
    ]
    args = {"venue": holding.venue, "symbol": holding.symbol}
    label = words("do.close_one")
    question(pane, Wish("close_position", args, words("close.text"), "\n".join(facts), label))


def everything(pane: Pane, venue: str = "") -> str:
    """What closing all would touch: positions and open profit, venue by venue, or of one."""
    held = holdings(pane.portfolios)
    lines = [pane.mode]
    for name in pane.portfolios:
        if venue not in ("", name):
            continue
        here = [h for h in held if h.venue == name]
        open_profit = money(unrealised(here), pane.quote(name), sign=True)
        count = pane.words("count.positions", n=len(here))
        lines.append(f"{pane.venue(name)}: {count}, {pane.words('col.unrealised')} {open_profit}")
    return "\n".join(lines)


def _dialog(pane: Pane, wish: Wish, *, typed: bool) -> None:
    title = pane.words.of_code("command", wish.name)
    code = f"{secrets.randbelow(9_000) + 1_000}" if typed else ""
    st.dialog(title, width="medium")(_body)(pane, wish, code, secrets.token_hex(4))


def _body(pane: Pane, wish: Wish, code: str, token: str) -> None:
    words = pane.words
    if wish.text:
        st.markdown(wish.text)
    if wish.facts:
        with st.container(border=True):
            st.text(wish.facts)
    if wish.details:
        wish.details()
    if not pane.condition.listens:
        st.markdown(f":material/warning: {words('off.silent')}")
    asks = bool(code) and wish.possible
    if asks and _held(pane, wish, token):
        st.rerun()
    ready = _typed(pane, code) if asks else wish.possible
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(words("do.cancel"), key="confirm_no"):
            st.rerun()
        sent = st.button(
            wish.label,
            key="confirm_yes",
            type="primary",
            disabled=not ready,
            on_click=_send,
            args=(pane, wish, token),
        )
    if sent:
        st.rerun()


def _held(pane: Pane, wish: Wish, token: str) -> bool:
    """Whether the button was held to its end."""
    label = pane.words("hold.label", what=wish.label)
    done = pane.words("hold.done")
    return hold(label, done, token=token, act=lambda: _send(pane, wish, token))


def _send(then: Pane, wish: Wish, token: str) -> None:
    """Ask, once for every question: held and typed, or pressed twice, is one command.

    `then`: what the person saw when it was asked; the question was about that bot.
    """
    if token == st.session_state.get("answered_question"):
        return
    st.session_state["answered_question"] = token
    if send(wish.name, dict(wish.args), then.mode) and wish.name == "resume":
        with suppress(OSError):  # what cannot be deleted goes on pausing, and the bot says so
            stop_file.take(then.place.data_dir)


def _typed(pane: Pane, code: str) -> bool:
    """Whether the digits shown have been typed."""
    label = pane.words("type_digits", code=code)
    given = st.text_input(label, key=f"digits_{code}", max_chars=4, live=True, autocomplete="off")
    return given == code
