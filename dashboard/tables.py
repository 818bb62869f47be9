"""Tables of the panel: typed columns, gains with arrow, sign and colour, text always plain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.figures import DASH, amount, arrow, price
from dashboard.pane import Pane

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
Text = Callable[[float], str]


def frame(rows: Sequence[Row], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a table with these columns, also when there are no rows."""
    import pandas as pd

    return pd.DataFrame({name: [row.get(name) for row in rows] for name in columns})


def gains(
    table: pd.DataFrame, pane: Pane, columns: Mapping[str, Text], plain: Sequence[str],
    late: Collection[int] = (),
) -> Any:  # fmt: skip
    """The table with these columns in the colours of gain and loss; they still sort by value.

    `plain` are columns of prices and quantities, `late` the places of rows that are a memory and
    have no colour. A pandas Styler comes back.
    """
    shown: dict[Any, Any] = {name: _with_arrow(text) for name, text in columns.items()}
    styler = table.style.format(shown, na_rep=DASH).format(_price, subset=list(plain))

    def inks(column: pd.Series[Any]) -> list[str]:
        return ["" if at in late else _ink(pane, value) for at, value in enumerate(column)]

    return styler.apply(inks, subset=list(columns))


def in_zone(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Rows by moments as a zone's clocks show them, for charts: those move what knows its zone
    into the browser's."""
    return rows.tz_convert(zone).tz_localize(None)


def signed(value: float) -> str:
    """A change in money without its currency, for columns that hold several."""
    return amount(value, 0 if abs(value) >= 10_000 else 2, sign=True)


def _price(value: Any) -> str:
    return price(value)


def _with_arrow(text: Text) -> Callable[[Any], str]:
    return lambda value: f"{arrow(value)} {text(value)}"


def _ink(pane: Pane, value: float) -> str:
    colour = "" if pane.condition.stale else pane.palette.ink(value, dark=pane.dark)
    return f"color: {colour}" if colour else ""
