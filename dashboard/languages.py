"""Words of the panel in Korean and English, from catalogues; a missing one never stops a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("ko", "en")
_FOLDER = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `words("count.positions", n=3)` fills the named fields of a text."""

    language: str
    _texts: Mapping[str, str]

    def __call__(self, key: str, **fields: object) -> str:
        """The text of a key; in English where there is no other, at worst the key itself."""
        text = self._texts.get(key) or catalogue("en").get(key, key)
        try:
            return text.format(**fields)
        except (KeyError, IndexError):
            return text

    def of_code(self, kind: str, code: str) -> str:
        """The words of a code from outside, such as `reason` `weak_trend`; unknown: the code."""
        key = f"{kind}.{code}"
        return self(key) if key in catalogue("en") else code

    def known(self, kind: str, code: str) -> bool:
        """Whether there are words for a code from outside."""
        return f"{kind}.{code}" in catalogue("en")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language by their keys; each room of the panel has a file of its own."""
    found: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.json")):
        found |= json.loads(file.read_text("utf-8"))
    return found


def words_in(language: str) -> Words:
    """The words of `ko` or `en`."""
    return Words(language, catalogue(language))


def chosen(*wishes: str | None) -> str:
    """The first wish (`ko`, `en-US` ...) that there are words for; English without one."""
    for wish in wishes:
        language = (wish or "").lower().partition("-")[0]
        if language in LANGUAGES:
            return language
    return "en"
