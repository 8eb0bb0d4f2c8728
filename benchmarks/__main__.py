"""The command: ``python -m benchmarks [NAME ...]``."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

from benchmarks.environments import PeerMissingError
from benchmarks.harness import Options, SideFailedError, pin
from benchmarks.report import DisagreementError, Row, table, write

NAMES = (
    "import_time",
    "first_result",
    "zoo_compile",
    "hodgkin_huxley",
    "f_i_curve",
    "izhikevich",
    "coba",
    "cuba",
    "brunel",
    "potjans",
    "song_abbott",
    "brunel_stdp",
    "receptors",
    "rate_network",
    "network_start",
    "network_limits",
)
RESULTS = Path("benchmarks") / "results" / "latest.json"


def arguments() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--smoke", action="store_true", help="small, ours alone, answers judged")
    parser.add_argument("--repeats", type=int, default=5, help="turns of each side (5)")
    parser.add_argument("--core", type=int, help="the core to stay on (the last one)")
    parser.add_argument("--json", type=Path, default=RESULTS, help=f"where to write ({RESULTS})")
    parser.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=PYTHON",
        help="an interpreter that has annarchy, brian2 or nest, instead of one made here",
    )
    return parser


def main() -> int:
    """Run the benchmarks one after the other and judge them.

    Returns:
        0 when every side ran, agreed and kept its target.
    """
    parser = arguments()
    given = parser.parse_args()
    unknown = sorted(set(given.names) - set(NAMES))
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    peers = {name: Path(path) for name, _, path in (text.partition("=") for text in given.peer)}
    options = Options(given.smoke, 2 if given.smoke else given.repeats, peers)
    core = pin(given.core)
    rows: list[Row] = []
    failures: dict[str, str] = {}
    for name in given.names or NAMES:
        started = time.perf_counter()
        try:
            rows += importlib.import_module(f"benchmarks.{name}").run(options)
        except (DisagreementError, SideFailedError, PeerMissingError) as error:
            failures[name] = str(error)
        print(f"{name}: {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
    print(table(rows))
    for name, failure in failures.items():
        print(f"\n{name} FAILED: {failure}")
    if not given.smoke:
        write(given.json, rows, core, failures)
    missed = [row for row in rows if row.verdict == "MISSED"]
    judged = sum(row.target is not None for row in rows)
    times = "times not judged" if given.smoke else f"{judged - len(missed)} of {judged} targets met"
    print(f"\n{len(rows)} measurements, {times}, {len(failures)} benchmarks failed.")
    return 1 if missed or failures else 0


if __name__ == "__main__":
    sys.exit(main())
