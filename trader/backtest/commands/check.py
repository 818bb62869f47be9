"""`run_backtest.py check`: whether a strategy, a user's own file too, may be trusted with money."""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trader.backtest.usage import Parser
from trader.domain.errors import BadInput

if TYPE_CHECKING:
    from trader.backtest.arguments import Arguments
    from trader.backtest.honesty.subject import Finding, Subject
    from trader.backtest.plan import BacktestPlan
    from trader.backtest.planning import Planned
    from trader.backtest.reporting.wording import Say
    from trader.strategies.base import Strategy

HELP = "look-ahead, warm-up, can it buy, restart: checks a strategy, your own file too"
_DESCRIPTION = """Checks a strategy on your candles, or on generated ones when no --data is given:
that it looks at nothing of the future, needs no more history than it says, can buy past its own
filters, says the same after a restart and when asked twice. One line a check; exit code 1 when one
failed. All flags of a backtest about data and trading work too (--data --preset --set --timeframe
--venue --symbols --start --end --seed --language)."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    strategy: Strategy
    source: str
    words: list[str]  # for the plan


def perform(words: Sequence[str]) -> int:
    """Check one strategy and say what was found. 0: nothing failed, 1: something did."""
    from trader.backtest.arguments import parsed
    from trader.backtest.honesty.strategy_checks import check

    given, rest = _parser().parse_known_args(list(words))
    with redirect_stdout(sys.stderr):  # what a user's own code prints is no answer of ours
        chosen = _chosen(given.strategy, given.file)
        made = _planned(parsed([*rest, *chosen.words]), chosen.strategy)
        findings = check(_subject(made.plan, chosen))
    say = _wording(made.language)
    if given.json:
        sys.stdout.write(_as_json(chosen.strategy.name, findings, say))
    else:
        _show(chosen.strategy.name, findings, say)
    return 1 if any(finding.passed is False for finding in findings) else 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="run_backtest.py check",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--strategy", metavar="NAME", help="its name (default: the only one in --file)")
    add("--file", type=Path, metavar="PATH", help="your own file, wherever it lies")
    add("--json", action="store_true", help="print only JSON on stdout")
    return parser


def _chosen(name: str | None, file: Path | None) -> _Chosen:
    from trader.strategies.catalogue import discover, of_file

    if file is None:
        if name is None:
            raise BadInput("say which strategy: --strategy NAME, or --file PATH for your own")
        strategy = discover().get(name)
        source = inspect.getsourcefile(type(strategy))
        return _Chosen(strategy, _text(Path(source)) if source else "", ["--strategy", name])
    own = of_file(file)
    if name is None and len(own.names) > 1:
        raise BadInput(f"{file} holds several strategies: --strategy {' or '.join(own.names)}")
    return _Chosen(own.get(name or own.names[0]), _text(file), [])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _planned(arguments: Arguments, strategy: Strategy) -> Planned:
    """The plan of a backtest; generated candles are as many as every check wants."""
    from trader.backtest.demo import ENDS
    from trader.backtest.honesty.warm_up_checks import rows_wanted
    from trader.backtest.planning import planned

    made = planned(arguments)
    if arguments.data or arguments.start is not None:
        return made
    timeframe = made.plan.parameters.timeframe.ms
    rows = rows_wanted(strategy, made.plan.parameters.warmup, timeframe)
    end = ENDS if arguments.end is None else arguments.end
    return planned(replace(arguments, start=end - rows * timeframe))


def _subject(plan: BacktestPlan, chosen: _Chosen) -> Subject:
    from trader.backtest.honesty.subject import Field, Subject
    from trader.domain.instrument import Instrument
    from trader.domain.parameters import StrategyShare
    from trader.strategies.filters import Market
    from trader.venues.profiles import profile_of

    parameters = replace(plan.parameters, strategies=(StrategyShare(chosen.strategy.name),))
    fee = parameters.fee
    if fee is None:
        fee = profile_of(plan.venue).capabilities.taker_fee
    fields = tuple(
        Field(one.candles, Market(Instrument.parse(one.key).base, fee), one.start_index)
        for one in plan.series
    )
    return Subject(type(chosen.strategy), fields, parameters, chosen.source)


def _wording(language: str) -> Say:
    from trader.backtest.honesty.wording import wording
    from trader.shell.language import language_of

    return wording(language_of(language))


def sentence(finding: Finding, say: Say) -> str:
    """What a finding says to people."""
    code = "raised" if finding.code.endswith(".raised") else finding.code
    return say(f"k.{code}", **finding.values)


def _as_json(name: str, findings: Sequence[Finding], say: Say) -> str:
    checks: list[dict[str, Any]] = [
        {
            "check": finding.check,
            "passed": finding.passed,
            "code": finding.code,
            "text": sentence(finding, say),
            "values": dict(finding.values),
        }
        for finding in findings
    ]
    passed = all(finding.passed is not False for finding in findings)
    content = {"strategy": name, "passed": passed, "checks": checks}
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"


def _show(name: str, findings: Sequence[Finding], say: Say) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for finding in findings:
        answer, style = _ANSWERS[finding.passed]
        text = sentence(finding, say)
        table.add_row(Text(say(answer), style), Text(say(f"k.{finding.check}")), Text(text))
    judged = [finding for finding in findings if finding.passed is not None]
    passed = sum(bool(finding.passed) for finding in judged)
    console = Console(highlight=False)
    console.print(table)
    console.print(Text(say("k.title", strategy=name, passed=passed, judged=len(judged))))


_ANSWERS = {True: ("k.ok", "green"), False: ("k.failed", "bold red"), None: ("k.open", "yellow")}
