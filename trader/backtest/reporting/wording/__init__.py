"""What the backtest says to people, in English and Korean; one key, one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from trader.backtest.reporting.wording.en import ENGLISH
from trader.backtest.reporting.wording.ko import KOREAN

LANGUAGES = {"en": ENGLISH, "ko": KOREAN}


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts of one language. Unknown languages speak English, unknown keys themselves."""

    language: str = "en"

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its values filled in."""
        texts = LANGUAGES.get(self.language, ENGLISH)
        return texts.get(key, ENGLISH.get(key, key)).format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a text for the key."""
        return key in ENGLISH
