"""Arrays in, arrays out: thin typed doors to TA-Lib."""
