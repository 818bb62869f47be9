"""Watch the daemon from a process of its own; `run_bot.py` starts this by itself."""

import sys


def start() -> int:
    """The exit code. What is heavy is loaded when it must act, not before."""
    from trader.shell.guardian.guardian import Guard
    from trader.shell.guardian.post import main
    from trader.shell.options import Options

    def guarding(options: Options) -> Guard:
        def guard(settings: bytes | None, why: str) -> bool:
            from trader.app import guard as guarded

            return guarded(options, settings, why)

        return guard

    try:
        return main(sys.argv[1:], guarding)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(start())
