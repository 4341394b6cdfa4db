"""What the UI costs in a browser where there is much to show: large graphs, long lists, long logs.

    python benchmarks/ui.py [--runs N] [--tasks N] [--folder DIR] [--times N] [--only TEXT]

Makes the records (in DIR they are kept for another time; that of the list is the one of ``scale.py``), starts
``barograph server`` on them, uses the pages as a person does, and prints a table. Ends with 1 where a bar is missed.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
from browser import HEIGHT, PATIENCE, WIDTH, Seen, chromium, seeing
from machine import describe
from playwright.sync_api import Browser
from playwright.sync_api import Error as Failed
from scale import record, serving
from season import LAST_WORD, LOGGED, drawn, logged

from barograph.home import Home

KB = 350
FRAMES = 45.0
LONG_TASK = 250.0
GRAPHS = ((1000, 3), (5000, 34))
"""Tasks of a run, and turns of each of its loops: more than 20 are folded."""
LOG = 100_000_000
PAGES = 20
PAGE = 200
ROW = 36
SPEED = 7200
"""Pixels a second."""


@dataclass
class Table:
    """The figures, printed as they come.

    Attributes:
        good: whether all of them keep their bars.
    """

    good: bool = True

    def head(self, text: str) -> None:
        """What the next figures are of."""
        load = os.getloadavg()[0]
        print(f"{f'{text} (load {load:.1f})':70}{'measured':>10}{'bar':>10}", flush=True)

    def most(self, name: str, value: float | None, bar: float | None = None, unit: str = "ms") -> None:
        """A figure that is to be no more than its bar; None where what is measured did not come."""
        self._row(name, value, bar, unit, bar is None or (value is not None and value <= bar))

    def least(self, name: str, value: float, bar: float, unit: str = "fps") -> None:
        """A figure that is to be no less than its bar."""
        self._row(name, value, bar, unit, value >= bar)

    def _row(self, name: str, value: float | None, bar: float | None, unit: str, good: bool) -> None:
        self.good = self.good and good
        said = "never" if value is None else f"{value:,.0f}"
        limit = "" if bar is None else f"{bar:,.0f}"
        print(f"  {f'{name}, {unit}':68}{said:>10}{limit:>10}{'' if good else '  missed'}", flush=True)


@dataclass
class Figures:
    """What was measured several times."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Once more."""
        self.values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> float | None:
        found = self.values.get(name)
        return statistics.median(found) if found else None


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=100_000, help="of the list")
    options.add_argument("--tasks", type=int, default=10, help="of each run of the list")
    options.add_argument("--times", type=int, default=3, help="how often each is measured; the median counts")
    options.add_argument("--only", default="", help="parts so named: first load, empty page, graph, log, list")
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    print(describe())
    table = Table()
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        home, large = Home((folder / "drawn").resolve()), Home(folder.resolve())
        runs = [drawn(home, *each) for each in GRAPHS]
        long_log = logged(home, LOG)
        browser = stack.enter_context(chromium())
        print(f"Chromium {browser.version}, {WIDTH} × {HEIGHT}, drawn without a graphics card")
        _, few = stack.enter_context(serving(home.path, home.database_url))
        parts: dict[str, Callable[[], None]] = {
            "first load": partial(first_load, browser, few, runs[0], table),
            "empty page": partial(empty_page, browser, table),
            "log": partial(log, browser, f"{few}/runs/{long_log}?node={LOGGED}&panel=log", given.times, table),
        }
        for (tasks, _), run in zip(GRAPHS, runs, strict=True):
            name = f"graph of {tasks:,} tasks"
            parts[name] = partial(graph, browser, f"{few}/runs/{run}", name, given.times, table)
        for name, part in parts.items():
            if given.only in name:
                part()
        if given.only in "list":
            record(large.database_url, given.runs, given.tasks)
            _, many = stack.enter_context(serving(folder, large.database_url))
            runs_list(browser, f"{many}/runs", given, table)
    sys.exit(not table.good)


def first_load(browser: Browser, address: str, run: str, table: Table) -> None:
    """What comes over the wire before a page can be used, packed."""
    table.head("first load")
    for path in ("/", "/runs"):
        with seeing(browser) as page:
            page.open(address + path)
            page.calm(page.painted())
            before = page.sizes()
            table.most(f"scripts of {path}", size(before, ".js") / 1000, KB, "kB")
            table.most(f"styles of {path}", size(before, ".css") / 1000, None, "kB")
            if path == "/":
                continue
            page.open(f"{address}/runs/{run}")
            page.there(NODE)
            page.calm(page.now())
            added = {url: bytes_ for url, bytes_ in page.sizes().items() if url not in before}
            workers = {url: int(httpx.head(url).headers["content-length"]) for url in page.workers}
            table.most("scripts that a run with its graph adds", size(added, ".js") / 1000, None, "kB")
            table.most("and its layout, in a worker", size(workers, ".js") / 1000, None, "kB")


def size(sizes: dict[str, int], ending: str) -> int:
    """Bytes of what has such a name."""
    return sum(bytes_ for url, bytes_ in sizes.items() if url.endswith(ending))


def empty_page(browser: Browser, table: Table) -> None:
    """How many frames there are where nothing is drawn: more can't be had here."""
    table.head("an empty page")
    with seeing(browser) as page:
        page.open("about:blank")
        table.least("dragging", page.moved("round", 135, 100, 700, 450), FRAMES)


NODE = ".react-flow__node"
IS_DRAWN = f"document.querySelector('[aria-busy=false] {NODE}')"


def graph(browser: Browser, address: str, name: str, times: int, table: Table) -> None:
    """A run with a large graph: how it opens, and how it moves."""
    table.head(name)
    found = Figures()
    for _ in range(times):
        with seeing(browser) as page:
            page.open(address)
            found.add("first contentful paint", page.painted())
            first = page.there(NODE)
            found.add("first nodes", first)
            found.add("interactive: nothing longer than 50 ms follows within 500 ms", page.calm(first))
            found.add("longest task", page.longest())
            page.press(NODE)
            began = page.acted()
            found.add("from a click on a node to its panel", page.there("[role=tabpanel]") - began)
    bars = (1000, 3000, 3000, LONG_TASK, 500)
    for (each, _), bar in zip(found.values.items(), bars, strict=True):
        table.most(each, found[each], bar)
    with seeing(browser) as page:
        page.open(address)
        page.there(NODE)
        for state, label in (("all groups open", "Open all groups"), ("artifacts too", "Show artifacts")):
            page.calm(page.now())
            began, ended = page.took(f"document.querySelector('[aria-label=\"{label}\"]').click()", IS_DRAWN)
            table.most(f"{state}: until it is drawn", ended - began, 3000)
            table.most(f"{state}: longest task", page.longest(began), LONG_TASK)
            move(page, state, times, table)


def move(page: Seen, state: str, times: int, table: Table) -> None:
    """Frames per second as the graph is moved, from afar and from near."""
    box = page.page.locator(".react-flow").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    found, began = Figures(), page.now()
    motions: dict[str, Callable[[], float]] = {
        "dragging all of it": lambda: page.moved("round", 135, 100, x, y),
        "zooming in": lambda: page.moved("wheel", 55, -40, x, y),
        "dragging from near": lambda: page.moved("left", 135, 20, x, y),
        "zooming out": lambda: page.moved("wheel", 55, 40, x, y),
    }
    for _ in range(times):
        page.page.keyboard.press("f")
        page.calm(page.now())
        for motion, frames in motions.items():
            found.add(motion, frames())
    for motion in motions:
        table.least(f"{state}: {motion}", found[motion] or 0, FRAMES)
    table.most(f"{state}: longest task as it moves", page.longest(began), LONG_TASK)


def runs_list(browser: Browser, address: str, given: argparse.Namespace, table: Table) -> None:
    """The list of all runs: found, searched, scrolled."""
    table.head(f"list of {given.runs:,} runs")
    found = Figures()
    rows = "[...document.querySelectorAll('a[data-run]')]"
    with seeing(browser) as page:
        for number in range(given.times):
            page.open(address)
            found.add("first rows", page.there("a[data-run]"))
            page.calm(page.now())
            page.page.get_by_label("Search runs by name").click()
            text = str(given.runs * (number + 3) // 10)
            page.page.keyboard.type(text, delay=60)
            began = page.acted()
            filtered = f"{rows}.length && {rows}.every((each) => each.textContent.includes({text!r}))"
            found.add("from the last key of a search to its rows", page.until(filtered) - began)
            found.add("longest task until then", page.longest())
        for (name, _), bar in zip(found.values.items(), (1000, 500, LONG_TASK), strict=True):
            table.most(name, found[name], bar)
        page.open(address)
        page.there("a[data-run]")
        page.calm(page.now())
        began, pages = page.now(), Figures()
        for number in range(1, min(PAGES, given.runs // PAGE)):
            pages.add("frames", page.scrolled(PAGE * ROW, SPEED, 700, 500))
            page.until(f"document.querySelector('tr[data-index=\"{number * PAGE}\"]')")
        table.least(f"scrolling through {PAGES} pages", pages["frames"] or 0, FRAMES)
        table.most("longest task", page.longest(began), LONG_TASK)
        table.most("what scripts hold", page.heap(), 100, "MB")


def log(browser: Browser, address: str, times: int, table: Table) -> None:
    """A long log: its first lines, its end, a word in it."""
    table.head(f"log of {LOG // 1_000_000} MB")
    found = Figures()
    bars = {"first lines": 1000, "to the beginning": 1000, "to the end by its key": 1000, "a word at its end": 1000}
    with seeing(browser) as page:
        for _ in range(times):
            page.open(address)
            found.add("first lines", page.until(line("")))
            page.calm(page.now())
            page.page.get_by_role("button", name="To the beginning").click()
            found.add("to the beginning", page.until(line("step 0000 ")) - page.acted())
            page.page.get_by_label("What the task printed").press("End")
            sought(page, found, "to the end by its key", LAST_WORD)
            page.page.get_by_role("button", name="To the beginning").click()
            page.until(line("step 0000 "))
            page.page.get_by_label("Search in the log").click()
            page.page.keyboard.type(LAST_WORD, delay=30)
            sought(page, found, "a word at its end", LAST_WORD)
        for name, bar in bars.items():
            table.most(name, found[name], bar)
        page.open(address)
        page.until(line(""))
        page.page.get_by_role("button", name="To the beginning").click()
        page.until(line("step 0000 "))
        began = page.now()
        table.least("scrolling through it", page.scrolled(36_000, SPEED, 1200, 600), FRAMES)
        table.most("longest task", page.longest(), LONG_TASK)
        table.most("longest task as it is scrolled", page.longest(began), LONG_TASK)
        table.most("what scripts hold", page.heap(), 100, "MB")


def line(text: str) -> str:
    """The condition that a line of the log with a text in it is seen."""
    lines = "[...document.querySelectorAll('[aria-label=\"What the task printed\"] [data-index]')]"
    return f"{lines}.some((each) => each.textContent.includes({text!r}))"


def sought(page: Seen, found: Figures, name: str, text: str) -> None:
    """How long a line took to come that was sought; nothing where it did not."""
    began = page.acted()
    try:
        found.add(name, page.until(line(text), PATIENCE // 6) - began)
    except Failed:
        return


if __name__ == "__main__":
    main()
