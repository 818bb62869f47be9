"""`run_backtest.py`: arguments in, four files and a table out, errors as one sentence."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import SettingsError
from trader.backtest import commands
from trader.backtest.arguments import Arguments, parsed
from trader.domain.errors import BadInput
from trader.shell.language import language_of

if TYPE_CHECKING:
    from trader.backtest.planning import Planned
    from trader.backtest.reporting.report import Look

OUTPUT = Path("data/backtests")
_SHOWN_FILES = 4
FAILED, WRONG, INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """A backtest or a command; returns the exit code (1 failure, 2 wrong usage, settings, data)."""
    words = sys.argv[1:] if argv is None else list(argv)
    _write_anything()
    try:
        if words and commands.is_command(words[0]):
            return commands.perform(words[0], words[1:])
        return perform(parsed(words))
    except (BadInput, SettingsError) as error:
        return _refused(error, WRONG, words)
    except KeyboardInterrupt as stop:
        return _said(str(stop) or "stopped; nothing was written", INTERRUPTED)
    except OSError as error:
        return _refused(error, FAILED, words)
    except Exception as error:  # noqa: BLE001 - the last door: a sentence, or all with --debug
        return _refused(error, FAILED, words)


def perform(arguments: Arguments) -> int:
    """Plan, run, write, show; 1 when --verify found differences."""
    _refuse_file(arguments.out)
    if arguments.grid:
        from trader.backtest.sweep.command import perform as sweep

        return sweep(arguments, OUTPUT, _new_folder, _look)
    from trader.backtest import results, screen, verify
    from trader.backtest.honesty.asked import answers
    from trader.backtest.honesty.wording import wording
    from trader.backtest.planning import planned
    from trader.backtest.reporting.wording import Wording

    made = planned(arguments)
    for line in asides(arguments, made):
        sys.stderr.write(f"{line}\n")
    tools = answers(arguments, made.plan)
    with screen.progress_shown(made.plan.traded_rows) as progress:
        result, found = verify.traded(
            made.plan, progress, arguments.engine, compare=arguments.verify
        )
    look = _look(made.language, arguments.colours)
    say = wording(look.language)
    folder = arguments.out or _new_folder(made.plan.name)
    content = results.write(made.plan, result, folder, look, tools.sections(say), tools.content())
    if arguments.json:
        sys.stdout.write(results.as_json(content))
    else:
        words = Wording(look.language)
        screen.show(made.plan, result, content["metrics"], words)
        tools.show(say)
        screen.show_folder(folder, words)
    if arguments.verify:
        screen.show_differences(found, len(result.trades))
    return FAILED if found else 0


def _refuse_file(out: Path | None) -> None:
    """Before an hour of work, not after it."""
    file = next((p for p in (out, *out.parents) if p.is_file()), None) if out else None
    if file:
        raise BadInput(f"--out {out}: {file} is a file; name a folder")


def asides(arguments: Arguments, made: Planned) -> list[str]:
    """What was found and not used, what was asked for and not found; a line each."""
    lines = [left_aside(made.skipped)] if made.skipped else []
    if arguments.detail:
        coarse = [one.symbol for one in made.plan.series if one.detail is None]
        told = f"no finer candles beside {', '.join(coarse)} cover the traded span"
        lines += [f"{told}: walked without --detail"] if coarse else []
    return lines


def left_aside(names: Sequence[str]) -> str:
    """Files that were found and not used."""
    shown = ", ".join(names[:_SHOWN_FILES])
    more = f" and {len(names) - _SHOWN_FILES} more" if len(names) > _SHOWN_FILES else ""
    return f"left aside: {shown}{more}"


def _look(wanted: str, colours: str) -> Look:
    from trader.backtest.reporting.report import look_of

    return look_of(language_of(wanted), colours)


def _new_folder(name: str) -> Path:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    folder, number = OUTPUT / f"{at}_{name}", 2
    while folder.exists():
        folder, number = OUTPUT / f"{at}_{name}_{number}", number + 1
    return folder


def _write_anything() -> None:
    """A console that cannot show a letter (cp949) gets a question mark, not an exception."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _refused(error: Exception, code: int, words: Sequence[str]) -> int:
    if "--debug" in words:
        import traceback

        traceback.print_exception(error)
    text = str(error) or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        text = _of_system(error)
    elif code == FAILED and not isinstance(error, OSError):
        text = f"{type(error).__name__}: {text} (a bug of ours: --debug shows where)"
    return _said(f"error: {text}", code)


def _of_system(error: OSError) -> str:
    """What the operating system refused, where, and what to do."""
    where = f"{error.filename}: " if error.filename else ""
    remedy = _REMEDIES.get(error.errno or 0, "")
    return f"{where}{error.strerror}{remedy}"


_REMEDIES = {
    errno.ENOSPC: "; free some space and give the same command again",
    errno.EDQUOT: "; free some space and give the same command again",
    errno.EACCES: "; choose another folder",
    errno.EPERM: "; choose another folder",
    errno.EROFS: "; choose another folder",
}


def _said(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
