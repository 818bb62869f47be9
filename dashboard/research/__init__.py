"""Rooms of research: backtests started and compared, searches of the optimiser, models."""
