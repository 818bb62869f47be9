"""`run_backtest.py replay DIR`: a recorded session decided again, every difference explained."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from trader.backtest.replay.arguments import Asked, asked
from trader.backtest.replay.wording import Say

HELP = "a session of run_bot.py --record decided again: every difference with its cause"


def perform(words: Sequence[str]) -> int:
    """Replay and show; 1 when a difference is unexplained. Raises `BadInput`."""
    wish = asked(words)
    return _backtested(wish) if wish.backtest else _replayed(wish)


def _replayed(wish: Asked) -> int:
    from trader.backtest.replay import screen
    from trader.backtest.replay.replaying import as_json, replayed

    made, say = replayed(wish), _say(wish)
    if wish.json:
        sys.stdout.write(as_json(made, say))
    else:
        screen.show(made, say)
    return 1 if made.unexplained else 0


def _backtested(wish: Asked) -> int:
    from trader.backtest.replay.trades import screen
    from trader.backtest.replay.trades.comparing import as_json, compared

    made, say = compared(wish), _say(wish)
    if wish.json:
        sys.stdout.write(as_json(made, say))
    else:
        screen.show(made, say)
    return 1 if made.unexplained else 0


def _say(wish: Asked) -> Say:
    from trader.shell.language import language_of

    return Say(language_of(wish.language))
