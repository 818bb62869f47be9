"""Sensitivity for people and programs: a table on the terminal, JSON, a section of the report."""

from __future__ import annotations

from math import isfinite
from typing import Any

from trader.backtest.honesty.figures import gain, score
from trader.backtest.honesty.sensitivity import CHANGES, Line, Moved, Sensitivity
from trader.backtest.reporting import markup
from trader.backtest.reporting.charts import heat_map
from trader.backtest.reporting.markup import Html, box, paragraphs
from trader.backtest.reporting.wording import Say


def as_content(found: Sensitivity) -> dict[str, Any]:
    """`sensitivity` of `result.json`; undefined and what may not be tried is None."""
    return {
        "objective": found.objective,
        "total_return": found.total_return,
        "score": _known(found.score),
        "fragile": found.fragile,
        "parameters": [
            {
                "name": line.name,
                "value": line.value,
                "changes": [_moved_content(moved) for moved in line.moved],
            }
            for line in found.lines
        ],
        "without_effect": list(found.without),
    }


def _moved_content(moved: Moved) -> dict[str, float | None]:
    return {
        "change": moved.change,
        "value": moved.value,
        "total_return": _known(moved.total_return),
        "score": _known(moved.score),
    }


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def sentence(found: Sensitivity, say: Say) -> str:
    """Whether the result hangs on one value."""
    worst = found.worst
    if worst is None:
        return say("v.same" if found.without else "v.nothing")
    base = gain(found.total_return)
    if found.fragile:
        name, moved = worst
        turned = gain(moved.total_return)
        return say("v.fragile", name=name, change=_change(moved.change), base=base, worst=turned)
    made = [moved.total_return for _, moved in found.small]
    code = "v.stable" if found.total_return > 0.0 else "v.moves"
    return say(code, base=base, low=gain(min(made)), high=gain(max(made)))


def section(found: Sensitivity, say: Say) -> Html:
    """For `report.html`: a heat map of the objective, one row a parameter; the centre is as it is.

    An empty cell is a value that is not allowed, or an objective that is undefined there.
    """
    told = sentence(found, say)
    first = box("amber", say("v.title"), paragraphs([told])) if found.fragile else ""
    text = "" if found.fragile else paragraphs([told])
    drawn = heat_map(
        [f"{line.name} {line.value:g}" for line in found.lines],
        _heads(say)[2:],
        [[_known(value) for value in _scores(line, found)] for line in found.lines],
        lambda value: score(found.objective, value),
        corner=say("v.parameter"),
        centre=found.score if isfinite(found.score) else 0.0,
    )
    map_or_nothing = drawn if found.lines else ""
    hint = say("v.hint", what=found.objective)
    return markup.section(say("v.title"), f"{first}{text}{map_or_nothing}", hint)


def _heads(say: Say) -> list[str]:
    changes = [_change(change) for change in CHANGES]
    half = len(changes) // 2
    middle = say("v.unchanged")
    return [say("v.parameter"), say("v.value"), *changes[:half], middle, *changes[half:]]


def _change(change: float) -> str:
    return f"{100 * change:+.0f} %"


def _scores(line: Line, found: Sensitivity) -> list[float]:
    """The objective at each change, in the middle as it is."""
    scores = [moved.score for moved in line.moved]
    half = len(CHANGES) // 2
    return [*scores[:half], found.score, *scores[half:]]


def show(found: Sensitivity, say: Say) -> None:
    """On the terminal."""
    from rich import box as boxes
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=Text(say("v.title")), box=boxes.SIMPLE_HEAD, title_justify="left")
    for place, head in enumerate(_heads(say)):
        shown.add_column(Text(head), justify="left" if place == 0 else "right")
    for line in found.lines:
        scores = [score(found.objective, value) for value in _scores(line, found)]
        shown.add_row(line.name, f"{line.value:g}", *scores)
    console = Console(highlight=False)
    if found.lines:
        console.print(shown)
        console.print(Text(say("v.hint", what=found.objective), style="dim"))
    console.print(Text(sentence(found, say), style="yellow" if found.fragile else ""))
