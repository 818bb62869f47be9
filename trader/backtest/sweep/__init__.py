"""Every combination of some parameters' values on the same candles, on all cores or a cluster."""
