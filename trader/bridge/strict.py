"""Reads JSON that a stranger may have written: everything doubtful is refused, nothing hangs."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

_DEEPEST = 16
_LARGEST = 1e15


class NotStrict(ValueError):
    """The text is no JSON that we accept; the message says why in a few words."""


def parse_object(raw: bytes) -> dict[str, Any]:
    """One JSON object: no repeated key, no NaN, no infinity, nothing deep, huge or invisible.

    Raises `NotStrict`.
    """
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except NotStrict:
        raise
    except RecursionError as error:
        raise NotStrict("it is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise NotStrict("it is not UTF-8 text") from error
    except ValueError as error:
        raise NotStrict(f"it is not valid JSON ({error})") from error
    if not isinstance(value, dict):
        raise NotStrict("it must be one JSON object")
    _inspect(value)
    return value


def _inspect(value: Any) -> None:
    """Walk through everything with a list of our own: recursion is what attackers count on."""
    waiting = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > _DEEPEST:
            raise NotStrict("it is nested too deeply")
        if isinstance(part, str) and not part.isprintable():
            raise NotStrict("it holds text with control characters")
        if isinstance(part, dict):
            waiting += [(inner, depth + 1) for pair in part.items() for inner in pair]
        elif isinstance(part, list):
            waiting += [(inner, depth + 1) for inner in part]


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("a key stands twice in it")
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise NotStrict(f"{word} is no number")


def _float(text: str) -> float:
    return float(_bounded(float(text)))


def _int(text: str) -> int:
    if len(text) > 20:
        raise NotStrict("a number is too large")
    return int(_bounded(int(text)))


def _bounded(number: float) -> float:
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise NotStrict("a number is too large")
    return number
