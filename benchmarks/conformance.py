"""Runs compiled pipelines through the command line, and checks what the record says of them against a list.

    python benchmarks/conformance.py DIR [--list FILE.tsv]

DIR is kubeflow/pipelines' ``test_data/sdk_compiled_pipelines/valid``. Without a list, every pipeline below DIR runs,
and only the state that its run ends in is checked.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from expectations import FRESH_FILE, Expectation, read_list
from hosts import CANNOT, arguments_of, state_of
from invariants import INVARIANTS
from outcomes import Outcome, RootOutputs, read_outcome, root_outputs

from barograph.home import Home
from barograph.ir import build, read_spec
from barograph.ir.values import text
from barograph.states import State
from barograph.store import open_store

SECRETS = """\
[secrets.test-secret-1]
username = "user1"

[secrets.test-secret-2]
password = "psw1"

[secrets.test-secret-3]
password = "psw2"
"""
LIMIT = 120.0
"""Seconds that a pipeline may take."""
SDK = "2.17.0"
"""The SDK that tasks install in the place of the one that their pipeline pins. Some pipelines pin one that does not
have yet what they use; upstream's own tests replace it too (``ReplaceSDKInPipelineSpec``)."""
_PIN = re.compile(r"kfp==\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Verdict:
    """What came of one pipeline.

    Attributes:
        reasons: what was not as expected; empty where all was.
        excuse: why it can't be as expected on a host; empty where it can.
    """

    path: str
    state: str
    seconds: float
    reasons: tuple[str, ...] = ()
    excuse: str = ""
    run: str = ""


@dataclass(frozen=True)
class Called:
    """What the command line did: the run's id, empty where none was recorded, and its last words."""

    run: str
    words: str
    seconds: float
    timed_out: bool = False


@dataclass(frozen=True)
class Sweep:
    """Where all the pipelines run.

    Attributes:
        pipelines: the folder of compiled pipelines.
        folder: the command's current directory; ``home`` is in it.
        options: of ``barograph run``, for every pipeline.
        sdk: the version of the KFP SDK that tasks install; empty for the pinned ones.
    """

    pipelines: Path
    folder: Path
    options: tuple[str, ...] = ()
    sdk: str = SDK
    home: Home = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "home", Home(self.folder / "home"))
        self.home.artifacts.mkdir(parents=True, exist_ok=True)
        secrets = self.home.path / "secrets.toml"
        secrets.touch(mode=0o600)
        secrets.write_text(SECRETS, encoding="utf-8")
        open_store(self.home.database_url)

    def judge(self, expected: Expectation) -> Verdict:
        """Run a pipeline and compare."""
        excuse = CANNOT.get(expected.path, "")
        # Other pipelines of the sweep may have run the same component: only what is meant to be cached is.
        options = () if expected.twice else ("--no-cache",)
        called = self._call(expected, *options)
        verdict = partial(Verdict, expected.path, excuse=excuse, run=called.run)
        if called.timed_out:
            return verdict("TIMEOUT", called.seconds, reasons=(f"it took longer than {LIMIT:.0f} s",))
        if not called.run:
            return verdict("REFUSED", called.seconds, reasons=(called.words,))
        store = open_store(self.home.database_url)
        outcome = read_outcome(store, called.run)
        made = root_outputs(outcome.run, store)
        reasons = [*differences(expected, outcome, made)]
        seconds = called.seconds
        if expected.twice:
            again = self._call(expected)
            seconds += again.seconds
            second = read_outcome(store, again.run)
            reasons += [
                f"second run: {words}" for words in differences(expected, second, root_outputs(second.run, store))
            ]
            reasons += [
                f"second run: {task.path} is {task.state}, not CACHED"
                for task in second.leaves
                if task.state is not State.CACHED or task.log
            ]
        return verdict(outcome.run.state.value, seconds, reasons=tuple(reasons))

    def _call(self, expected: Expectation, *options: str) -> Called:
        # In the home, which a container sees too.
        with tempfile.TemporaryDirectory(dir=self.home.artifacts) as fresh:
            arguments = [
                f"{name}={Path(fresh) / 'file' if value == FRESH_FILE else text(value)}"
                for name, value in expected.arguments.items()
            ]
            file = self.pipelines / expected.path
            if self.sdk:
                written = file.read_text(encoding="utf-8")
                file = Path(fresh) / file.name
                file.write_text(_PIN.sub(f"kfp=={self.sdk}", written), encoding="utf-8")
            command = [sys.executable, "-m", "barograph", "run", str(file), "--json"]
            command += [*self.options, *options, *(word for argument in arguments for word in ("-p", argument))]
            for name in expected.artifacts:
                artifact = Path(fresh) / f"artifact-{name}"
                artifact.write_text("some words", encoding="utf-8")
                command += ["-a", f"{name}={artifact}"]
            start = time.monotonic()
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, "BAROGRAPH_HOME": str(self.home.path)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            timed_out = False
            try:
                out, err = process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                timed_out = True
                process.terminate()  # it ends its tasks
                out, err = process.communicate()
            said = (json.loads(line) for line in out.splitlines() if line.startswith("{"))
            run = next((event["id"] for event in said if event.get("event") == "run"), "")
            words = err.strip().splitlines()
            return Called(run, words[-1] if words else "it said nothing", time.monotonic() - start, timed_out)


def differences(expected: Expectation, outcome: Outcome, made: RootOutputs) -> Iterator[str]:
    """What of a run is not as expected, in words."""
    if outcome.run.state != expected.state:
        failed = [f"{task.path}: {_first(task.error)}" for task in outcome.leaves if task.state is State.FAILED]
        yield f"it {outcome.run.state}, expected {expected.state}: {'; '.join(failed) or _first(outcome.run.error)}"
    if expected.outputs is not None and made.parameters != expected.outputs:
        yield f"outputs {json.dumps(made.parameters)}, expected {json.dumps(expected.outputs)}"
    for name, wanted in expected.artifact_text.items():
        found = made.text(name)
        if found != ([wanted] if isinstance(wanted, str) else wanted):
            yield f"artifact {name!r} holds {found}, expected {wanted}"
    ran = outcome.paths(State.SUCCEEDED, State.CACHED, leaves=True)
    if expected.succeeded is not None and len(ran) != expected.succeeded:
        yield f"{len(ran)} tasks succeeded, expected {expected.succeeded}"
    skipped, failed_paths = outcome.paths(State.SKIPPED), outcome.paths(State.FAILED, leaves=True)
    # A list without skipped tasks does not say that there are none, only that they don't count.
    if expected.skipped and {_end_of(path, skipped) for path in expected.skipped} != skipped:
        yield f"skipped {sorted(skipped)}, expected {sorted(expected.skipped)}"
    if expected.failed is not None and failed_paths != expected.failed:
        yield f"failed {sorted(failed_paths)}, expected {sorted(expected.failed)}"
    if expected.path in INVARIANTS:
        yield from INVARIANTS[expected.path](outcome, made)


def _end_of(path: str, paths: set[str]) -> str:
    return next((known for known in paths if known == path or known.endswith(f".{path}")), path)


def _first(words: str) -> str:
    return words.splitlines()[0] if words else "no reason was recorded"


def every_pipeline(folder: Path) -> list[Expectation]:
    """What is expected of every pipeline below ``folder``."""
    paths = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.yaml"))
    expectations = []
    for path in paths:
        root = build(read_spec(folder / path)).root
        artifacts = tuple(name for name, spec in root.input_artifacts.items() if not spec.optional)
        expectations.append(
            Expectation(path, arguments=arguments_of(path, root), state=state_of(path), artifacts=artifacts)
        )
    return expectations


def show(verdict: Verdict) -> None:
    """Print a line for a pipeline, and one for each thing that was not as expected."""
    sign = "pass" if not verdict.reasons else "host" if verdict.excuse else "FAIL"
    print(f"{sign}  {verdict.seconds:6.1f} s  {verdict.state:<9}  {verdict.path}", flush=True)
    for reason in (verdict.excuse,) if sign == "host" else verdict.reasons:
        print(f"                          {reason}", flush=True)


def summary(verdicts: list[Verdict], host: Mapping[str, Any]) -> dict[str, Any]:
    """The counts: of all, and of those that can run on a host."""
    passed = [verdict for verdict in verdicts if not verdict.reasons]
    excused = [verdict for verdict in verdicts if verdict.reasons and verdict.excuse]
    return {"passed": len(passed), "of": len(verdicts) - len(excused), "cannot_on_a_host": len(excused), **host}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--list", type=Path, metavar="FILE", help="what is expected; see expectations.py")
    parser.add_argument("--executor", help="passed on to `barograph run`")
    parser.add_argument("--sdk", default=SDK, help="the KFP SDK that tasks install; '' for the one they pin")
    parser.add_argument("--jobs", type=int, default=2, help="pipelines at a time")
    parser.add_argument("--only", default="", help="only pipelines that have this in their path")
    parser.add_argument("--home", type=Path, help="a folder to keep; a temporary one otherwise")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    expectations = read_list(options.list) if options.list else every_pipeline(options.folder)
    expectations = [expected for expected in expectations if options.only in expected.path]
    with tempfile.TemporaryDirectory(prefix="conformance-") as temporary:
        passed_on = ("--executor", options.executor) if options.executor else ()
        sweep = Sweep(options.folder.resolve(), (options.home or Path(temporary)).resolve(), passed_on, options.sdk)
        verdicts = []
        with ThreadPoolExecutor(options.jobs) as pool:
            for verdict in pool.map(sweep.judge, expectations):
                verdicts.append(verdict)
                if not options.json:
                    show(verdict)
    counts = summary(verdicts, {"executor": options.executor or "process"})
    if options.json:
        print(json.dumps({**counts, "pipelines": [asdict(verdict) for verdict in verdicts]}, indent=2))
    else:
        print(f"\n{counts['passed']} of {counts['of']} as expected; {counts['cannot_on_a_host']} can't run on a host")
    return 0 if counts["passed"] == counts["of"] else 1


if __name__ == "__main__":
    sys.exit(main())
