"""Recorded trades beside those of a backtest on the same candles, differences with causes."""
