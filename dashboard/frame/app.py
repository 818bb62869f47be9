"""The panel's shell, run by Streamlit for every browser: door, header, navigation. Start it with
`python run_dashboard.py`.

It stands in a folder without `pages/`: beside one, Streamlit serves the pages by themselves until
the first navigation, that is before anybody has passed the door.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.frame.gate import gate
from dashboard.frame.header import footer, header
from dashboard.pane import Pane, look

_HERE = Path(__file__).parent
_PAGE_FILES = _HERE.parent / "pages"
_SECTIONS = {
    "operate": {
        "overview": "dashboard",
        "positions": "account_balance_wallet",
        "chart": "candlestick_chart",
        "why": "help_center",
        "trades": "receipt_long",
    },
    "research": {
        "backtests": "science",
        "optimisation": "tune",
        "models": "neurology",
    },
    "system": {
        "settings": "settings",
        "commands": "terminal",
        "logs": "article",
        "health": "monitor_heart",
    },
}


def main() -> None:
    """Draw the whole page once; from then on only fragments refresh."""
    pane = look()
    st.html(_HERE / "style.css")
    gate(pane)
    st.set_page_config(page_title=pane.title, page_icon=_HERE / "icon.svg", layout="wide")
    page = st.navigation(
        {
            pane.words(f"section.{name}"): [_page(pane, *entry) for entry in pages.items()]
            for name, pages in _SECTIONS.items()
        }
    )
    if pane.mode == "LIVE":
        st.html("<div class='trader-live'></div>")
    header(page.url_path or "overview")
    with st.container(key="page_name"):  # a phone hides the navigation
        st.subheader(page.title)
    with st.spinner(pane.words("loading")):  # appears only where it takes a while
        page.run()
    footer()


def _page(pane: Pane, name: str, icon: str) -> st.Page:
    title = pane.words(f"page.{name}")
    file, sign = _PAGE_FILES / f"{name}.py", f":material/{icon}:"
    return st.Page(file, title=title, icon=sign, url_path=name, default=name == "overview")


main()
