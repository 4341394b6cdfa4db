"""What a browser does with a page: when something is there, how long it is busy, and how many frames it shows."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Page, Request, sync_playwright

WIDTH, HEIGHT = 1440, 900
PATIENCE = 60_000
"""Milliseconds after which something is taken not to come."""
PROBE = """
  const probe = (window.probe = { tasks: [], frames: [], at: 0 });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push([startTime, startTime + duration]);
  }).observe({ type: "longtask", buffered: true });
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => { probe.at = performance.now(); }, { capture: true });
"""
SEEN = """() => new Promise((resolve, reject) => {
  const end = performance.now() + %d;
  const isThere = () => %s;
  const look = () => {
    if (isThere()) resolve(performance.now());
    else if (performance.now() > end) reject(new Error("it did not come"));
    else requestAnimationFrame(look);
  };
  look();
})"""
TOOK = """() => new Promise((resolve) => {
  const began = performance.now();
  %s;
  const look = () => (%s ? resolve([began, performance.now()]) : requestAnimationFrame(look));
  requestAnimationFrame(look);
})"""
CALM = """(since) => new Promise((resolve) => {
  const look = () => {
    const last = Math.max(since, ...probe.tasks.map(([, end]) => end));
    if (performance.now() - last > 500) resolve(last);
    else setTimeout(look, 50);
  };
  look();
})"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
LONGEST = "(since) => Math.max(0, ...probe.tasks.filter(([, end]) => end > since).map(([from, end]) => end - from))"
TICK = """() => {
  probe.frames = [];
  const tick = (at) => { probe.frames.push(at); probe.ticking = requestAnimationFrame(tick); };
  probe.ticking = requestAnimationFrame(tick);
}"""
TICKED = "() => { cancelAnimationFrame(probe.ticking); return probe.frames; }"
# A script moves the pointer, once a frame: what comes from outside is slower than a page where the machine is busy.
DRIVE = """async ([kind, steps, by, x, y]) => {
  const target = document.elementFromPoint(x, y);
  const tell = (Kind, name, right, down, more) =>
    target.dispatchEvent(new Kind(name, {
      clientX: x + right, clientY: y + down, view: window, bubbles: true, cancelable: true, ...more,
    }));
  const moves = {
    wheel: () => tell(WheelEvent, "wheel", 0, 0, { deltaY: by }),
    left: (step) => tell(MouseEvent, "mousemove", -by * step, 0, { buttons: 1 }),
    round: (step) => {
      const turn = (2 * Math.PI * step) / 45;
      tell(MouseEvent, "mousemove", by * Math.sin(turn), by * (1 - Math.cos(turn)), { buttons: 1 });
    },
  };
  if (kind !== "wheel") tell(MouseEvent, "mousedown", 0, 0, { buttons: 1 });
  const frames = [];
  for (let step = 0; step < steps; step++) {
    frames.push(await new Promise(requestAnimationFrame));
    moves[kind](step);
  }
  if (kind !== "wheel") tell(MouseEvent, "mouseup", 0, 0, {});
  return frames;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise SystemExit("no chromium is installed")
    with sync_playwright() as playwright:
        # Its own sandbox can't be had by root in a container.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Seen:
    """A page that is looked at. All times are milliseconds since it was asked for, unless they say otherwise.

    Attributes:
        requests: what it asked for and got.
        workers: addresses of the scripts of workers, of whose requests the browser tells nobody.
    """

    page: Page
    requests: list[Request] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)

    def sizes(self) -> dict[str, int]:
        """Bytes of what came over the wire, by address."""
        found = {request.url: request.sizes()["responseBodySize"] for request in self.requests}
        return {url: size for url, size in found.items() if size > 0}  # it is less for what the browser had already

    def open(self, address: str) -> None:
        """Go to a page; do not wait for it."""
        self.page.goto(address, wait_until="commit")

    def painted(self) -> float:
        """When something was seen first."""
        self.until("performance.getEntriesByName('first-contentful-paint').length")
        return float(self.page.evaluate(PAINTED))

    def until(self, condition: str, patience: int = PATIENCE) -> float:
        """When a condition, in JavaScript, came to hold."""
        return float(self.page.evaluate(SEEN % (patience, condition)))

    def there(self, selector: str) -> float:
        """When an element was there."""
        return self.until(f"document.querySelector({selector!r})")

    def took(self, act: str, condition: str) -> tuple[float, float]:
        """When something was done, in JavaScript, and when a condition holds again afterwards."""
        began, ended = self.page.evaluate(TOOK % (act, condition))
        return began, ended

    def press(self, selector: str) -> None:
        """Click on the middle of the first such element, or on what lies over it there."""
        box = self.page.locator(selector).first.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def calm(self, since: float) -> float:
        """When the last long task after ``since`` ended that no other followed within half a second."""
        return float(self.page.evaluate(CALM, since))

    def now(self) -> float:
        """The time."""
        return float(self.page.evaluate("() => performance.now()"))

    def acted(self) -> float:
        """When the last key or button was pressed."""
        return float(self.page.evaluate("() => probe.at"))

    def longest(self, since: float = 0) -> float:
        """How long the page answered to nothing, at the longest; 0 where never longer than 50 ms."""
        self.calm(since)
        return float(self.page.evaluate(LONGEST, since))

    def moved(self, kind: Literal["wheel", "left", "round"], steps: int, by: float, x: float, y: float) -> float:
        """Frames per second while the wheel is turned at a place, or what is there is dragged to the left or round."""
        return rate(self.page.evaluate(DRIVE, [kind, steps, by, x, y]))

    def scrolled(self, by: float, speed: float, x: float, y: float) -> float:
        """Frames per second while what is at a place is scrolled down, so many pixels a second."""
        session = self.page.context.new_cdp_session(self.page)
        self.page.evaluate(TICK)
        gesture = {"x": x, "y": y, "yDistance": -by, "speed": int(speed), "gestureSourceType": "mouse"}
        session.send("Input.synthesizeScrollGesture", gesture)
        return rate(self.page.evaluate(TICKED))

    def heap(self) -> float:
        """MB that its scripts hold."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        session.send("Performance.enable")
        found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        session.detach()
        return float(found["JSHeapUsedSize"]) / 1e6


def rate(frames: Sequence[float]) -> float:
    """How many there are in a second, of frames at such times."""
    return 1000 * (len(frames) - 1) / (frames[-1] - frames[0])


@contextmanager
def seeing(browser: Browser) -> Iterator[Seen]:
    """A page of a session of its own: nothing is kept from another."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.add_init_script(PROBE)
    seen = Seen(page)

    context.on("requestfinished", lambda request: seen.requests.append(request))
    page.on("worker", lambda worker: seen.workers.append(worker.url))
    try:
        yield seen
    finally:
        context.close()
