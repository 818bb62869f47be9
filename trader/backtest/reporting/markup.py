"""Text that becomes HTML: escaped wherever it is put in, unless it is HTML already."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from trader.backtest import figures


class Html(str):
    """Text that is HTML already; every other text is escaped where it is put in."""

    __slots__ = ()


def cell(value: object) -> str:
    """Escaped unless it is `Html`."""
    return value if isinstance(value, Html) else escape(str(value))


def signed(value: float, text: str) -> Html:
    """A profit or a loss: coloured, and with an arrow for those who do not see colours."""
    style = "up" if value > 0 else "down" if value < 0 else "even"
    return Html(f'<span class="{style}">{escape(text)}&nbsp;{figures.arrow(value)}</span>')


def section(title: str, body: str, hint: str = "") -> Html:
    """A part of the page under a heading; `hint` is one quiet line that says how to read it."""
    return Html(f"<section><h2>{escape(title)}</h2>{_hint(hint)}{body}</section>")


def folded(title: str, body: str, hint: str = "") -> Html:
    """A part of the page that opens at a click, and always on paper."""
    return Html(f"<details><summary>{escape(title)}</summary>{_hint(hint)}{body}</details>")


def beside(*parts: str) -> Html:
    """Parts side by side where the page is wide enough, one below the other on a phone."""
    return Html(f'<div class="beside">{"".join(f"<div>{part}</div>" for part in parts)}</div>')


def under(title: str, body: str, hint: str = "") -> Html:
    """A smaller heading with what belongs to it."""
    return Html(f"<h3>{escape(title)}</h3>{_hint(hint)}{body}")


def paragraphs(texts: Iterable[str]) -> Html:
    """One paragraph a text."""
    return Html("".join(f"<p>{cell(text)}</p>" for text in texts))


def bullets(texts: Iterable[str]) -> Html:
    """A list, one item a text."""
    return Html("<ul>" + "".join(f"<li>{cell(text)}</li>" for text in texts) + "</ul>")


def box(style: str, title: str, body: str) -> Html:
    """Something to be read first: `amber` warns, `grave` must not be missed."""
    return Html(f'<aside class="box {style}"><h2>{escape(title)}</h2>{body}</aside>')


def _hint(text: str) -> str:
    return f'<p class="hint">{escape(text)}</p>' if text else ""
