"""What a replay says to people: sentences as values, put into a language where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trader.backtest.replay.words_en import ENGLISH
from trader.backtest.replay.words_ko import KOREAN

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ko": KOREAN}


@dataclass(frozen=True, slots=True)
class Why:
    """A sentence of the catalogues with what it names; no key: nothing is said."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


NOTHING = Why("")


def why(key: str, **values: object) -> Why:
    """A sentence and its values."""
    return Why(key, values)


@dataclass(frozen=True, slots=True)
class Say:
    """Texts of one language. Unknown languages speak English."""

    language: str = "en"

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, values filled in."""
        return LANGUAGES.get(self.language, ENGLISH)[key].format(**values)

    def why(self, told: Why) -> str:
        """A sentence that was kept as a value; empty for none."""
        return self(told.key, **told.values) if told.key else ""

    def name(self, kind: str, code: str) -> str:
        """The word for a code (`cause`, `what`, `side`), which is English itself."""
        return LANGUAGES.get(self.language, ENGLISH).get(f"{kind}.{code}", code)
