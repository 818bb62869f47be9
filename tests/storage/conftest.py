"""Journals to test: SQLite always, PostgreSQL when a server is installed and can be started."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trader.storage.journal import SqlJournal


def _programs() -> Path | None:
    """The folder of `initdb` and `postgres`."""
    found = shutil.which("initdb")
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else known[-1].parent if known else None


def _unprivileged() -> dict[str, str]:
    """PostgreSQL refuses to run as root: who runs it instead."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of our own on a socket in its own folder."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with tempfile.TemporaryDirectory(prefix="trader-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        who = _unprivileged()
        try:
            if who:
                shutil.chown(folder, **who)
            yield from _served(programs, folder, who)
        except (LookupError, PermissionError) as error:
            pytest.skip(f"PostgreSQL cannot be started as another user: {error}")


def _served(programs: Path, folder: Path, who: dict[str, str]) -> Iterator[str]:
    data = folder / "data"
    make = [programs / "initdb", "-D", data, "-U", "trader", "-A", "trust", "--no-sync", "-N"]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, **who)  # type: ignore[call-overload]
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-F"]
    server = subprocess.Popen(  # type: ignore[call-overload]
        [programs / "postgres", "-D", data, *options], cwd=folder, stderr=subprocess.DEVNULL, **who
    )
    try:
        _wait_for(folder / ".s.PGSQL.5432")
        yield f"postgresql://trader@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # fast: does not wait for clients
        server.wait(10)


def _wait_for(socket: Path) -> None:
    for _ in range(100):
        if socket.exists():
            return
        time.sleep(0.1)
    raise TimeoutError("the PostgreSQL server did not start within 10 s")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a journal can be opened, closed and opened again; empty at first."""
    if request.param == "sqlite":
        yield str(tmp_path / "data" / "trader.db")
        return
    import psycopg

    url = request.getfixturevalue("postgres_url")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    yield url


@pytest.fixture
def open_again(place: str) -> Iterator[Callable[[], SqlJournal]]:
    """Close the journal, if it is open, and open it as a restart does."""
    opened: list[SqlJournal] = []

    def restart() -> SqlJournal:
        if opened:
            opened.pop().close()
        opened.append(SqlJournal.open(place))
        return opened[0]

    yield restart
    opened.pop().close()


@pytest.fixture
def journal(open_again: Callable[[], SqlJournal]) -> SqlJournal:
    """An empty journal."""
    return open_again()
