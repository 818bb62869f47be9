"""Looks a code up: what it means and what to do, whichever of the tables it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trader.bridge.words.checks import LANGUAGES
from trader.bridge.words.codes import DAEMON, GUARDIAN, Told
from trader.bridge.words.exchange_codes import told_of
from trader.domain.instrument import VENUES

# `upbit:BTC/KRW: insufficient_funds_bid ...`, `...: the venue refused 5 exits (-2010 ...`
_REFUSAL = re.compile(
    rf"(?P<venue>{'|'.join(VENUES)}):\S+: (the venue refused \d+ exits \()?(?P<code>-\d+|[a-z_]+)\b"
)
_PLACE = re.compile(r"\{(\w+)\}")


def told(code: str, message: str = "") -> Told | None:
    """The words of an exchange's code in `message`, else of `code`; None for unknown ones."""
    return told_of_refusal(message) or DAEMON.get(code) or GUARDIAN.get(code) or _checked(code)


def told_of_refusal(message: str) -> Told | None:
    """The words of the code with which an exchange refused an order; None for other messages."""
    found = _REFUSAL.match(message)
    return told_of(found["venue"], found["code"]) if found else None


def _checked(code: str) -> Told | None:
    """A check's words; what they would name stands in brackets."""
    if code not in LANGUAGES["en"] or code.endswith(".do"):
        return None
    english, korean = (_cause_and_remedy(LANGUAGES[name], code) for name in ("en", "ko"))
    return Told(*english, *korean)


def _cause_and_remedy(texts: Mapping[str, str], code: str) -> tuple[str, str]:
    plain = (_PLACE.sub(r"(\1)", texts.get(key, "")) for key in (code, f"{code}.do"))
    return next(plain), next(plain)
