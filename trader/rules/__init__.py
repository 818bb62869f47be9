"""Arithmetic on scalars: what moves money inside a candle. The engine calls it, a kernel may compile it."""
