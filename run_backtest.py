"""Starts a backtest; `python run_backtest.py --help` tells everything."""

import sys

from trader.backtest.cli import main

if __name__ == "__main__":
    sys.exit(main())
