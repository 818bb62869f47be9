"""Arrays in, arrays out: thin typed doors to TA-Lib, NaN while an indicator warms up."""
