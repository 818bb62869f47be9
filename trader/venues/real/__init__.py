"""The real exchanges: ccxt in the middle, facts of the domain on our side."""
