"""What the honesty tools say to people, in English and Korean."""

from __future__ import annotations

from trader.backtest.honesty.words_en import ENGLISH
from trader.backtest.honesty.words_ko import KOREAN
from trader.backtest.reporting.wording import Say, Wording, said_in


def wording(language: str) -> Say:
    """Texts of one language by key, with their values filled in; unknown languages speak English.

    `reason` among the values is a reason code: its meaning is filled in as `meaning`.
    """
    own = said_in(language, ENGLISH, KOREAN)
    common = Wording(language)

    def say(key: str, **values: object) -> str:
        if "reason" in values:
            values["meaning"] = common(f"c.{values['reason']}")
        return own(key, **values)

    return say
