"""What the last preflight found is kept for the panel, the newer of two."""

from pathlib import Path

from trader.bridge.panel.schemas import PreflightShown
from trader.domain.finding import Finding, Mark
from trader.shell.preflight.keeping import FILE, keep, newest, preflight_row

FOUND = [Finding(Mark.WARN, "upbit", "clock_ahead", {"seconds": 0.6})]


def test_a_check_is_kept_only_where_a_bot_published(tmp_path: Path) -> None:
    keep(tmp_path, FOUND, 5.0, str)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "panel").mkdir()
    keep(tmp_path, FOUND, 5.0, str)
    found = PreflightShown.model_validate(newest(tmp_path / "panel", None))
    assert (found.at, found.findings[0].facts) == (5.0, {"seconds": "0.6"})


def test_the_newer_one_is_shown(tmp_path: Path) -> None:
    (tmp_path / "panel").mkdir()
    keep(tmp_path, FOUND, 5.0, str)
    early, late = preflight_row([], 4.0, str), preflight_row([], 6.0, str)
    assert newest(tmp_path / "panel", late) == late
    assert (newest(tmp_path / "panel", early) or {})["at"] == 5.0


def test_a_fact_is_cleaned() -> None:
    found = [Finding(Mark.FAIL, "upbit", "refused", {"why": "key abc"})]
    row = preflight_row(found, 1.0, lambda text: text.replace("abc", "***"))
    assert row["findings"][0]["facts"] == {"why": "key ***"}


def test_a_spoilt_one_is_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"at": "x"}')
    assert newest(tmp_path, None) is None
