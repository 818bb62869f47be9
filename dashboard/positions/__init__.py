"""Positions and orders: what is held, who guards it, what waits, what is not ours."""
