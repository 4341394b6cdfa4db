"""Whether the weather pipeline makes the same bytes again: in another home, at another time, on one core, in images.

    python benchmarks/reproduce.py -p data_uri=FOLDER [-p NAME=VALUE ...] [--executor docker]

Runs the pipeline in two fresh homes, which share only their environments; the second time on one core, where the
system lets a process choose, or in the components' images, which `make images` builds. Prints the digest of each
artifact, and ends with 1 where one differs.
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

from barograph.cli.options import parse_assignments
from weather.cli import absolute

COMMANDS = Path(sys.executable).parent


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    options.add_argument("--pipeline", default="weather")
    options.add_argument("--executor", default="process", help="what runs the commands the second time")
    given = options.parse_args()
    print(describe(), flush=True)
    can_choose = hasattr(os, "sched_setaffinity") and given.executor == "process"
    with tempfile.TemporaryDirectory() as folder:
        environments = Path(folder) / "environments"
        environments.mkdir()
        runs: list[dict[str, dict[str, Any]]] = []
        for name in ("one", "other"):
            home = Path(folder) / name
            home.mkdir()
            (home / "environments").symlink_to(environments)
            runs.append(run(home, given, given.executor if runs else "process"))
            if can_choose:
                os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        sys.exit(not compared(*runs))


def run(home: Path, given: argparse.Namespace, executor: str) -> dict[str, dict[str, Any]]:
    """Run the pipeline in a home; its artifacts, by task and name."""
    parameters = [f"-p{name}={absolute(name, value)}" for name, value in parse_assignments(given.parameter).items()]
    folders = [value for value in parse_assignments(given.parameter).values() if Path(value).is_dir()]
    if executor == "docker":
        parameters += [f"--docker-folder={Path(folder).resolve()}" for folder in folders]
    file = home / "pipeline.yaml"
    call(home, "pipeline", "compile", "--pipeline", given.pipeline, "-o", str(file))
    call(home, "barograph", "run", str(file), "--executor", executor, *parameters)
    listed = call(home, "barograph", "artifacts", "last", "--json")
    return {f"{each['task']}/{each['name']}": each for each in json.loads(listed)}


def call(home: Path, command: str, *arguments: str) -> str:
    """What a command prints, which has to go well."""
    env = {**os.environ, "BAROGRAPH_HOME": str(home)}
    ended = subprocess.run([COMMANDS / command, *arguments], env=env, capture_output=True, text=True)
    if ended.returncode:
        sys.exit(f"{command} {arguments[0]} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


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
