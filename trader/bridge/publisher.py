"""Writes the daemon's views for the panel; a disk that refuses never stops the loop."""

from __future__ import annotations

import json
from pathlib import Path

from trader.bridge.documents import Document, portfolio_document, status_document, trade_rows
from trader.bridge.files import write_whole
from trader.bridge.views import PortfolioView, StatusView
from trader.domain.position import ClosedTrade

STATUS = "bot_status.json"
GUARDIAN = "guardian.json"  # written by the guardian itself


def portfolio_name(venue: str) -> str:
    """`upbit_portfolio.json`."""
    return f"{venue}_portfolio.json"


class Publisher:
    """Publishes into one data directory. Both methods answer None, or why they could not."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._histories: dict[str, tuple[tuple[ClosedTrade, ...], list[Document]]] = {}

    def status(self, view: StatusView) -> str | None:
        """Replace `bot_status.json`; at least once a loop, its age is how the panel sees life."""
        return self._write(STATUS, status_document(view))

    def portfolio(self, view: PortfolioView) -> str | None:
        """Replace `<venue>_portfolio.json`."""
        document = portfolio_document(view, self._history(view))
        return self._write(portfolio_name(view.venue), document)

    def _history(self, view: PortfolioView) -> list[Document]:
        """Rows of the trades: most publications show the same ones as the last."""
        known = self._histories.get(view.venue)
        if known is None or known[0] != view.trades:
            known = self._histories[view.venue] = (view.trades, trade_rows(view.trades))
        return known[1]

    def _write(self, name: str, document: Document) -> str | None:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        try:
            write_whole(self._data_dir / name, text)
        except OSError as error:
            return f"{name} cannot be written: {error.strerror or error}"
        return None
