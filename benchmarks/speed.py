"""What running a pipeline costs, side by side with ``kfp.local`` on the same machine at the same time.

    python benchmarks/speed.py [--long] [--only TEXT]

Both run the same pipelines. Barograph's tasks ask for the SDK as KFP compiles them; ``kfp.local`` runs them with
``SubprocessRunner(use_venv=False)`` and without that line, which is the fastest it can do: it would call pip for
every task, and with its default it would make an environment for every task.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import shapes
from machine import describe, measured

KFP_LIMIT = 300.0
"""Seconds that kfp.local may take for one measurement."""
LIMIT = 1800.0
REPEATS = 3
Make = Callable[..., shapes.Spec]


@dataclass(frozen=True)
class Figure:
    """One measurement: seconds, medians where it was repeated, and MiB of the engine's process."""

    name: str
    barograph: float
    kfp_local: float | None
    memory: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """Seconds that Barograph took, time after time, and that kfp.local took; None where it failed."""

    barograph: Sequence[float]
    kfp_local: Sequence[float | None] = ()

    def per(self, count: int) -> "Pair":
        """The same for one task of ``count``."""
        return Pair([t / count for t in self.barograph], [t / count if t else None for t in self.kfp_local])

    def figure(self, name: str, memory: float = 0.0) -> Figure:
        """The medians, with the ranges as a note."""
        others = [seconds for seconds in self.kfp_local if seconds]
        known = len(others) == len(self.kfp_local) > 0
        note = _range(self.barograph) + (f" | {_range(others)}" if known else "")
        return Figure(
            name, statistics.median(self.barograph), statistics.median(others) if known else None, memory, note
        )


def _range(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.3f} to {max(seconds):.3f}" if len(seconds) > 1 else "once"


class Bench:
    """A home of its own, and the pipelines that run in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._env = {**os.environ, "BAROGRAPH_HOME": str(folder / "home")}
        self._count = 0
        self.memory = 0.0

    def barograph(self, spec: shapes.Spec, *options: str, inside: bool = False) -> float:
        """Seconds that ``barograph run`` takes from the shell; that its run alone takes, if ``inside``."""
        command = [sys.executable, "-m", "barograph", "run", str(self._write(spec)), "--json", *options]
        ended = measured(command, self._folder, self._env, LIMIT)
        if ended is None or ended.code:
            raise SystemExit(f"barograph run failed:\n{ended.output[-3000:] if ended else 'it took too long'}")
        self.memory = ended.memory
        return self._inside(ended.output) if inside else ended.seconds

    def kfp_local(self, spec: shapes.Spec, inside: bool = True) -> float | None:
        """Seconds that kfp.local takes: with its imports, or for its run alone; None where it fails or takes long."""
        command = [sys.executable, str(Path(__file__).resolve()), "--kfp-local", str(self._write(spec))]
        ended = measured(command, self._folder, self._env, KFP_LIMIT)
        if ended is None or ended.code:
            words = ended.output.strip().splitlines()[-1:] if ended else [f"more than {KFP_LIMIT:.0f} s"]
            print(f"  kfp.local: {' '.join(words)[:200]}", file=sys.stderr)
            return None
        return float(ended.output.strip().splitlines()[-1]) if inside else ended.seconds

    def _write(self, spec: shapes.Spec) -> Path:
        self._count += 1
        return shapes.write(spec, self._folder / f"pipeline-{self._count}.json")

    def _inside(self, output: str) -> float:
        from barograph.store import open_store

        said = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        identifier = next(event["id"] for event in said if event["event"] == "run")
        run = open_store(f"sqlite:///{self._folder / 'home' / 'barograph.db'}").find_run(identifier)
        assert run.started_at
        assert run.finished_at
        return (run.finished_at - run.started_at).total_seconds()


def unpinned(make: Make, count: int) -> shapes.Spec:
    """A pipeline whose tasks do not install the SDK."""
    return make(count, pinned=False)


def figures(bench: Bench, long: bool, only: str) -> Iterator[Figure]:
    """All measurements whose name has ``only`` in it, one after the other."""
    fresh = "--no-cache"
    bench.barograph(shapes.chain(1), fresh)  # makes the environment

    def both(make: Make, count: int, *options: str, repeats: int = REPEATS, other: bool = True) -> Pair:
        """In turn, so that what else the machine does meets both."""
        mine, others = [], []
        for _ in range(repeats):
            mine.append(bench.barograph(make(count), fresh, *options, inside=True))
            if other:
                others.append(bench.kfp_local(unpinned(make, count)))
        return Pair(mine, others)

    def overhead() -> Figure:
        pair = both(shapes.chain, 100)
        return pair.per(100).figure("one no-op task, in a chain of 100", bench.memory)

    def cold() -> Figure:
        mine, others = [], []
        for _ in range(REPEATS):
            mine.append(bench.barograph(shapes.chain(4), fresh))
            others.append(bench.kfp_local(shapes.chain(4, pinned=False), inside=False))
        return Pair(mine, others).figure("4 chained no-ops from the shell")

    def cold_cached() -> Figure:
        bench.barograph(shapes.chain(4))
        mine = [bench.barograph(shapes.chain(4)) for _ in range(REPEATS)]
        return Pair(mine).figure("4 chained no-ops from the shell, cached")

    def naps() -> Figure:
        pair = both(partial(shapes.independent, function=shapes.nap), 4, "--parallelism", "4")
        return pair.figure("4 independent tasks of 2 s")

    def loop_of_naps() -> Figure:
        pair = both(partial(shapes.loop, parallelism=8, function=shapes.nap), 8, "--parallelism", "8")
        return pair.figure("a loop of 8 x 2 s, 8 at a time")

    def loop(count: int, **how: Any) -> Figure:
        return both(shapes.loop, count, **how).figure(f"a loop of {count:,} no-ops", bench.memory)

    def deep(count: int) -> Figure:
        return both(shapes.chain, count).figure(f"a chain of {count:,} no-ops", bench.memory)

    def cached(name: str, make: Callable[[int], shapes.Spec], count: int) -> Figure:
        bench.barograph(make(count))
        mine = [bench.barograph(make(count)) for _ in range(REPEATS)]
        return Pair(mine).figure(f"{name}, wholly cached, from the shell", bench.memory)

    wanted: dict[str, Callable[[], Figure]] = {
        "overhead": overhead,
        "cold": cold,
        "cold cached": cold_cached,
        "naps": naps,
        "loop naps": loop_of_naps,
        "loop 1000": lambda: loop(1000),
        "chain 500": lambda: deep(500),
        "cached independent": lambda: cached("1,000 independent no-ops", shapes.independent, 1000),
        "cached loop": lambda: cached("a loop of 1,000 no-ops", shapes.loop, 1000),
    }
    if long:
        wanted["loop 10000"] = lambda: loop(10_000, repeats=1, other=False)
    for name, measure in wanted.items():
        if only in name:
            yield measure()


def run_kfp_local(file: Path) -> None:
    """Run a pipeline with kfp.local, and print the seconds that the run itself took."""
    import logging

    from kfp import components, local

    with tempfile.TemporaryDirectory() as root:
        local.init(local.SubprocessRunner(use_venv=False), pipeline_root=root, raise_on_error=True)
        logging.disable(logging.CRITICAL)  # its own log lines are no part of what is compared
        pipeline = components.load_component_from_file(str(file))
        start = time.monotonic()
        pipeline()
        print(time.monotonic() - start)


def line(figure: Figure) -> str:
    """A row of the table."""
    other = f"{figure.kfp_local:10.3f}" if figure.kfp_local else f"{'-':>10}"
    ratio = f"{figure.kfp_local / figure.barograph:8.1f}x" if figure.kfp_local else f"{'-':>9}"
    memory = f"{figure.memory:7.0f}" if figure.memory else f"{'-':>7}"
    return f"{figure.name:<58}{figure.barograph:11.3f}{other}{ratio}{memory}  {figure.note}".rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="a loop of 10,000 too")
    parser.add_argument("--only", default="", metavar="TEXT", help="only measurements that have this in their name")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--kfp-local", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.kfp_local:
        run_kfp_local(options.kfp_local)
        return
    found = []
    if not options.json:
        print(describe())
        print(f"{'':<58}{'barograph s':>11}{'kfp.local':>10}{'ratio':>9}{'MiB':>7}  ranges", flush=True)
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        for figure in figures(Bench(Path(folder)), options.long, options.only):
            found.append(figure)
            if not options.json:
                print(line(figure), flush=True)
    if options.json:
        print(json.dumps({"machine": describe(), "figures": [asdict(figure) for figure in found]}, indent=2))


if __name__ == "__main__":
    main()
