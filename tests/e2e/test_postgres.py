"""The journal in PostgreSQL: the same bot, and a restart or a death keeps its books."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.bot import Bot
from tests.e2e.killing import LIVELY

psycopg = pytest.importorskip("psycopg")
MakeBot = Callable[..., Bot]
FLAGS = ("--speed", "2000", "--seed", "5")
KEPT = "SELECT (SELECT count(*) FROM fills), (SELECT count(*) FROM orders)"


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    """Rows of the server's database."""
    with psycopg.connect(url, autocommit=True) as connection:
        return list(connection.execute(query).fetchall())


@pytest.fixture
def empty(postgres_url: str) -> str:
    """A server's database with nothing in it."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return postgres_url


def test_a_restart_and_a_death_keep_the_books(a_bot: MakeBot, empty: str) -> None:
    bot = a_bot(f"{LIVELY}DATABASE_URL={empty}\n").up(*FLAGS)
    bot.until(lambda _: asked(empty, KEPT)[0][0] > 5)
    bot.kill()
    before = asked(empty, KEPT)[0]
    bot.up(*FLAGS)
    assert bot.ask("stop").result == "done"
    bot.until(lambda s: s.status == "paused" and not any(held(bot)))
    assert bot.stop() == 0
    after = asked(empty, KEPT)[0]
    assert after[0] >= before[0]
    assert after[1] >= before[1]
    assert asked(empty, "SELECT count(*) FROM positions") == [(0,)]
    assert not (bot.data / "trader.db").exists()
    assert "Traceback" not in bot.output()
    bot.up(*FLAGS)
    bot.until(lambda s: s.status == "paused")
    assert asked(empty, KEPT)[0] == after
    second_bot_on_the_same_database(bot, a_bot, empty)


def held(bot: Bot) -> list[dict[str, float]]:
    return [bot.portfolio(venue).positions for venue in ("upbit", "binance_spot")]


def second_bot_on_the_same_database(bot: Bot, a_bot: MakeBot, url: str) -> None:
    """Another folder, the same books: refused."""
    other = Bot(bot.folder / "other", f"DATABASE_URL={url}\n").start()
    try:
        assert other.code() == 3
    finally:
        other.end()
    assert "DATABASE_URL" in other.output()
    assert "Traceback" not in other.output()


def test_a_server_that_is_not_there_is_one_sentence_without_the_password(a_bot: MakeBot) -> None:
    url = "postgresql://somebody:canary-password@127.0.0.1:1/none"
    bot = a_bot(f"DATABASE_URL={url}\n").start()
    assert bot.code() == 1
    text = bot.output().strip()
    assert "DATABASE_URL" in text
    assert "canary" not in text
    assert len(text.splitlines()) == 1
