"""`run_backtest.py verify`: reads every file of the candle store and says whether it is whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from trader.backtest.archive import screen
from trader.backtest.archive.arguments import look_of
from trader.backtest.archive.inspection import verdicts_of
from trader.backtest.archive.inventory import as_json

HELP = "reads every file of the candle store: order, gaps, spikes, damage, each with its remedy"


def perform(words: Sequence[str]) -> int:
    """One line a file; 1 when something is wrong. Raises `BadInput`."""
    look = look_of(words, "verify", HELP)
    verdicts = verdicts_of(look.folder)
    wrong = sum(bool(verdict.wrong) for verdict in verdicts)
    if look.json:
        sys.stdout.write(as_json(verdicts))
    else:
        screen.printed(None, [verdict.line for verdict in verdicts])
        screen.printed(None, [f"{len(verdicts)} files, {wrong or 'none'} with something wrong"])
    return 1 if wrong else 0
