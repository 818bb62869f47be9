"""The walk of page 3.8 on arrays: plain functions over records, which numba compiles as they stand.

They import no compiler and run as Python too, only slowly. Every comparison with a price is a call
into `trader.rules`; what stands here is the order of things inside a candle and the counting of
money, and the parity tests compare both with the live engine.

Records (`forms.py`) travel as `p` (parameters), `a` (account) and `s` (one symbol); they are
changed in place.
"""
