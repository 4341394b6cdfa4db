"""Whether the weather pipeline makes the same bytes again: in another home, at another time, on one core.

    python benchmarks/reproduce.py -p data_uri=FOLDER [-p NAME=VALUE ...]

Runs the pipeline in two fresh homes, which share only their environments; the second time on one core, where the
system lets a process choose. Prints the digest of each artifact, and ends with 1 where one differs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from machine import describe

COMMANDS = Path(sys.executable).parent


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    options.add_argument("--pipeline", default="weather")
    given = options.parse_args()
    print(describe(), flush=True)
    can_choose = hasattr(os, "sched_setaffinity")
    with tempfile.TemporaryDirectory() as folder:
        environments = Path(folder) / "environments"
        environments.mkdir()
        runs = []
        for name in ("one", "other"):
            home = Path(folder) / name
            home.mkdir()
            (home / "environments").symlink_to(environments)
            runs.append(run(home, given))
            if can_choose:
                os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        sys.exit(not compared(*runs))


def run(home: Path, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Run the pipeline in a home; its artifacts, by task and name."""
    env = {**os.environ, "BAROGRAPH_HOME": str(home)}
    parameters = [word for each in given.parameter for word in ("-p", each)]
    file = ["--pipeline", given.pipeline, "-o", str(home / "pipeline.yaml")]
    ended = subprocess.run([COMMANDS / "pipeline", "run", *file, *parameters], env=env, capture_output=True, text=True)
    if ended.returncode:
        sys.exit(f"the run failed:\n{ended.stdout}{ended.stderr}")
    listed = subprocess.run([COMMANDS / "barograph", "artifacts", "last", "--json"], env=env, capture_output=True)
    return {f"{each['task']}/{each['name']}": each for each in json.loads(listed.stdout)}


def compared(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> bool:
    """Print both, side by side; whether all are the same."""
    good = one.keys() == other.keys()
    for name in sorted(one.keys() | other.keys()):
        found = [each[name]["digest"].removeprefix("sha256:")[:12] if name in each else "none" for each in (one, other)]
        good = good and found[0] == found[1]
        print(f"{name:50}{found[0]:14}{'the same' if found[0] == found[1] else found[1]}")
    print(f"{len(one)} artifacts: {'all the same' if good else 'not all the same'}")
    return good


if __name__ == "__main__":
    main()
