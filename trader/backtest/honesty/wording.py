"""What the honesty tools say to people, in English and Korean."""

from __future__ import annotations

from collections.abc import Callable

from trader.backtest.honesty.words_en import ENGLISH
from trader.backtest.honesty.words_ko import KOREAN
from trader.backtest.reporting.wording import Wording

Say = Callable[..., str]


def wording(language: str) -> Say:
    """Texts of one language by key, with their values filled in; unknown languages speak English.

    `reason` among the values is a reason code: its meaning is filled in as `meaning`.
    """
    texts = KOREAN if language == "ko" else ENGLISH
    common = Wording(language)

    def say(key: str, **values: object) -> str:
        if "reason" in values:
            values["meaning"] = common(f"c.{values['reason']}")
        return texts[key].format(**values)

    return say
