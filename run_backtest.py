"""Starts a backtest; `python run_backtest.py --help` tells everything."""

import sys

if __name__ == "__main__":
    try:
        from trader.backtest.cli import main
    except KeyboardInterrupt:  # while the libraries load
        sys.exit(130)
    sys.exit(main())
