"""Sensitivity for people and programs: a table on the terminal, JSON, a section of the report."""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import Any

from trader.backtest.honesty.figures import gain, score
from trader.backtest.honesty.sensitivity import CHANGES, Line, Moved, Sensitivity
from trader.backtest.tables import Html, table
from trader.backtest.wording import Wording


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


def sentence(found: Sensitivity, say: Wording) -> str:
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


def section(found: Sensitivity, say: Wording) -> Html:
    """For `report.html`: a heat map, one row a parameter."""
    told = f"<p>{escape(sentence(found, say))}</p>"
    box = f'<aside class="warning">{told}</aside>' if found.fragile else told
    listed = table(_heads(say), [_hot(line, found) for line in found.lines], "months")
    return Html(
        f"<section><h2>{escape(say('v.title'))}</h2>"
        f'<p class="hint">{escape(say("v.hint", what=found.objective))}</p>'
        f"{box}{listed if found.lines else ''}</section>"
    )


def _heads(say: Wording) -> list[str]:
    changes = [_change(change) for change in CHANGES]
    half = len(changes) // 2
    middle = say("v.unchanged")
    return [say("v.parameter"), say("v.value"), *changes[:half], middle, *changes[half:]]


def _change(change: float) -> str:
    return f"{100 * change:+.0f} %"


def _cells(line: Line, found: Sensitivity) -> list[tuple[str, float]]:
    """Texts of the objective, each with the difference that it makes."""
    cells = [
        (score(found.objective, moved.score), moved.score - found.score) for moved in line.moved
    ]
    half = len(CHANGES) // 2
    middle = (score(found.objective, found.score), 0.0)
    return [*cells[:half], middle, *cells[half:]]


def _hot(line: Line, found: Sensitivity) -> list[object]:
    """A row of the heat map: better than unchanged is up, worse is down."""
    moves = [moved.score - found.score for each in found.lines for moved in each.moved]
    strongest = max((abs(move) for move in moves if isfinite(move)), default=0.0)
    return [
        line.name,
        f"{line.value:g}",
        *(_heat(*cell, strongest) for cell in _cells(line, found)),
    ]


def _heat(text: str, move: float, strongest: float) -> Html:
    style = "up" if move > 0.0 else "down" if move < 0.0 else "even"
    strength = abs(move) / strongest if strongest and isfinite(move) else 0.0
    return Html(f'<span class="heat {style}" style="--s:{strength:.2f}">{escape(text)}</span>')


def show(found: Sensitivity, say: Wording) -> None:
    """On the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=Text(say("v.title")), box=box.SIMPLE_HEAD, title_justify="left")
    for place, head in enumerate(_heads(say)):
        shown.add_column(Text(head), justify="left" if place == 0 else "right")
    for line in found.lines:
        shown.add_row(
            line.name, f"{line.value:g}", *(Text(text) for text, _ in _cells(line, found))
        )
    console = Console(highlight=False)
    if found.lines:
        console.print(shown)
        console.print(Text(say("v.hint", what=found.objective), style="dim"))
    console.print(Text(sentence(found, say), style="yellow" if found.fragile else ""))
