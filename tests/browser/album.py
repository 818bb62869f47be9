"""All pictures of the panel side by side, as one page that opens from the disk."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

_HEAD = """<!doctype html><meta charset="utf-8"><title>The panel</title>
<style>body { font: 14px sans-serif; margin: 1rem; background: #888; }
section div { display: flex; gap: .8rem; overflow-x: auto; align-items: flex-start; }
figure { margin: 0; } figcaption { padding: .2rem; } img { display: block; height: 520px; }
h2 { position: sticky; left: 0; }</style>
"""


class Shot(NamedTuple):
    """One picture: its file, under which heading it stands, and how it was looked at."""

    file: str
    heading: str
    page: str
    language: str
    scheme: str
    size: str


def index(shots: Sequence[Shot]) -> str:
    """HTML: a row of pictures a page or state; a click opens one in full."""
    parts = [_HEAD]
    for heading, found in groupby(shots_sorted(shots), key=lambda shot: shot.heading):
        parts.append(f"<section><h2>{escape(heading)}</h2><div>")
        parts += [_figure(shot) for shot in found]
        parts.append("</div></section>")
    return "\n".join(parts)


def shots_sorted(shots: Sequence[Shot]) -> list[Shot]:
    """By heading, in the order in which the headings came first; wide ones before phones."""
    order = list(dict.fromkeys(shot.heading for shot in shots))
    return sorted(shots, key=lambda shot: (order.index(shot.heading), shot.size != "wide"))


def _figure(shot: Shot) -> str:
    file = escape(shot.file, quote=True)
    told = escape(" · ".join((shot.page, shot.language, shot.scheme, shot.size)))
    return (
        f'<figure><a href="{file}"><img src="{file}" loading="lazy" alt="{told}"></a>'
        f"<figcaption>{told}</figcaption></figure>"
    )
