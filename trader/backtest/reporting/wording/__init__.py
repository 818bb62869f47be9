"""What the backtest says to people, in English and Korean; one key, one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trader.backtest.reporting.wording import (
    comparison_en,
    comparison_ko,
    formulas_en,
    formulas_ko,
)
from trader.backtest.reporting.wording.en import ENGLISH
from trader.backtest.reporting.wording.ko import KOREAN

Say = Callable[..., str]  # a key and the values of its text

LANGUAGES = {
    "en": ENGLISH | formulas_en.FORMULAS | comparison_en.COMPARISON,
    "ko": KOREAN | formulas_ko.FORMULAS | comparison_ko.COMPARISON,
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts of one language. Unknown languages speak English, unknown keys themselves."""

    language: str = "en"

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its values filled in."""
        usual = LANGUAGES["en"]
        texts = LANGUAGES.get(self.language, usual)
        return texts.get(key, usual.get(key, key)).format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a text for the key."""
        return key in LANGUAGES["en"]


def said_in(language: str, english: Mapping[str, str], korean: Mapping[str, str]) -> Say:
    """Texts of a room of its own by key, values filled in; unknown languages speak English."""
    texts = korean if language == "ko" else english

    def say(key: str, **values: object) -> str:
        return texts[key].format(**values)

    return say
