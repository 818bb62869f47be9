"""What trading has come to: the ledger of closed trades, cut by time, symbol, strategy, reason."""
