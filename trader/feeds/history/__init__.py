"""The past of real markets: candles, funding, trades and order books, asked over public REST."""
