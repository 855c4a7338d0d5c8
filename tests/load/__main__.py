"""Long runs: `python -m tests.load` lists them, `python -m tests.load kill9 100` does one."""

import argparse
import json
import sys
from collections.abc import Callable

from tests.load import kill9

RUNS: dict[str, Callable[[int, str], kill9.Figures]] = {"kill9": kill9.run}


def main() -> None:
    """Do one, say its figures in one line of JSON; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("run", nargs="?", choices=RUNS)
    parser.add_argument("rounds", nargs="?", type=int, default=100)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    if asked.run is None:
        for name, run in RUNS.items():
            about = sys.modules[run.__module__].__doc__ or ""
            print(f"  make load RUN={name:8} {about.splitlines()[0]}")
        return
    figures = RUNS[asked.run](asked.rounds, asked.database)
    print(json.dumps(figures))
    sys.exit(1 if figures["missed"] else 0)


if __name__ == "__main__":
    main()
