"""What a server's answers cost where the record is large: 100,000 runs, 1,000,000 tasks.

    python benchmarks/scale.py [--runs N] [--tasks N] [--database URL] [--folder DIR]

Makes the record (in DIR it is kept for another time), starts ``barograph server`` on it, asks for what a browser and
KFP's client ask for, and prints the median and the 95th percentile of each. Then 50 clients list runs at the same time
while 4 runs are executed. Ends with 1 where a bar is missed.
"""

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from machine import describe, high_water
from many import fill

from barograph.home import Home
from barograph.store import models
from barograph.store.database import open_database

CLIENTS, EXECUTED = 50, 4
SLOWEST, MEMORY = 100.0, 400.0
"""Milliseconds at the 95th percentile, and MiB, that are not to be passed."""
RUNS = "/apis/v2beta1/runs"
OWN = "/apis/barograph/v1"
PIPELINE = """\
components:
  comp-step: {executorLabel: exec-step}
deploymentSpec:
  executors:
    exec-step: {container: {image: 'busybox', command: ['sleep', '3']}}
pipelineInfo: {name: sleepers}
root:
  dag:
    tasks:
      one: {componentRef: {name: comp-step}, taskInfo: {name: one}}
      two: {componentRef: {name: comp-step}, taskInfo: {name: two}, dependentTasks: [one]}
schemaVersion: 2.1.0
sdkVersion: kfp-2.17.0
"""


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=100_000)
    options.add_argument("--tasks", type=int, default=10, help="of each run")
    options.add_argument("--requests", type=int, default=100, help="of each kind")
    options.add_argument("--database", default="", help="another one than SQLite in the folder")
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    print(describe())
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        url = given.database or Home(folder.resolve()).database_url
        ids = record(url, given.runs, given.tasks)
        process, address = stack.enter_context(serving(folder, url))
        good = alone(address, ids, given.requests)
        good = together(address) and good
        memory = high_water(process.pid)
        print(f"the most memory that the server ever had: {memory:.0f} MiB (bar: {MEMORY:.0f})")
    sys.exit(not (good and memory <= MEMORY))


def record(url: str, runs: int, tasks: int) -> list[str]:
    """The ids of the runs in the database, which are made if there are none."""
    database, begun = open_database(url), time.monotonic()
    with database.transaction() as connection:
        ids = list(connection.execute(sa.select(models.runs.c.id).order_by(models.runs.c.created_at)).scalars())
    if not ids:
        ids = fill(database, runs, tasks)
        print(f"made {runs:,} runs with {runs * tasks:,} tasks in {time.monotonic() - begun:.0f} s")
    with database.transaction() as connection:
        connection.exec_driver_sql("ANALYZE")
    database.close()
    return ids


@contextmanager
def serving(folder: Path, url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on the record: its process and its address."""
    command = [sys.executable, "-m", "barograph", "server", "--port", "0", "--database", url]
    (folder / "barograph.toml").write_text(f"home = {json.dumps(str(folder.resolve()))}\n")
    begun = time.monotonic()
    with (folder / "server.log").open("w+") as log:
        process = subprocess.Popen(command, cwd=folder, stderr=log, text=True)
        try:
            while (found := re.search(r"listens on (http://\S+)", (folder / "server.log").read_text())) is None:
                assert process.poll() is None, (folder / "server.log").read_text()
                time.sleep(0.01)
            httpx.get(f"{found[1]}/apis/v2beta1/healthz", timeout=30).raise_for_status()
            print(f"ready after {time.monotonic() - begun:.2f} s")
            yield process, found[1]
        finally:
            process.terminate()
            process.wait()


def alone(address: str, ids: list[str], times: int) -> bool:
    """What one client waits for, request after request; whether all keep the bar."""
    draw = random.Random(1)

    def chosen(key: str, operation: str, value: str) -> str:
        return json.dumps({"predicates": [{"key": key, "operation": operation, "stringValue": value}]})

    asked: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
        "list, newest first": lambda: (RUNS, {"page_size": 20, "sort_by": "created_at desc"}),
        "list, a page of 200": lambda: (RUNS, {"page_size": 200, "sort_by": "created_at desc"}),
        "list, by name": lambda: (RUNS, {"page_size": 20, "sort_by": "name"}),
        "list, by a metric": lambda: (f"{OWN}/runs", {"sort_by": "metric:step-9/metrics/f1 desc", "page_size": 20}),
        "filter by state": lambda: (
            RUNS,
            {"filter": chosen("state", "EQUALS", "FAILED"), "sort_by": "created_at desc"},
        ),
        "filter by part of a name": lambda: (
            RUNS,
            {"filter": chosen("name", "IS_SUBSTRING", str(draw.randrange(9999)))},
        ),
        "get a run": lambda: (f"{RUNS}/{draw.choice(ids)}", {}),
        "compare two runs": lambda: (f"{OWN}/compare", {"runs": ",".join(draw.sample(ids, 2))}),
        "compare ten runs": lambda: (f"{OWN}/compare", {"runs": ",".join(draw.sample(ids, 10))}),
        "graph of a run": lambda: (f"{OWN}/runs/{draw.choice(ids)}/graph", {}),
        "search": lambda: (f"{OWN}/search", {"q": f"forecast {draw.randrange(9999)}"}),
    }
    good = True
    print(f"{'ms':32}{'median':>8}{'95 %':>8}")
    with httpx.Client(base_url=address, timeout=60) as client:
        for name, ask in asked.items():
            taken = []
            for _ in range(times):
                path, parameters = ask()
                begun = time.monotonic()
                answer = client.get(path, params=parameters)
                taken.append(1000 * (time.monotonic() - begun))
                assert answer.is_success, f"{name}: {answer.status_code} {answer.text[:200]}"
            slow = statistics.quantiles(taken, n=20)[-1]
            good = good and slow <= SLOWEST
            print(f"{name:32}{statistics.median(taken):8.1f}{slow:8.1f}{'' if slow <= SLOWEST else '  too slow'}")
    return good


def together(address: str) -> bool:
    """Many clients that list runs while some are executed; whether nothing failed."""
    done, failed, taken = threading.Event(), [], []

    def keep_listing() -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            while not done.is_set():
                begun = time.monotonic()
                try:
                    answer = client.get(RUNS, params={"page_size": 20, "sort_by": "created_at desc"})
                    if not answer.is_success:
                        failed.append(answer.text)
                except httpx.HTTPError as error:
                    failed.append(repr(error))
                taken.append(1000 * (time.monotonic() - begun))

    threads = [threading.Thread(target=keep_listing) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    states = list(execute(address))
    done.set()
    for thread in threads:
        thread.join()
    print(
        f"{CLIENTS} clients, {EXECUTED} runs at the same time: {len(taken):,} lists, {len(failed)} failed, "
        f"median {statistics.median(taken):.0f} ms; the runs: {', '.join(states)}"
    )
    return not failed and set(states) == {"SUCCEEDED"}


def execute(address: str) -> Iterator[str]:
    """Have some runs executed; gives the state in which each ended."""
    import yaml

    with httpx.Client(base_url=address, timeout=60) as client:
        body = {"display_name": "executed", "pipeline_spec": yaml.safe_load(PIPELINE)}
        begun = [client.post(RUNS, json=body).raise_for_status().json()["run_id"] for _ in range(EXECUTED)]
        for run in begun:
            while (state := client.get(f"{RUNS}/{run}").json()["state"]) in ("PENDING", "RUNNING"):
                time.sleep(0.2)
            yield state


if __name__ == "__main__":
    main()
