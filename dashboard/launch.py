"""Reads the arguments of `run_dashboard.py`, refuses what is unsafe and serves the panel."""

from __future__ import annotations

import argparse
import ipaddress
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.password import hashed
from dashboard.place import Place
from trader.domain.errors import BadInput

ROOT = Path(__file__).resolve().parents[1]
_PASSWORDS = ("PANEL_PASSWORD", "PANEL_VIEWER_PASSWORD")
_OF_INTEREST = (*_PASSWORDS, "LANGUAGE", "TIMEZONE")  # all that is taken from `.env`


@dataclass(frozen=True, slots=True)
class Plan:
    """What to serve and where."""

    place: Place
    host: str
    port: int

    @property
    def url(self) -> str:
        """What to type into a browser on this computer."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{self.port}"

    def options(self) -> dict[str, object]:
        """Streamlit's options that depend on the plan; the rest stands in its config.toml."""
        hosts = ["localhost", "127.0.0.1", "[::1]", self.host] if is_loopback(self.host) else []
        return {
            "server.address": self.host,
            "server.port": self.port,
            "server.allowedHosts": hosts,
            "server.headless": True,
            "browser.gatherUsageStats": False,
            "logger.hideWelcomeMessage": True,
            "logger.level": "warning",
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C. The exit code: 0 ended, 2 wrong usage or settings, 1 anything else."""
    given = _parser().parse_args(arguments)
    try:
        plan = planned(given, os.environ)
        _claim(plan)
        _serve(plan)
    except KeyboardInterrupt:
        return 0
    except (BadInput, OSError) as error:
        if given.debug:
            raise
        print(f"run_dashboard: {error}", file=sys.stderr)
        return 2 if isinstance(error, BadInput) else 1
    return 0


def planned(given: argparse.Namespace, environment: Mapping[str, str]) -> Plan:
    """What the arguments and settings ask for. Raises `BadInput` for what must not be served."""
    settings = _settings(given.env_file, environment)
    password, viewer = (settings[name] for name in _PASSWORDS)
    if not password and not is_loopback(given.host):
        raise BadInput(
            f"{given.host} can be reached from other computers: set PANEL_PASSWORD in .env first, "
            f"or keep 127.0.0.1 and use a tunnel: ssh -L {given.port}:127.0.0.1:{given.port} HOST"
        )
    place = Place(
        Path(given.data_dir).resolve(),
        Path(given.log_dir).resolve(),
        language=settings["LANGUAGE"] or "auto",
        zone=settings["TIMEZONE"],
    )
    if viewer and (not password or viewer == password):
        raise BadInput(
            "PANEL_VIEWER_PASSWORD lets people watch without steering: set PANEL_PASSWORD as well, "
            "and another one, or remove the viewer's"
        )
    if password:
        place = replace(place, password=hashed(password), viewer=hashed(viewer) if viewer else "")
    return Plan(place, given.host, given.port)


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches an address. Raises `BadInput` when it is none."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host or "?", None)}
    except (OSError, UnicodeError) as error:
        raise BadInput(f"--host {host} is no address of this computer; try 127.0.0.1") from error
    return all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in found)


def _settings(env_file: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """The few settings a panel needs: the environment's, else the file's. Keys stay unread."""
    from dotenv import dotenv_values

    path = Path(env_file or ".env")
    if env_file and not path.is_file():
        raise BadInput(f"--env-file {env_file} is not there; leave it out or name a file")
    try:
        kept = dotenv_values(path, interpolate=False) if path.is_file() else {}
    except (OSError, UnicodeError) as error:
        raise BadInput(f"{path} cannot be read; make it a readable UTF-8 text file") from error
    return {name: environment.get(name) or kept.get(name) or "" for name in _OF_INTEREST}


def _claim(plan: Plan) -> None:
    """Raise `OSError` with a remedy when the address cannot be had."""
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there it would share the port with whoever has it
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            why = error.strerror or str(error)
            raise OSError(
                f"port {plan.port} on {plan.host} cannot be used ({why}); choose another: --port N"
            ) from error


def _serve(plan: Plan) -> None:
    for name in _PASSWORDS:
        os.environ.pop(name, None)  # from here on only hashes are known
    os.environ.update(plan.place.environment())
    os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml where it stands
    from streamlit.web import bootstrap

    print(f"The panel is on {plan.url} and shows {plan.place.data_dir}")
    print("Ctrl-C ends the panel; the bot goes on without it.", flush=True)
    options = plan.options()
    bootstrap.load_config_options(options)
    bootstrap.run(str(ROOT / "dashboard" / "frame" / "app.py"), False, [], options)  # noqa: FBT003


_OPTIONS = (
    ("--host", "127.0.0.1", "ADDRESS", "address to listen on (default 127.0.0.1, this computer "
     "only); any address but loopback needs PANEL_PASSWORD"),
    ("--data-dir", "data", "PATH", "the bot's data folder (default data)"),
    ("--log-dir", "logs", "PATH", "the bot's log folder (default logs)"),
    ("--env-file", None, "PATH", "settings file (default .env); only the panel's passwords, "
     "LANGUAGE and TIMEZONE are taken from it"),
)  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run_dashboard.py",
        description="Serves the panel that watches and steers the bot in a browser.",
        epilog="Exit codes: 0 ended, 1 the port cannot be used, 2 wrong usage or settings.",
    )
    parser.add_argument(
        "--port", type=_port, default=8501, metavar="N", help="TCP port, 1 to 65535 (default 8501)"
    )
    for flag, default, kind, text in _OPTIONS:
        parser.add_argument(flag, default=default, metavar=kind, help=text)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no port; give a number from 1 to 65535")
