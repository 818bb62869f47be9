"""Whether stored files are whole: each is read to the end, what is wrong has its remedy."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from trader.backtest.archive.arguments import STORE
from trader.backtest.archive.inventory import Stored, stored_in
from trader.backtest.figures import day as _day
from trader.backtest.figures import moment as _moment
from trader.domain.errors import BadInput
from trader.domain.spans import Spans
from trader.domain.time import HOUR, MINUTE
from trader.storage.cleaning import Cleaning, cleaning_of
from trader.storage.kinds import MARK, TIME, Columns, is_candles, rows_of
from trader.storage.repairs import repaired

_SETTLEMENT = 8 * HOUR  # the longest time between two settlements of funding
_REPAIRS = {
    "nan_or_infinite": "rows without a number",
    "non_positive": "rows with a price of 0 or below",
    "off_grid": "times off the timeframe",
    "unsorted": "rows in the wrong order",
    "duplicates": "times that are there twice",
    "high_low": "highs below or lows above the prices",
    "turnover": "turnovers that are no amounts",
}


@dataclass(slots=True)
class Verdict:
    """One file: `wrong` is to be mended, `remarks` are worth knowing. `remedy`: what to do."""

    file: str
    rows: int = 0
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    remedy: str | None = None

    @property
    def line(self) -> str:
        """For people."""
        mark = "✖" if self.wrong else "✔"
        what = "; ".join([*self.wrong, *self.remarks]) or "whole"
        return f"{mark} {self.file}: {self.rows:,} rows, {what}" + (
            f" -> {self.remedy}" if self.remedy else ""
        )


def verdicts_of(folder: Path) -> list[Verdict]:
    """Read every file of the store wholly."""
    return [_verdict(stored) for stored in stored_in(folder)]


def _verdict(stored: Stored) -> Verdict:
    verdict = Verdict(stored.name)
    if stored.kind is None:
        verdict.remarks.append("left aside: its name is none of the store's")
        return verdict
    try:
        columns, asked = stored.columns(), stored.asked()
    except BadInput as error:
        verdict.wrong.append(_why(error))
        verdict.remedy = f"move it away, then {_command(stored)}"
        return verdict
    verdict.rows = len(columns[TIME])
    if not verdict.rows:
        verdict.wrong.append("no rows")
    elif stored.kind.step:
        _look_at_candles(stored, columns, asked, verdict)
    else:
        _look_at_records(stored, columns, verdict)
    return verdict


def _why(error: BadInput) -> str:
    """The reader's own words for what is wrong with a file."""
    return f"it cannot be read: {error.__cause__ or error}".splitlines()[0]


def _look_at_candles(
    stored: Stored, columns: Columns, asked: Spans | None, verdict: Verdict
) -> None:
    step = stored.kind.step if stored.kind else MINUTE
    _, counts = repaired(rows_of(columns), step)
    verdict.wrong += [f"{count:,} {_REPAIRS[name]}" for name, count in counts.items() if count]
    if verdict.wrong:
        verdict.remedy = f"move it away, then {_command(stored, columns)}"
        return
    if asked is None:
        verdict.remarks.append("made or changed by another program")
    clean = cleaning_of(columns, step, asked, {})
    gaps = clean.gaps
    if gaps.unasked:
        verdict.wrong.append(f"{gaps.unasked:,} candles are missing that were never asked for")
        verdict.remedy = f"{_command(stored, columns)} --refill"
    if gaps.missing > gaps.unasked:
        verdict.remarks.append(
            f"{gaps.missing - gaps.unasked:,} candles are missing that the exchange does not have"
        )
    if is_candles(stored.what):
        _mention_oddities(clean, verdict)


def _mention_oddities(clean: Cleaning, verdict: Verdict) -> None:
    if clean.spikes:
        more = " ..." if len(clean.spikes) > 1 else ""
        verdict.remarks.append(f"spikes: {len(clean.spikes)} ({_moment(clean.spikes[0])}{more})")
    if clean.zero_volume:
        verdict.remarks.append(f"without volume: {clean.zero_volume:,}")


def _look_at_records(stored: Stored, columns: Columns, verdict: Verdict) -> None:
    """Funding, trades and books: in order, each once, all of it numbers."""
    kind = stored.kind
    identity = kind.identity if kind else (TIME,)
    order = np.lexsort([columns[name] for name in reversed(identity)])
    if np.any(np.diff(order) != 1):
        verdict.wrong.append("rows in the wrong order")
    ordered = [columns[name][order] for name in identity]
    twice = np.logical_and.reduce([column[1:] == column[:-1] for column in ordered])
    if count := int(np.count_nonzero(twice)):
        verdict.wrong.append(f"{count:,} rows that are there twice")
    if not all(np.isfinite(column).all() for column in columns.values()):
        verdict.wrong.append("rows without a number")
    if stored.what == "funding":
        _look_at_funding(columns, verdict)
    if verdict.wrong:
        verdict.remedy = f"move it away, then {_command(stored)}"


def _look_at_funding(columns: Columns, verdict: Verdict) -> None:
    """Settlements fall on full hours, at most eight of them apart."""
    time = columns[TIME] - columns[TIME] % MINUTE
    if odd := int(np.count_nonzero(time % HOUR)):
        verdict.wrong.append(f"{odd:,} settlements off the full hour")
    apart = np.diff(time)
    if gaps := int(np.count_nonzero(apart > _SETTLEMENT)):
        at = _moment(int(time[int(np.argmax(apart > _SETTLEMENT))]))
        verdict.wrong.append(f"settlements are missing in {gaps:,} places, first after {at}")


def _command(stored: Stored, columns: Columns | None = None) -> str:
    """The download that brings the file back."""
    words = [
        "python run_backtest.py download",
        f"--venue {stored.venue}",
        f"--symbols {stored.symbol}",
    ]
    mark = stored.what.endswith(MARK)
    if stored.kind and stored.kind.step:
        words.append(f"--timeframe {stored.what.removesuffix(MARK)}")
    words += ["--mark"] if mark else []
    words += [f"--{stored.what}"] if stored.what in ("funding", "trades", "books") else []
    if stored.path.parent != STORE:
        words.append(f"--folder {stored.path.parent}")
    if columns is not None and len(columns[TIME]):
        words.append(f"--start {_day(int(columns[TIME].min()))}")
    return " ".join(words)
