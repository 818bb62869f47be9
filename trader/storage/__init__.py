"""Memory: the journal, candles on disk, backups."""
