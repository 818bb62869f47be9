"""Proving a strategy on the past."""
