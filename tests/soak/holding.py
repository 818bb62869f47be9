"""How many things a running system holds, container by container, wherever they hide."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_MANY = (dict, list, set, frozenset, tuple, deque)


def held_by(*roots: object) -> dict[str, int]:
    """Items in every container that can be reached, added up by `Class.attribute`."""
    found: Counter[str] = Counter()
    known: set[int] = set()
    waiting = [("", root) for root in roots]
    while waiting:
        name, thing = waiting.pop()
        if id(thing) in known:
            continue
        known.add(id(thing))
        if isinstance(thing, _MANY):
            found[name] += len(thing)
            waiting += [(name, inner) for inner in _inside(thing) if _worth(inner)]
        else:
            waiting += [(f"{type(thing).__name__}.{n}", v) for n, v in _attributes(thing)]
    return dict(found)


def _inside(thing: Iterable[Any]) -> Iterable[Any]:
    return thing.values() if isinstance(thing, Mapping) else thing


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    names = {name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())}
    names |= set(getattr(thing, "__dict__", ()))
    for name in sorted(names):
        value = getattr(thing, name, None)
        if _worth(value):
            yield name, value


def _worth(thing: object) -> bool:
    """Containers that change, and objects of ours that may hold some."""
    if isinstance(thing, tuple):
        return False
    ours = type(thing).__module__.startswith("trader.")
    return isinstance(thing, _MANY) or (ours and not isinstance(thing, (int, str, type)))
