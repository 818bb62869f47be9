"""Opinions: what a strategy would like, never how much."""
