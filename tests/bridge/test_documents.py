"""The published files hold exactly the words of the contract."""

import json
from dataclasses import replace
from decimal import Decimal
from math import inf, nan

import pytest

from tests.bridge.samples import portfolio, position, status, trade
from trader.bridge.documents import number, portfolio_document, status_document, trade_row
from trader.bridge.schemas import BotStatus, Portfolio
from trader.bridge.views import (
    CoverageView,
    GuardianView,
    HaltView,
    HeldView,
    OptimiserView,
    RecordingView,
    SearchView,
    halts_of,
)
from trader.domain.book import Halt, VenueBook
from trader.domain.commands import CommandAnswer
from trader.domain.position import Direction

STATUS = """
{"status": "running", "timestamp": 1698370000.123, "cpu": 15.5, "memory": 120.5, "warmup_current": 3, "warmup_total": 3,
 "version": "0.1.0", "mode": "demo", "pid": 4711, "started_at": 1698360000.0, "loop": {"count": 812, "last_ms": 14.2, "p99_ms": 31.0},
 "venues": {"upbit": {"status": "connected", "price_source": "websocket", "last_price_at": 1698369999.9, "latency_ms": 23}},
 "settings_error": null, "settings_version": "3f2a91", "parameters": {"upbit": {"STRATEGY_PRESET": "day", "K_VALUE": 0.5}}, "halts": [{"scope": "upbit", "code": "daily_loss", "until": 1698364800.0}],
 "decisions": [{"venue": "upbit", "symbol": "BTC/KRW", "action": "HOLD", "level": 51000000.0, "reasons": ["below_ema50 close=50000000 ema50=50500000"], "at": 1698369999.9}],
 "commands": [{"id": "01J", "name": "set_preset", "result": "done", "message": "scalping on upbit", "at": 1698369998.0}]}
"""  # noqa: E501 - the contract's own lines
PORTFOLIO = """
{"initial_capital": 1000000, "current_capital": 1050000, "positions": {"BTC/KRW": 0.0015}, "entry_prices": {"BTC/KRW": 50000000},
 "trade_history": [{"timestamp": "2023-10-27 10:00:00", "symbol": "BTC/KRW", "type": "SELL", "pnl": 3673.1, "pnl_percent": 4.9,
                    "price": 52500000, "quantity": 0.0015, "fee": 76.9, "reason": "take_profit", "strategy": "breakout"}],
 "metadata": {"strategy": "scalping", "timeframe": "1m", "selected_symbols": ["BTC/KRW", "ETH/KRW"]},
 "details": {"BTC/KRW": {"side": "long", "stop": 48500000, "take_profit": 52500000, "trailing": null, "unrealised_pnl": 1200, "leverage": 1, "liquidation_price": null,
             "strategy": "breakout", "opened_at": 1698360000.0, "protection": "engine"}},
 "equity": 1126200, "peak_equity": 1130000, "drawdown": 0.0034, "daily_pnl": 1200, "timestamp": 1698370000.1}
"""  # noqa: E501 - the contract's own lines
HELD = HeldView(position(), 50_800_000.0, 48_500_000.0, 52_500_000.0)


def test_the_status_is_the_contracts_example() -> None:
    assert status_document(status()) == json.loads(STATUS)


def test_the_optimiser_is_shown_when_there_is_one() -> None:
    search = SearchView("k", "upbit", 1698369990.0, 0.25)
    ended = OptimiserView((search,), "grid", "upbit", "done", 1698369980.0, message="kept K 0.5")
    for view in (ended, OptimiserView()):
        document = status_document(replace(status(), optimiser=view))
        shown = BotStatus.model_validate(document).optimiser
        assert shown is not None
        assert [one.progress for one in shown.running] == [one.progress for one in view.running]
        assert (shown.last.message if shown.last else "") == view.message
    assert BotStatus.model_validate(status_document(status())).optimiser is None


def test_the_portfolio_is_the_contracts_example() -> None:
    document = portfolio_document(portfolio(HELD, trades=(trade(),)))
    wanted = json.loads(PORTFOLIO)
    assert document.pop("drawdown") == pytest.approx(wanted.pop("drawdown"), abs=5e-5)
    assert document == wanted


def test_a_price_says_when_it_was_seen() -> None:
    document = portfolio_document(portfolio(replace(HELD, price_at=1_698_369_999.5)))
    assert Portfolio.model_validate(document).details["BTC/KRW"].price_at == 1_698_369_999.5


def test_the_panels_models_read_both() -> None:
    shown = BotStatus.model_validate(status_document(status()))
    assert shown.decisions[0].reasons[0].startswith("below_ema50")
    read = Portfolio.model_validate(portfolio_document(portfolio(HELD, trades=(trade(),))))
    assert read.details["BTC/KRW"].protection == "engine"


def test_a_short_is_negative_and_bought_back() -> None:
    held = HeldView(position(Direction.SHORT), 49_000_000.0)
    document = portfolio_document(replace(portfolio(held), margin=True))
    details = document["details"]["BTC/KRW"]
    assert document["positions"] == {"BTC/KRW": -0.0015}
    assert (details["side"], details["leverage"], details["margin"]) == ("short", 10, 7500)
    assert details["unrealised_pnl"] == pytest.approx(1500)
    assert trade_row(trade(Direction.SHORT))["type"] == "BUY"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1050000.00"), 1_050_000),
        (Decimal("0.1"), 0.1),
        (2.0, 2),
        (nan, None),
        (inf, None),
        (None, None),
    ],
)
def test_numbers_are_plain(value: Decimal | float | None, shown: float | None) -> None:
    assert number(value) == shown
    assert type(number(value)) is type(shown)


def test_what_was_never_seen_is_null_not_zero() -> None:
    document = portfolio_document(portfolio(HeldView(position())))
    assert document["details"]["BTC/KRW"]["unrealised_pnl"] is None
    assert Portfolio.model_validate(document).details["BTC/KRW"].unrealised_pnl is None


def test_only_the_newest_trades_and_commands_are_shown() -> None:
    trades = tuple(trade(trade_id=str(i)) for i in range(600))
    answers = tuple(CommandAnswer(str(i), "pause", "done", "", float(i)) for i in range(60))
    assert len(portfolio_document(portfolio(trades=trades))["trade_history"]) == 500
    shown = status_document(replace(status(), commands=answers))["commands"]
    assert [row["id"] for row in shown] == [str(i) for i in range(10, 60)]


@pytest.mark.parametrize(
    ("equity", "peak", "drawdown"), [(90.0, 100.0, 0.1), (110.0, 100.0, 0.0), (5.0, 0.0, 0.0)]
)
def test_drawdown_is_a_fraction_of_the_peak(equity: float, peak: float, drawdown: float) -> None:
    view = replace(portfolio(), equity=equity, peak_equity=peak)
    assert view.drawdown == pytest.approx(drawdown)


def test_halts_come_from_the_books() -> None:
    halts = (Halt("paused"), Halt("symbol_halted", 5_000, "upbit:BTC/KRW"))
    books = {"upbit": VenueBook("upbit", Decimal(1), Decimal(1), halts=halts)}
    assert halts_of(books) == (
        HaltView("upbit", "paused", None),
        HaltView("upbit:BTC/KRW", "symbol_halted", 5.0),
    )


def test_what_makes_an_account_unfit_is_shown_by_its_codes() -> None:
    halt = Halt("unfit", None, "", "clock_behind may_withdraw")
    books = {"upbit": VenueBook("upbit", Decimal(1), Decimal(1), halts=(halt,))}
    codes = [shown.code for shown in halts_of(books)]
    assert codes == ["unfit", "clock_behind", "may_withdraw"]


def test_who_protects_and_who_watches_is_told_when_there_is_something_to_tell() -> None:
    watched = replace(
        status(),
        coverage={"upbit": CoverageView(engine=0.75, nobody=0.25)},
        guardian=GuardianView("watching", 60.0, 7, 1.5),
        recording=RecordingView("ended", "rec", 1.5, 2.5, "disk_full", "full -> free some"),
    )
    document = status_document(watched)
    assert document["coverage"] == {
        "upbit": {"exchange": 0, "engine": 0.75, "guardian": 0, "nobody": 0.25}
    }
    assert document["guardian"] == {
        "state": "watching", "after": 60, "pid": 7, "since": 1.5, "action": "", "acted_at": None,
    }  # fmt: skip
    shown = BotStatus.model_validate(document)
    assert shown.guardian is not None
    assert document["recording"]["code"] == "disk_full"
    assert shown.recording is not None
    assert shown.recording.ended_at == 2.5
    assert shown.coverage["upbit"].nobody == 0.25
