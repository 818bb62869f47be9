"""What the terminal says, in English and Korean; log files stay English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trader.bridge.words.catalogue import told_of_refusal
from trader.bridge.words.messages import in_korean
from trader.shell.wording.en import ENGLISH
from trader.shell.wording.ko import KOREAN

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ko": KOREAN}


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `words("stop")` is a text of the frame, `words.of(message)` a message that was
    made in English."""

    language: str = "en"

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, values filled in."""
        return LANGUAGES[self.language][key].format(**values)

    def of(self, message: str) -> str:
        """The same message in this language; one that nobody knows stays as it is."""
        said = in_korean(message) if self.language == "ko" else message
        remedy = self._remedy(message)
        return f"{said} -> {remedy}" if remedy else said

    def _remedy(self, message: str) -> str:
        """What to do about an order that an exchange refused; empty for anything else."""
        told = told_of_refusal(message)
        if told is None:
            return ""
        return told.remedy_ko if self.language == "ko" else told.remedy


PLAIN = Words()
