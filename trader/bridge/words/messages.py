"""Messages of the daemon in Korean: each English one by its shape, the values taken over.

The engine and the feeds speak English, so that journal, log files and recordings are the same
everywhere; a terminal that speaks Korean looks a message up here when it shows it.
"""

from __future__ import annotations

import re
from functools import cache

from trader.bridge.words.messages_ko import CODES, MESSAGES

_PLACE = re.compile(r"\\{(\w+)\\}")
# Places that hold more than one word; all others are single words.
_LONG = frozenset({
    "why", "message", "today", "symbols", "venues", "codes", "at", "end", "folder", "old", "new",
    "search", "world", "place",
})  # fmt: skip


def in_korean(message: str) -> str:
    """The message in Korean; one whose shape is not known stays as it is."""
    for shape, korean in _shapes():
        found = shape.fullmatch(message)
        if found is not None:
            return korean.format(**{n: _value(n, text) for n, text in found.groupdict().items()})
    return message


def _value(name: str, text: str) -> str:
    """A value as it is; codes by their word, messages inside messages likewise in Korean."""
    if name in CODES:
        return CODES[name].get(text, text)
    return in_korean(text) if name == "message" else text


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern_of(shape), re.DOTALL), ko) for shape, ko in MESSAGES.items())


def pattern_of(shape: str) -> str:
    """`{venue}: prices are back` as a regular expression with a group for each place."""
    return _PLACE.sub(_group, re.escape(shape))


def _group(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+?' if found[1] in _LONG else '[^ ]+?'})"
