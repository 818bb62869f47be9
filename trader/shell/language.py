"""Which language people are spoken to in: the setting LANGUAGE, else the terminal's own."""

from __future__ import annotations

import locale


def language_of(wanted: str) -> str:
    """`en` or `ko`; `auto` is the terminal's, English when that is none of ours."""
    if wanted != "auto":
        return wanted
    return "ko" if str(locale.getlocale()[0] or "").lower().startswith("ko") else "en"
