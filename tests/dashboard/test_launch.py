"""The launcher serves this computer; others only behind a password; errors are one sentence."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.launch import Plan, is_loopback, main
from dashboard.password import TRIES, WINDOW, Door, hashed, matches
from dashboard.place import Place
from tests.dashboard.conftest import APP, texts
from tests.dashboard.daemon import FakeDaemon

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what must be refused
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of the developer's, no password of his environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PANEL_PASSWORD", raising=False)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.7"])
def test_other_addresses_need_a_password(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", host]) == 2
    said = capsys.readouterr().err
    assert "set PANEL_PASSWORD" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "0"], "no port"),
        (["--port", "many"], "no port"),
        (["--prot", "1"], "unrecognized"),
        (["--host", "no.such.host.invalid"], "no address of this computer"),
        (["--env-file", "nowhere.env"], "is not there"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(arguments)
    except SystemExit as left:
        code = int(str(left.code))
    assert code == 2
    assert said in capsys.readouterr().err


def test_a_taken_port_ends_with_1_and_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1])]) == 1
    assert "choose another: --port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), (EVERYWHERE, False), ("::", False)],
)
def test_loopback_is_known(host: str, *, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501"),
        (EVERYWHERE, "http://127.0.0.1:8501"),
        ("::1", "http://[::1]:8501"),
    ],
)
def test_the_url_can_be_opened_on_this_computer(host: str, url: str) -> None:
    assert Plan(Place(Path("data"), Path("logs")), host, 8501).url == url


def test_a_place_survives_its_way_through_the_environment(tmp_path: Path) -> None:
    place = Place(tmp_path / "d", tmp_path / "l", "salt$hash", "s$v", "ko", "Asia/Seoul")
    assert Place.found(place.environment()) == place


def test_only_the_hash_of_the_password_is_known() -> None:
    kept = hashed("secret")
    assert "secret" not in kept
    assert kept != hashed("secret")
    assert matches("secret", kept)
    assert not matches("Secret", kept)


def test_guessing_is_slowed_down() -> None:
    door, kept = Door(), {"operator": hashed("secret"), "viewer": ""}
    for second in range(TRIES):
        assert door.wait(second) == 0
        assert not door.opens("guess", kept, second)
    assert door.wait(TRIES) == WINDOW - TRIES
    assert door.wait(WINDOW + TRIES) == 0


def test_the_panel_shows_nothing_before_the_password(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADER_PANEL_PASSWORD_HASH", hashed("secret"))
    panel.run()
    assert [button.key for button in panel.button if button.key == "pause_here"] == []
    panel.text_input(key="password_given").input("guess")
    panel.button[0].click().run()
    assert "That is not the password" in texts(panel)
    panel.text_input(key="password_given").input("secret")
    panel.button[0].click().run()
    assert not panel.button(key="pause_here").disabled


def test_a_panel_started_past_the_launcher_serves_nobody_from_outside(
    panel: AppTest, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.frame.gate.address", lambda: EVERYWHERE)
    assert "has no password" in texts(panel.run())
    assert len(panel.button) == 0


def test_the_panel_is_served_and_ends_quietly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(ROOT / "run_dashboard.py"), "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        assert _health(port) == "ok"
    finally:
        process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in errors


def _health(port: int) -> str:
    """What the server says of itself, waited for."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    return "no answer"


def test_no_page_can_be_reached_around_the_door() -> None:
    """Streamlit serves a `pages/` folder beside the main script before that script has run."""
    assert not (APP.parent / "pages").exists()


def test_a_viewer_needs_an_operator_beside_him(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("PANEL_VIEWER_PASSWORD=eyes\n")
    assert main([]) == 2
    assert "set PANEL_PASSWORD as well" in capsys.readouterr().err


def test_a_viewer_sees_everything_and_can_ask_for_nothing(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADER_PANEL_PASSWORD_HASH", hashed("secret"))
    monkeypatch.setenv("TRADER_PANEL_VIEWER_HASH", hashed("eyes"))
    panel.run()
    panel.text_input(key="password_given").input("eyes")
    panel.button[0].click().run()
    assert "BTC/KRW" in texts(panel)
    assert [button.key for button in panel.button] == []
    panel.switch_page("../pages/commands.py").run()
    assert "You are watching" in texts(panel)
    assert [button.key for button in panel.button] == []
