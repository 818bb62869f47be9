"""Why an answer is not what it was: the first difference of a venue is explained, what follows
from it follows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from trader.backtest.replay.deciding import Replayed, Unlike
from trader.backtest.replay.difference import Difference
from trader.backtest.replay.wording import Why, why

SETTING, DROPPED, VERSION, CHANCE, NONE = (
    "setting", "dropped event", "version", "nondeterminism", "unexplained",
)  # fmt: skip
CAUSES = (SETTING, DROPPED, VERSION, CHANCE, NONE)
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known besides the answers: `changed` files and libraries of the code, its versions,
    and whether two replays of the life agree (asked only when nothing else explains)."""

    changed: tuple[str, ...]
    versions: tuple[str, str]
    repeatable: Callable[[], bool]


def explained(made: Replayed, known: Circumstances, first: int = 1) -> list[Difference]:
    """Every difference of a life with its cause, in order, numbered from `first` on."""
    roots: dict[str, Difference] = {}
    found: list[Difference] = []
    for no, one in enumerate(made.differences, start=first):
        root = roots.get(one.venue) or roots.get("")
        if root is None:
            cause, reason = _cause(made, one, known)
            roots[one.venue] = root = replace(one, cause=cause, why=reason, no=no)
            found.append(root)
        else:
            follows = why("follows", no=root.no)
            found.append(replace(one, cause=root.cause, why=follows, no=no, root=root.no))
    return found


def _cause(made: Replayed, one: Difference, known: Circumstances) -> tuple[str, Why]:
    unlike = _settings_at(made, one)
    if unlike:
        return SETTING, why("setting", changes=unlike)
    missing = sum(count for check, count in made.missing if check <= _check_after(made, one))
    if missing:
        return DROPPED, why("dropped_one") if missing == 1 else why("dropped", n=f"{missing:,}")
    if known.changed:
        return VERSION, _other_code(known)
    if not known.repeatable():
        return CHANCE, why("chance")
    return NONE, why("none")


def _check_after(made: Replayed, one: Difference) -> int:
    """The check at the end of the block of a difference; behind the last one, its own event."""
    place = bisect_left(made.checks, one.number)
    return made.checks[place] if place < len(made.checks) else one.number


def _settings_at(made: Replayed, one: Difference) -> str:
    """Parameters that are not the recorded ones at the check before or after a difference."""
    before = [unlike for number, unlike in made.settings if number < one.number]
    end = _check_after(made, one)
    after = [unlike for number, unlike in made.settings if one.number <= number <= end]
    near = [*before[-1:], *after]
    return next((text for unlike in near if (text := _worded(unlike, one.venue))), "")


def _worded(unlike: Unlike, venue: str) -> str:
    names = [venue] if venue else list(unlike)
    return "; ".join(
        f"{name} {key} {then} -> {now}"
        for name in names
        for key, (then, now) in unlike.get(name, {}).items()
    )


def _other_code(known: Circumstances) -> Why:
    more = len(known.changed) - _NAMED
    files = ", ".join(known.changed[:_NAMED]) + (f" ... (+{more})" if more > 0 else "")
    then, now = known.versions
    if then == now:
        return why("same_version", files=files)
    return why("other_version", then=then, now=now, files=files)


def counted(found: Iterable[Difference]) -> dict[str, int]:
    """Differences by cause, those that follow included; every cause is named."""
    counts = dict.fromkeys(CAUSES, 0)
    for one in found:
        counts[one.cause] += 1
    return counts
