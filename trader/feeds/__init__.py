"""Ears: where prices and candles come from."""
