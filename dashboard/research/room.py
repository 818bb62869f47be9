"""One shelf and one desk for all browsers of a panel: results are parsed once, two runs at most."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.research.desk import Desk
from dashboard.research.shelf import Shelf


@st.cache_resource
def room(data_dir: Path) -> tuple[Shelf, Desk]:
    """The backtests of a data folder: what is finished, what is under way."""
    shelf = Shelf(data_dir)
    return shelf, Desk(shelf.folder)
