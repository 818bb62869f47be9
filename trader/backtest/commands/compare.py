"""`run_backtest.py compare RUN_A RUN_B`: results side by side, differences of settings first."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from trader.backtest.usage import Parser

HELP = "results side by side: settings, figures, equity, trades"


def perform(words: Sequence[str]) -> int:
    """Read the runs, show and write what differs. Raises `BadInput` and `OSError`."""
    from trader.backtest.cli import OUTPUT
    from trader.backtest.comparison import screen
    from trader.backtest.comparison.comparison import as_plain, compared
    from trader.backtest.comparison.runs import found, read
    from trader.backtest.reporting.report import look_of
    from trader.backtest.reporting.wording import Wording
    from trader.shell.language import language_of

    given = _parser().parse_args(words)
    made = compared([read(found(word, OUTPUT)) for word in given.runs])
    language = language_of(given.language)
    text = json.dumps(as_plain(made), indent=2, ensure_ascii=False) + "\n"
    if given.out or given.html:
        from trader.backtest.comparison.page import comparison_html

        page = comparison_html(made, look_of(language, given.colours))
        _write(given, text, page)
    if given.json:
        sys.stdout.write(text)
    else:
        screen.show(made, Wording(language))
    return 0


def _write(given: argparse.Namespace, text: str, page: str) -> None:
    from trader.bridge.files import write_whole

    pages = [given.html] if given.html else []
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        write_whole(given.out / "comparison.json", text)
        pages.append(given.out / "comparison.html")
    for path in pages:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, page)


# fmt: off
def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="run_backtest.py compare", allow_abbrev=False,
        description="Compare finished backtests with the first of them: what was asked "
        "differently, then the figures, then the trades.",
    )
    add = parser.add_argument
    add("runs", nargs="+", metavar="RUN",
        help="2 to 5 runs: a folder with result.json, trades.csv and equity.csv, the name of one "
        "in data/backtests, or last for the newest there")
    add("--out", type=Path, metavar="DIR",
        help="write comparison.json and comparison.html into this folder (default: write nothing)")
    add("--html", type=Path, metavar="FILE",
        help="write the page, with overlaid equity, to this file (default: write nothing)")
    add("--json", action="store_true", help="print only JSON on stdout")
    add("--language", choices=("auto", "en", "ko"), default="auto",
        help="language of tables and page (default: auto, which is the terminal's)")
    add("--colours", choices=("auto", "kr", "intl", "cb"), default="auto",
        help="of better and worse on the page: kr red and blue, intl green and red, cb orange and "
        "blue (default: auto, which is kr in Korean and intl elsewhere)")
    add("--debug", action="store_true", help="show the traceback of an error")
    return parser
# fmt: on
