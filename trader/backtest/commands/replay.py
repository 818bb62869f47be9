"""`run_backtest.py replay DIR`: a recorded session decided again, every difference explained."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from trader.backtest.replay.arguments import Asked, asked

HELP = "a session of run_bot.py --record decided again: every difference with its cause"


def perform(words: Sequence[str]) -> int:
    """Replay and show; 1 when a difference is unexplained. Raises `BadInput`."""
    wish = asked(words)
    return _backtested(wish) if wish.backtest else _replayed(wish)


def _replayed(wish: Asked) -> int:
    from trader.backtest.replay import screen
    from trader.backtest.replay.replaying import as_json, replayed

    made = replayed(wish)
    if wish.json:
        sys.stdout.write(as_json(made))
    else:
        screen.show(made)
    return 1 if made.unexplained else 0


def _backtested(wish: Asked) -> int:
    from trader.backtest.replay.trades import screen
    from trader.backtest.replay.trades.comparing import as_json, compared

    made = compared(wish)
    if wish.json:
        sys.stdout.write(as_json(made))
    else:
        screen.show(made)
    return 1 if made.unexplained else 0
