"""Kills ``barograph run`` at random moments, resumes, and checks that nothing was lost, torn or done twice.

python benchmarks/kill.py [--kills 50] [--seed 0]
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from kfp import compiler
from killed import pipeline
from machine import describe, processes_in
from outcomes import Outcome, read_outcome

from barograph.artifacts import read_content
from barograph.errors import NotFoundError
from barograph.home import Home
from barograph.states import State
from barograph.store import Task, open_store
from barograph.store.records import Kind, Role

ORPHANS_END = 2.0
"""Seconds in which what a killed run had started must have ended."""
LIMIT = 120.0
"""Seconds that a run may take without being killed."""


@dataclass
class Tally:
    """What all the kills came to; each list names what should not be."""

    kills: int = 0
    runs: int = 0
    unrecorded: int = 0
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        return [*self.lost, *self.torn, *self.twice, *self.orphans]


class Killing:
    """A home, runs in it, and kills."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._home = Home(folder / "home")
        self._random = random.Random(seed)
        self._file = folder / "pipeline.yaml"
        self._duration = 3.0
        self.tally = Tally()
        compiler.Compiler().compile(pipeline, str(self._file))

    def warm_up(self) -> None:
        """Run once without a kill: makes the environment, and tells how long a run takes."""
        for _ in range(2):
            start = time.monotonic()
            code = self._start("run", str(self._file), "-p", f"journal={self._folder / 'journal'}", "--no-cache").wait()
            self._duration = time.monotonic() - start
            if code:
                raise SystemExit(f"the run fails without a kill:\n{self._said()}")

    def kill_until(self, kills: int) -> None:
        """Go on with run after run until there have been this many kills."""
        while self.tally.kills < kills:
            self._one(self.tally.runs, min(self._random.randint(1, 3), kills - self.tally.kills))
            self.tally.runs += 1
            print(f"{self.tally.kills} kills, {self.tally.runs} runs, {len(self.tally.wrong)} wrong", flush=True)

    def _one(self, number: int, planned: int) -> None:
        name, journal = f"kill-{number}", self._folder / f"journal-{number}"
        journal.touch()
        start = ("run", str(self._file), "--name", name, "-p", f"journal={journal}")
        done: dict[str, int] = {}  # what the record had as done, by task, and how often it had run by then
        process = self._start(*start)
        for _ in range(planned):
            try:
                process.wait(self._random.uniform(0.05, self._duration))
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.tally.kills += 1
            self._no_orphans(name)
            outcome = self._record(name)
            if outcome is None:
                self.tally.unrecorded += 1
                process = self._start(*start)
                continue
            counts = _journal(journal)
            self._nothing_twice(name, done, counts)
            self._whole(name, outcome)
            done |= {path: counts[_key(task)] for path, task in _done(outcome).items()}
            if outcome.run.state is State.SUCCEEDED:
                break
            process = self._start("resume", "last")
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.tally.lost.append(f"{name}: it hangs")
        outcome = self._record(name)
        if outcome is None or outcome.run.state is not State.SUCCEEDED:
            state = outcome.run.state if outcome else "not recorded"
            self.tally.lost.append(f"{name}: {state}: {self._said()[-500:]}")
        elif unfinished := [task.path for task in outcome.tasks.values() if not task.state.has_outputs]:
            self.tally.lost.append(f"{name}: it SUCCEEDED without {', '.join(unfinished)}")
        counts = _journal(journal)
        self._nothing_twice(name, done, counts)
        if outcome:
            self._whole(name, outcome)
            missing = [task.path for task in _done(outcome).values() if not counts[_key(task)]]
            self.tally.lost += [f"{name}: {path} is done and never ran" for path in missing]
        self._no_orphans(name)

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._folder / "output.txt").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "barograph", *arguments],
                cwd=self._folder,
                env={**os.environ, "BAROGRAPH_HOME": str(self._home.path)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _said(self) -> str:
        return (self._folder / "output.txt").read_text(encoding="utf-8", errors="replace").strip()

    def _record(self, name: str) -> Outcome | None:
        """What the record says, read as it stands: nothing is settled by reading."""
        try:
            return read_outcome(open_store(self._home.database_url), name)
        except NotFoundError:
            return None

    def _no_orphans(self, name: str) -> None:
        until = time.monotonic() + ORPHANS_END
        while found := processes_in(self._home.path):
            if time.monotonic() > until:
                self.tally.orphans += [f"{name}: process {pid}: {words[:160]}" for pid, words in found.items()]
                return
            time.sleep(0.02)

    def _nothing_twice(self, name: str, done: dict[str, int], counts: "Counter[str]") -> None:
        outcome = self._record(name)
        for path, count in done.items():
            again = counts[_key(outcome.tasks[path])] if outcome else count
            if again > count:
                self.tally.twice.append(f"{name}: {path} ran again after its outputs were recorded")
                done[path] = again

    def _whole(self, name: str, outcome: Outcome) -> None:
        for link in outcome.links:
            artifact = link.artifact
            if link.role is Role.OUTPUT:
                content = read_content(Path(artifact.uri), artifact.type, artifact.metadata)
                if content.digest != artifact.digest or content.size != artifact.size:
                    self.tally.torn.append(f"{name}: {artifact.uri}")


def _key(task: Task) -> str:
    return f"{task.parameters['name']}:{task.parameters['x']}"


def _done(outcome: Outcome) -> dict[str, Task]:
    return {path: task for path, task in outcome.tasks.items() if task.kind is Kind.RUNTIME and task.state.has_outputs}


def _journal(file: Path) -> "Counter[str]":
    return Counter(file.read_text(encoding="utf-8").split())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        killing = Killing(Path(folder).resolve(), options.seed)
        killing.warm_up()
        killing.kill_until(options.kills)
    tally = killing.tally
    print(
        f"{tally.kills} kills in {tally.runs} runs ({tally.unrecorded} before the run was recorded): "
        f"{len(tally.lost)} runs lost, {len(tally.torn)} artifacts torn, {len(tally.twice)} tasks run twice after "
        f"they were committed, {len(tally.orphans)} orphans"
    )
    for words in tally.wrong:
        print(f"  {words}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
