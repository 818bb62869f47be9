"""The question before settings change: what is different, what follows from it, then yes or no."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import confirm, tables
from dashboard.confirm import Wish
from dashboard.figures import DASH, amount, money, percent, price
from dashboard.pane import Pane
from dashboard.settings import drafts, wording
from dashboard.settings.desk import Request
from dashboard.settings.drafts import Draft
from dashboard.settings.forecast import MARGIN, Effect, Forecast, Moved, Outlook, forecast
from dashboard.settings.paper import Paper
from trader.bridge.foresight.entries import Ahead

_RISKS = {1: "settings.risk.more", -1: "settings.risk.less", 0: "settings.risk.same"}


def review(pane: Pane, paper: Paper, one: Request) -> None:
    """Ask whether it is to be applied: one command, held or typed if it dares more than now."""
    words, draft = pane.words, one.draft
    foretold = forecast(paper, draft, pane.portfolios)
    args: dict[str, Any] = {"values": drafts.command(draft, paper)}
    name = "set_parameters" if one.preset is None else "set_preset"
    if one.preset is not None:
        args = dict(one.preset)
    wish = Wish(
        name, args, words("settings.review"),
        "\n".join(filter(None, (pane.mode, lines(pane, paper, draft)))), words("do.apply"),
        details=lambda: _details(pane, one, foretold),
        possible=bool(draft) and not foretold.problems,
    )  # fmt: skip
    (confirm.grave if foretold.grave else confirm.question)(pane, wish)


def _details(pane: Pane, one: Request, foretold: Forecast) -> None:
    words = pane.words
    if foretold.problems:
        st.markdown(f":material/report: **{words('settings.refused')}**")
        st.text("\n".join(foretold.problems))
        return
    if not one.draft:
        st.caption(words("settings.same"))
        return
    if one.left_out:
        st.caption(words("settings.left_out"))
        st.text(", ".join(one.left_out))
    effects(pane, foretold)
    _outlooks(pane, foretold)
    if foretold.grave:
        st.markdown(f":material/warning: **{words('settings.grave')}**")


def lines(pane: Pane, paper: Paper, draft: Draft) -> str:
    """`UPBIT_K_VALUE: 0.5 → 0.45`, one line a key of the file."""
    absent, out = pane.words("settings.absent"), pane.words("settings.out")
    return "\n".join(
        f"{key}: {paper.texts.get(key, absent)} → {out if text is None else text}"
        for key, text in draft.items()
    )


def effects(pane: Pane, foretold: Forecast) -> None:
    """Values in force before and after, by venue."""
    words = pane.words
    if not foretold.effects:
        st.caption(words("settings.no_effect"))
        return
    st.markdown(f"**{words('settings.effects')}**")
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for one in foretold.effects:
        groups.setdefault(_effect(pane, one), []).append(one.venue)
    names = (words("col.setting"), words("settings.before"), words("settings.after"),
             words("settings.risk"))  # fmt: skip
    found = [
        dict(zip(names, told, strict=True)) | {words("col.venue"): _venues(pane, here)}
        for told, here in groups.items()
    ]
    st.dataframe(
        tables.frame(found, list(found[0])), hide_index=True, alt=words("settings.effects")
    )


def _effect(pane: Pane, one: Effect) -> tuple[str, str, str, str]:
    """Setting, before, after, risk: the same for venues that agree."""
    words, setting = pane.words, one.setting
    cold = "" if setting.hot else f" ({words('settings.cold')})"
    new = wording.value(words, setting, one.new) + cold
    return setting.name, wording.value(words, setting, one.old), new, words(_RISKS[one.risk])


def _venues(pane: Pane, names: list[str]) -> str:
    return ", ".join(pane.venue(name) for name in names if name) or DASH


def _outlooks(pane: Pane, foretold: Forecast) -> None:
    words = pane.words
    if not foretold.outlooks:
        st.caption(words("settings.no_consequences"))
        return
    st.markdown(f"**{words('settings.consequences')}**")
    for one in foretold.outlooks:
        with st.container(border=True, gap="xxsmall", key=f"facts_outlook_{one.venue}"):
            st.markdown(f"**{pane.venue(one.venue)}**")
            st.text("\n".join(_outlook(pane, one)))
    st.caption(words("settings.consequences.help"))
    _positions(pane, foretold)


def _outlook(pane: Pane, one: Outlook) -> list[str]:
    """A venue's figures: before, after, and what bounds an order."""
    words = pane.words
    told = [
        f"{words(f'settings.figure.{name}')}: {old} → {new}"
        for name, (old, new) in _pairs(one, pane.quote(one.venue)).items()
    ]
    if one.after:
        bound = words(f"settings.bound.{one.after.bound}")
        told[0] += f" ({words('settings.bound', by=bound)})"
    return told


def _pairs(one: Outlook, quote: str) -> dict[str, tuple[str, str]]:
    before, after = one.before, one.after
    pairs = {
        "order": (_order(before, quote), _order(after, quote)),
        "loss": (_loss(before, quote), _loss(after, quote)),
    }
    if one.positions:
        was, then = one.results
        pairs["stops"] = money(was, quote, sign=True), money(then, quote, sign=True)
    if one.venue == MARGIN:
        pairs["leverage"] = _times(before), _times(after)
        pairs["liquidation"] = _away(before), _away(after)
    return pairs


def _order(one: Ahead | None, quote: str) -> str:
    return money(one.order if one else None, quote)


def _loss(one: Ahead | None, quote: str) -> str:
    return money(None if one is None or one.loss is None else -one.loss, quote, sign=True)


def _times(one: Ahead | None) -> str:
    return DASH if one is None else f"{amount(one.leverage, 2)} ×"


def _away(one: Ahead | None) -> str:
    return percent(one.liquidation if one else None, sign=False)


def _positions(pane: Pane, foretold: Forecast) -> None:
    """Positions whose stop moves."""
    moved = [one for out in foretold.outlooks for one in out.positions if one.shift.moves]
    held = any(out.positions for out in foretold.outlooks)
    if not moved:
        st.caption(pane.words("settings.no_moves") if held else pane.words("settings.no_positions"))
        return
    st.markdown(f"**{pane.words('settings.moves', n=len(moved))}**")
    st.text("\n".join(_move(pane, one) for one in moved))


def _move(pane: Pane, one: Moved) -> str:
    words, shift = pane.words, one.shift
    name = f"{pane.venue(one.holding.venue)} {one.holding.symbol}"
    before = price(shift.before)
    if shift.unknown:
        return f"{name}: {before} → {DASH} ({words(f'settings.unknown.{shift.unknown}')})"
    after = price(shift.after) if shift.after is not None else words("settings.no_stop")
    return f"{name}: {before} → {after}"
