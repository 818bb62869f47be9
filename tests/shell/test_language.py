"""Which language people are spoken to in."""

from __future__ import annotations

from pathlib import Path

import pytest

from trader.shell.language import language_of, written


def test_the_language_is_the_terminals_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language_of("ko") == "ko"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    found: list[tuple[tuple[str | None, str | None], str]] = [
        (("ko_KR", "cp949"), "ko"), ((None, None), "en"), (("de_DE", "UTF-8"), "en"),
    ]  # fmt: skip
    for here, language in found:
        monkeypatch.setattr("locale.getlocale", lambda here=here: here)
        assert language_of("auto") == language
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert language_of("auto") == "ko", "also where this locale is not installed"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language_of("auto") == "en"


@pytest.mark.parametrize(
    ("content", "language"),
    [
        (b"LANGUAGE=ko\n", "ko"), (b"LANGUAGE=EN\nMODE=nonsense\n", "en"), (b"", "auto"),
        (b"LANGUAGE=fr\n", "auto"), (b"\xff\xfe\x00", "auto"),
    ],
)  # fmt: skip
def test_a_broken_settings_file_may_still_say_its_language(
    tmp_path: Path, content: bytes, language: str
) -> None:
    path = tmp_path / ".env"
    assert written(path) == "auto"
    path.write_bytes(content)
    assert written(path) == language


def test_a_refused_start_speaks_the_files_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from trader.app import main

    path = tmp_path / ".env"
    path.write_text("LANGUAGE=ko\nMODE=testnet\nVENUES=binance_spot\n", "utf-8")
    folders = ["--data-dir", str(tmp_path / "d"), "--log-dir", str(tmp_path / "l")]
    assert main(["--env-file", str(path), *folders]) == 2
    said = capsys.readouterr().err
    assert "testnet 모드에는 .env 에 binance_spot 의 BINANCE_API_KEY" in said
