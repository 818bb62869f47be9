"""Trades cut into groups, and what each group came to; money of one currency at a time."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TIMES = {"day": "D", "week": "W-MON", "month": "M"}
BY = ("day", "week", "month", "symbol", "strategy", "exit_reason", "hour", "weekday")


@dataclass(frozen=True, slots=True)
class Totals:
    """Some trades together; money in one currency, shares 0 to 1, None where undefined."""

    trades: int
    net: float
    fees: float
    funding: float
    won: float | None
    profit_factor: float | None
    expectancy: float | None
    best: float | None
    worst: float | None


def totals(rows: pd.DataFrame) -> Totals:
    """The definitions of `result.json` (page 2.1): wins over losses, mean result, share won."""
    pnl, count = rows["pnl"], len(rows)
    wins, losses = float(pnl[pnl > 0].sum()), float(-pnl[pnl < 0].sum())
    return Totals(
        trades=count,
        net=float(pnl.sum()),
        fees=float(rows["fees"].sum()),
        funding=float(rows["funding"].fillna(0.0).astype(float).sum()),
        won=float((pnl > 0).mean()) if count else None,
        profit_factor=wins / losses if losses else inf if wins else None,
        expectancy=float(pnl.mean()) if count else None,
        best=float(pnl.max()) if count else None,
        worst=float(pnl.min()) if count else None,
    )


def grouped(rows: pd.DataFrame, by: str, zone: str) -> pd.DataFrame:
    """One row a group: `group`, `trades`, `won` (0 to 1), `net`, `mean` (percent), `fees`.

    Days, weeks and months are UTC like the bot's loss limits; hours and weekdays are those of
    `zone`. Groups of time come newest first, hours and weekdays in order, others by net result.
    """
    keys = _keys(rows, by, zone)
    found = rows.assign(group=keys, win=rows["pnl"] > 0).groupby("group", observed=True)
    table = found.agg(
        trades=("pnl", "size"),
        won=("win", "mean"),
        net=("pnl", "sum"),
        mean=("pnl_percent", "mean"),
        fees=("fees", "sum"),
    ).reset_index()
    if by in TIMES:
        return table.sort_values("group", ascending=False, ignore_index=True)
    if by in ("hour", "weekday"):
        return table
    return table.sort_values("net", ascending=False, ignore_index=True)


def _keys(rows: pd.DataFrame, by: str, zone: str) -> pd.Series[Any]:
    if by in TIMES:
        starts = rows["closed"].dt.tz_convert(None).dt.to_period(TIMES[by]).dt.start_time
        found: pd.Series[Any] = starts.dt.strftime("%Y-%m" if by == "month" else "%Y-%m-%d")
        return found
    if by in ("hour", "weekday"):
        local = rows["closed"].dt.tz_convert(zone).dt
        whole: pd.Series[Any] = local.hour if by == "hour" else local.day_of_week
        return whole
    return rows[by]


def calendar(rows: pd.DataFrame) -> pd.DataFrame:
    """Net result by month (rows, `2026-11`) and day of the month (columns 1 to 31), UTC."""
    import pandas as pd

    days = rows["closed"].dt
    table = pd.pivot_table(
        pd.DataFrame(
            {"month": days.strftime("%Y-%m"), "day": days.day, "net": rows["pnl"].astype(float)}
        ),
        index="month", columns="day", values="net", aggfunc="sum",
    )  # fmt: skip
    return table.reindex(columns=range(1, 32)).sort_index(ascending=False)
