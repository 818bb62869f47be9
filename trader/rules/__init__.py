"""Arithmetic on scalars: what moves money inside a candle. A kernel may compile it."""
