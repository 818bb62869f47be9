"""Prices and candles of real markets as they happen, for paper and real trading alike."""
