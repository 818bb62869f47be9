"""Optimisation: searches under way, begun by hand, and all that was found and adopted."""

from __future__ import annotations

import streamlit as st

from dashboard.research.searches import history, under_way

st.fragment(under_way, run_every=2)()
history()
