"""`--check`: one line a check, each with its remedy, in the language of the settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

from config.env_file import EnvFile
from config.redaction import Redactor
from config.settings import Settings
from trader.bridge.words.checks import line, sentence
from trader.domain.finding import Finding, Mark
from trader.shell.language import language_of
from trader.shell.options import Options
from trader.shell.preflight import exchanges, machine
from trader.shell.preflight.judging import exit_code
from trader.shell.preflight.keeping import keep


def checked(
    options: Options, env: EnvFile, settings: Settings, write: Callable[[str], object]
) -> int:
    """Write a line for each finding and one for all; the exit code, 0 when trading could start."""
    language = language_of(settings.system.language)
    clean = Redactor(settings.secrets.values()).clean
    found: list[Finding] = []
    here = machine.findings(options, env, settings)
    for finding in chain(here, exchanges.findings(options, settings)):
        found.append(finding)
        write(f"{clean(line(finding, language))}\n")
    keep(options.data_dir, found, options.clock.now(), clean)
    write(f"{summary(found, language)}\n")
    return exit_code(found)


def summary(found: Sequence[Finding], language: str) -> str:
    """The last line: how many checks, how many are wrong, and what that means."""
    marks = Counter(finding.mark for finding in found)
    values = {"checks": len(found), "wrong": marks[Mark.FAIL], "warned": marks[Mark.WARN]}
    code = "may_not_start" if exit_code(found) else "may_start"
    said = sentence(Finding(Mark.OK, "result", code, values), language)
    return f"= result {code}: {said}"
