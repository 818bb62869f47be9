"""Start the trading daemon. Parses arguments, calls the app, nothing else."""

import sys


def start() -> int:
    """The exit code. The import takes a second, in which Ctrl-C is no mistake either."""
    try:
        from trader.app import main

        return main(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(start())
