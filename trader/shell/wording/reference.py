"""Writes `docs/errors.md` from the catalogues:
`python -m trader.shell.wording.reference > docs/errors.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping

from trader.bridge.words.checks import LANGUAGES as CHECKS
from trader.bridge.words.codes import DAEMON, GUARDIAN, Told
from trader.bridge.words.exchange_codes import EXCHANGES
from trader.shell.wording import LANGUAGES

_HEAD = """\
# Codes: cause and remedy

Made by `python -m trader.shell.wording.reference > docs/errors.md`. Codes are the same in every
language, in the log (`code` in `logs/trading_bot.jsonl`), the status file, the panel and `--check`.
코드는 모든 언어에서 같습니다. 원인과 해결책을 영어와 한국어로 적었습니다.

"""
_COLUMNS = "| code | cause | remedy | 원인 | 해결책 |\n|---|---|---|---|---|\n"
_PLACE = re.compile(r"\{(\w+)\}")


def reference() -> str:
    """The whole text of `docs/errors.md`."""
    parts = [
        "## While the bot runs (실행 중)\n\n" + _table(DAEMON),
        "## Guardian (가디언)\n\n" + _table(GUARDIAN),
        "## Recording (기록)\n\n" + _table(_recording()),
        "## `--check` and the start (점검과 시작)\n\n" + _table(_checks()),
        *(f"## Codes of {v} ({v} 코드)\n\n{_table(table)}" for v, table in EXCHANGES.items()),
    ]
    return _HEAD + "\n".join(parts)


def _recording() -> Mapping[str, Told]:
    keys = [key for key in LANGUAGES["en"] if key.startswith("record.") and key[-3:] != ".do"]
    return {key.partition(".")[2]: _catalogued(LANGUAGES, key) for key in keys}


def _checks() -> Mapping[str, Told]:
    """Everything that has a remedy: the others are good news."""
    english = CHECKS["en"]
    keys = [key for key in english if f"{key}.do" in english] + ["journal_broken"]
    return {key: _catalogued(CHECKS, key) for key in keys}


def _catalogued(texts: Mapping[str, Mapping[str, str]], key: str) -> Told:
    names = (("en", key), ("en", f"{key}.do"), ("ko", key), ("ko", f"{key}.do"))
    return Told(*(texts[language].get(name, "") for language, name in names))


def _table(told: Mapping[str, Told]) -> str:
    return _COLUMNS + "".join(_rows(told))


def _rows(told: Mapping[str, Told]) -> Iterator[str]:
    for code, texts in told.items():
        cells = (_PLACE.sub(r"*\1*", text) or "-" for text in texts)
        yield f"| `{code}` | {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(reference())
