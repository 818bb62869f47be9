"""Start the trading daemon. Parses arguments, calls the app, nothing else."""

import sys

from trader.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
