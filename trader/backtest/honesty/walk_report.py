"""A walk-forward for people and programs: a table on the terminal, JSON, part of the report."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, Literal

from trader.backtest import figures
from trader.backtest.honesty.figures import gain, score
from trader.backtest.honesty.folds import Span
from trader.backtest.honesty.walk_forward import Part, Walked, WalkForward
from trader.backtest.reporting import markup
from trader.backtest.reporting.markup import Html, box, paragraphs, signed
from trader.backtest.reporting.tables import plain_table
from trader.backtest.reporting.wording import Say


def as_content(walked: WalkForward) -> dict[str, Any]:
    """`walk_forward` of `result.json`. Times ms UTC, `end` exclusive; undefined is None."""
    return {
        "kind": walked.kind,
        "objective": walked.objective,
        "combinations": walked.tried,
        "folds": [_fold_content(one) for one in walked.folds],
        "out_of_sample": {
            "total_return": walked.total_return,
            "trades": len(walked.returns),
            "mean_score": _known(walked.out_of_sample_score),
        },
        "in_sample": {"mean_score": _known(walked.in_sample_score)},
        "efficiency": _known(walked.efficiency),
        "overfit": walked.overfit,
        "warnings": list(walked.warnings),
    }


def _fold_content(one: Walked) -> dict[str, Any]:
    return {
        "fold": one.fold.number,
        "train": list(one.fold.train),
        "test": list(one.fold.test),
        "chosen": one.label or None,
        "in_sample": _part_content(one.in_sample),
        "out_of_sample": _part_content(one.out_of_sample),
    }


def _part_content(part: Part | None) -> dict[str, Any] | None:
    if part is None:
        return None
    return {"score": _known(part.score), "metrics": dict(part.outcome.metrics)}


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


# ------------------------------------------------------------- words


def sentences(walked: WalkForward, say: Say) -> list[str]:
    """What came of it, then every warning; without any that it lasted."""
    values = {
        "total": gain(walked.total_return),
        "trades": f"{len(walked.returns):,}",
        "objective": walked.objective,
        "efficiency": _left(walked.efficiency, say),
    }
    told = [say("w.summary", **values)]
    if isfinite(walked.efficiency):
        told.append(say("w.left", **values))
    warnings = [say(_key(code, walked), **values) for code in walked.warnings]
    return [*told, *(warnings or [say("w.lasting")])]


def _key(code: str, walked: WalkForward) -> str:
    """Where nothing was chosen, nothing is called a choice."""
    alone = walked.tried < 2 and code in ("oos_loss", "oos_half")
    return f"w.{code}_one" if alone else f"w.{code}"


def _left(efficiency: float, say: Say) -> str:
    return figures.percent(efficiency, places=0) if efficiency > 0.0 else say("w.nothing")


def hint(walked: WalkForward, say: Say) -> str:
    """How it was done."""
    kind = say(f"w.{walked.kind}")
    if walked.tried < 2:
        return say("w.hint_one", kind=kind)
    return say("w.hint", objective=walked.objective, kind=kind, tried=walked.tried)


def heads(walked: WalkForward, say: Say) -> list[str]:
    """Titles of the columns."""
    names = ("fold", "train", "test", "chosen", "in_sample", "out_of_sample")
    plain = [say(f"w.{name}", objective=walked.objective) for name in names]
    return [*plain, say("w.return_in"), say("w.return_out"), say("w.trades")]


def rows(walked: WalkForward, say: Say) -> list[list[str]]:
    """One row a fold, then all together."""
    total = [
        say("w.total"), "", "", "",
        score(walked.objective, walked.in_sample_score),
        score(walked.objective, walked.out_of_sample_score),
        "", gain(walked.total_return), f"{len(walked.returns):,}",
    ]  # fmt: skip
    return [*(_row(one, walked.objective, say) for one in walked.folds), total]


def _row(one: Walked, objective: str, say: Say) -> list[str]:
    before, after = one.in_sample, one.out_of_sample
    return [
        str(one.fold.number),
        _days(one.fold.train),
        _days(one.fold.test),
        one.label if one.chosen is not None else say("w.none"),
        score(objective, before.score) if before else figures.DASH,
        score(objective, after.score) if after else figures.DASH,
        gain(before.total_return) if before else figures.DASH,
        gain(after.total_return) if after else figures.DASH,
        f"{after.trades:,}" if after else "0",
    ]


def _days(span: Span) -> str:
    return f"{figures.day(span.start)}–{figures.day(span.end - 1)}"


# ------------------------------------------------------------- where it is shown


def section(walked: WalkForward, say: Say) -> Html:
    """For `report.html`."""
    told = paragraphs(sentences(walked, say))
    shown = box("amber", say("w.title"), told) if walked.overfit else told
    listed = plain_table(heads(walked, say), _coloured(rows(walked, say), walked))
    return markup.section(say("w.title"), f"{shown}{listed}", hint(walked, say))


def _coloured(cells: Sequence[Sequence[str]], walked: WalkForward) -> list[list[object]]:
    made = [one.out_of_sample for one in walked.folds]
    gains = [part.total_return if part else 0.0 for part in made] + [walked.total_return]
    return [
        [*row[:7], signed(value, row[7]), row[8]] for row, value in zip(cells, gains, strict=True)
    ]


def show(walked: WalkForward, say: Say) -> None:
    """On the terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(_terminal_table(walked, say))
    if walked.tried > 1:
        for row in rows(walked, say)[:-1]:
            console.print(Text(f"{say('w.fold')} {row[0]}: {row[3]}"))
    console.print(Text(hint(walked, say), style="dim"))
    for text in sentences(walked, say):
        console.print(Text(text, style="yellow" if walked.overfit else ""))


def _terminal_table(walked: WalkForward, say: Say) -> object:
    """Figures stay whole, titles are wrapped where it is narrow; what was chosen stands below."""
    from rich import box as boxes
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=Text(say("w.title")), box=boxes.SIMPLE_HEAD, title_justify="left")
    listed = [_narrow(row) for row in rows(walked, say)]
    titles = _narrow(heads(walked, say))
    titles[1] = say("w.test_from")
    for place, title in enumerate(titles):
        widest = max(Text(row[place]).cell_len for row in listed)
        justify: Literal["left", "right"] = "left" if place == 1 else "right"
        shown.add_column(Text(title), justify=justify, min_width=widest)
    for number, row in enumerate(listed):
        shown.add_row(*map(Text, row), end_section=number == len(listed) - 2)
    return shown


def _narrow(row: Sequence[str]) -> list[str]:
    """What a terminal has room for: no training span, of the test span its first day."""
    fold, _, test, _, before, after, _, made, trades = row
    return [fold, test.partition("–")[0], before, after, made, trades]
