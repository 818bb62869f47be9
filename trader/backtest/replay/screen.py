"""A replay in the terminal: what was replayed, the counts, each difference, the last line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from trader.backtest import figures
from trader.backtest.replay.causes import NONE
from trader.backtest.replay.deciding import Replayed
from trader.backtest.replay.difference import Difference
from trader.backtest.replay.replaying import Replay
from trader.backtest.replay.wording import Say

if TYPE_CHECKING:
    from rich.console import Console

MOST_SHOWN = 40


def show(made: Replay, say: Say) -> None:
    """Everything, in the order in which it is to be read; the last line is `unexplained = N`."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    for one in made.lives:
        console.print(_headline(one, say), soft_wrap=True)
    cells = [
        (say.name("what", row.what), f"{row.then:,}", f"{row.now:,}", f"{row.different:,}")
        for row in made.rows
    ]
    heads = ("", say("recorded"), say("replayed"), say("different"))
    table(console, "", heads, cells, numbers=True)
    for note in made.notes:
        console.print(f"! {say.why(note)}", style="yellow", soft_wrap=True)
    _differences(console, made.differences, say)
    last_lines(console, made.causes, len(made.differences), say)


def _headline(one: Replayed, say: Say) -> str:
    return say(
        "life",
        number=one.life.number,
        mode=one.life.head.get("mode"),
        first=figures.moment(one.first),
        last=figures.moment(one.last),
        events=f"{one.events:,}",
        version=one.life.head.get("version"),
    )


def last_lines(console: Console, causes: dict[str, int], count: int, say: Say) -> None:
    """Counts by cause, then the one line that says whether all is well: the same in every
    language, because programs look for it."""
    known = ((say.name("cause", cause), n) for cause, n in causes.items() if n and cause != NONE)
    named = ", ".join(f"{name} {n:,}" for name, n in known)
    counted = say("counted", n=f"{count:,}")
    console.print(f"{counted}: {named}" if named else counted, soft_wrap=True)
    console.print(f"unexplained = {causes[NONE]}")


def _differences(console: Console, found: Sequence[Difference], say: Say) -> None:
    """What begins a chain, and everything unexplained, first; what follows only as far as there
    is room. Below the table why each chain began."""
    first = [one for one in found if not one.root or one.cause == NONE]
    rest = [one for one in found if one.root and one.cause != NONE]
    room = max(MOST_SHOWN, sum(one.cause == NONE for one in first))
    shown = sorted([*first, *rest][:room], key=lambda one: one.no)
    if shown:
        heads = [say(f"head.{name}") for name in ("no", "where", "what", "then", "now", "cause")]
        title = title_of(len(shown), len(found), say)
        table(console, title, heads, (_cells(one, say) for one in shown))
    for one in shown:
        if not one.root:
            where = say("where", no=one.no, event=f"{one.number:,}", life=one.life)
            cause = say.name("cause", one.cause)
            console.print(f"{where}: {cause}: {say.why(one.why)}", soft_wrap=True)


def title_of(shown: int, found: int, say: Say) -> str:
    """Above a table of differences; how many of them it shows when not all."""
    title = say("differences")
    cut = say("of", shown=f"{shown:,}", found=f"{found:,}")
    return f"{title} ({cut})" if found > shown else title


def _cells(one: Difference, say: Say) -> tuple[str, ...]:
    place = f"{one.place} {figures.moment(one.at)}".strip()
    cause = say("from", no=one.root) if one.root else say.name("cause", one.cause)
    sides = (say.name("side", text) for text in (one.then, one.now))
    return f"{one.no:,}", place, say.name("what", one.what), *sides, cause


def table(
    console: Console,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: bool = False,
) -> None:
    """A table as the other commands print; `numbers`: all but the first column to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=Text(title) if title else None, box=box.SIMPLE_HEAD, title_justify="left")
    for place, head in enumerate(heads):
        right = numbers and place > 0
        made.add_column(Text(head), justify="right" if right else "left", overflow="fold")
    for row in rows:
        made.add_row(*map(Text, row))
    console.print(made)
