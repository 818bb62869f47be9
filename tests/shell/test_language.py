"""Which language people are spoken to in."""

from __future__ import annotations

import pytest

from trader.shell.language import language_of


def test_the_language_is_the_terminals_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language_of("ko") == "ko"
    found: list[tuple[tuple[str | None, str | None], str]] = [
        (("ko_KR", "cp949"), "ko"), ((None, None), "en"), (("de_DE", "UTF-8"), "en"),
    ]  # fmt: skip
    for here, language in found:
        monkeypatch.setattr("locale.getlocale", lambda here=here: here)
        assert language_of("auto") == language
