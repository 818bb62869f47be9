"""Which language people are spoken to in: the setting LANGUAGE, else the terminal's own."""

from __future__ import annotations

import locale
import os
from pathlib import Path

from config.env_file import read


def written(env_file: Path) -> str:
    """LANGUAGE in a settings file that may be broken; `auto` when it says none of ours."""
    try:
        entry = read(env_file).entries.get("LANGUAGE")
    except OSError:
        return "auto"
    wanted = entry.text.strip().lower() if entry else ""
    return wanted if wanted in ("en", "ko") else "auto"


def language_of(wanted: str) -> str:
    """`en` or `ko`; `auto` is the terminal's, English when that is none of ours."""
    if wanted != "auto":
        return wanted
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    # what the user asks for; a system on which it was never installed does not tell
    asked = next(filter(None, names), "") or str(locale.getlocale()[0] or "")
    return "ko" if asked.lower().startswith("ko") else "en"
