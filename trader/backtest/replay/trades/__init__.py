"""Recorded trades beside those of a backtest on the same candles, each difference with its cause."""
