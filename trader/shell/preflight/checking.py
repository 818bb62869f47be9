"""`--check`: one line a check, each with its remedy, in the language of the settings."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from config.env_file import EnvFile
from config.redaction import Redactor
from config.settings import Settings
from trader.domain.finding import Finding
from trader.shell.options import Options
from trader.shell.preflight import exchanges, machine
from trader.shell.preflight.judging import exit_code
from trader.shell.preflight.keeping import keep
from trader.shell.preflight.wording import language_of, line


def checked(
    options: Options, env: EnvFile, settings: Settings, write: Callable[[str], object]
) -> int:
    """Write a line for each finding; the exit code, 0 only when trading could start."""
    language = language_of(settings.system.language)
    clean = Redactor(settings.secrets.values()).clean
    found: list[Finding] = []
    here = machine.findings(options, env, settings)
    for finding in chain(here, exchanges.findings(options, settings)):
        found.append(finding)
        write(f"{clean(line(finding, language))}\n")
    keep(options.data_dir, found, options.clock.now(), clean)
    return exit_code(found)
