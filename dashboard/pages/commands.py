"""Commands: everything that may be asked of the bot from here, and every answer."""

from __future__ import annotations

import streamlit as st

from dashboard.pane import look
from dashboard.steering import closing, history, parameter, preset, stops

if look().steers:
    with st.grid("auto", min_column_width=420):
        for part in (stops, closing, preset, parameter):
            with st.container(border=True, height="stretch"):
                part()
else:
    st.caption(look().words("viewer"))
history()
