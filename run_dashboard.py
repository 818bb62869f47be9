"""Starts the panel; `python run_dashboard.py --help` tells everything."""

import sys

from dashboard.launch import main

if __name__ == "__main__":
    sys.exit(main())
