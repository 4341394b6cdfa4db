"""Things that grow: trees, bolts, crystals, blades and webs, as strokes and outlines."""

import math
from itertools import pairwise

import numpy as np

from weather.sample.painting import Segment, Size


def tree(
    rng: np.random.Generator,
    place: tuple[float, float],
    length: float,
    *,
    angle: float = -math.pi / 2,
    width: float,
    depth: int = 6,
    spread: float = 0.5,
) -> list[Segment]:
    """A bare tree or twig that grows from a place: a trunk of some length, and branches ``depth`` times over."""
    x, y = place
    end_x, end_y = x + length * math.cos(angle), y + length * math.sin(angle)
    grown = [(x, y, end_x, end_y, width)]
    if depth == 0 or length < 2:
        return grown
    for _ in range(int(rng.integers(2, 4))):
        turn = float(rng.normal(0, spread))
        shrunk = float(rng.uniform(0.62, 0.86))
        grown += tree(
            rng,
            (end_x, end_y),
            length * shrunk,
            angle=angle + turn,
            width=max(0.5, width * 0.66),
            depth=depth - 1,
            spread=spread,
        )
    return grown


def twig(
    rng: np.random.Generator, place: tuple[float, float], length: float, angle: float, width: float, bend: float = 0.25
) -> list[Segment]:
    """A long thin branch that wanders, with side twigs."""
    x, y = place
    grown: list[Segment] = []
    steps = 14
    for step in range(steps):
        angle += float(rng.normal(0, bend / 2))
        end_x, end_y = x + length / steps * math.cos(angle), y + length / steps * math.sin(angle)
        thin = width * (1 - 0.7 * step / steps)
        grown.append((x, y, end_x, end_y, thin))
        if length > 20 and width > 1.2 and rng.random() < 0.33:
            side = angle + float(rng.choice((-1, 1))) * float(rng.uniform(0.4, 1.0))
            grown += twig(rng, (end_x, end_y), length * float(rng.uniform(0.2, 0.45)), side, thin * 0.6, bend)
        x, y = end_x, end_y
    return grown


def bolt(
    rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float], width: float, forks: int
) -> list[Segment]:
    """A lightning bolt: a jagged line, and forks that leave it."""
    points = [start, end]
    sway = math.dist(start, end) * 0.16
    while len(points) < 65:
        between = []
        for (x0, y0), (x1, y1) in pairwise(points):
            middle = ((x0 + x1) / 2 + float(rng.normal(0, sway)), (y0 + y1) / 2 + float(rng.normal(0, sway * 0.4)))
            between += [(x0, y0), middle]
        points = [*between, points[-1]]
        sway *= 0.52
    grown = [(x0, y0, x1, y1, width) for (x0, y0), (x1, y1) in pairwise(points)]
    for _ in range(forks):
        at = points[int(rng.integers(len(points) // 8, len(points) * 3 // 4))]
        reach = math.dist(start, end) * float(rng.uniform(0.18, 0.45))
        down = math.pi / 2 + float(rng.normal(0, 0.7))
        tip = (at[0] + reach * math.cos(down), at[1] + reach * math.sin(down))
        grown += bolt(rng, at, tip, width * 0.5, max(0, forks // 2 - 1))
    return grown


def fern(
    rng: np.random.Generator, place: tuple[float, float], length: float, angle: float, depth: int = 3
) -> list[Segment]:
    """A frost flower: a stem with side stems at sixty degrees, and theirs, shorter towards the tip."""
    x, y = place
    grown: list[Segment] = []
    steps = max(4, int(length / 5))
    curl = float(rng.normal(0, 0.35)) / steps
    for step in range(steps):
        angle += curl
        end_x, end_y = x + length / steps * math.cos(angle), y + length / steps * math.sin(angle)
        grown.append((x, y, end_x, end_y, 0.45 + 0.35 * depth * (1 - step / steps)))
        if depth > 1 and step:
            for side in (-1, 1):
                reach = length * 0.42 * (1 - step / steps) * float(rng.uniform(0.6, 1.1))
                if reach > 3:
                    grown += fern(rng, (end_x, end_y), reach, angle + side * math.pi / 3, depth - 1)
        x, y = end_x, end_y
    return grown


def needles(rng: np.random.Generator, segments: list[Segment], length: float, each: float) -> list[Segment]:
    """Short spikes that stand on strokes, on all sides: about one for every ``each`` pixels."""
    grown: list[Segment] = []
    for x0, y0, x1, y1, _ in segments:
        count = int(rng.poisson(math.dist((x0, y0), (x1, y1)) / each))
        along = math.atan2(y1 - y0, x1 - x0)
        for place, side, turn, share in zip(
            rng.random(count), rng.integers(0, 2, count), rng.normal(0, 0.5, count), rng.random(count), strict=True
        ):
            x, y = x0 + (x1 - x0) * place, y0 + (y1 - y0) * place
            angle = along + (side - 0.5) * math.pi + turn
            reach = length * (0.4 + 0.6 * share)
            grown.append((x, y, x + reach * math.cos(angle), y + reach * math.sin(angle), 0.7))
    return grown


def blade(rng: np.random.Generator, size: Size) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """A blade of grass that bends: its outline, and the points along its middle."""
    width, height = size
    x, y = float(rng.uniform(-0.1, 1.1)) * width, height * 1.05
    angle = -math.pi / 2 + float(rng.normal(0, 0.5))
    bend = float(rng.normal(0, 0.06))
    thick = min(size) * float(rng.uniform(0.02, 0.05))
    reach = height * float(rng.uniform(0.6, 1.3)) / 20
    left, right, spine = [], [], []
    for step in range(20):
        half = thick * (1 - step / 19)
        left.append((x - half * math.sin(angle), y + half * math.cos(angle)))
        right.append((x + half * math.sin(angle), y - half * math.cos(angle)))
        spine.append((x, y))
        x, y = x + reach * math.cos(angle), y + reach * math.sin(angle)
        angle += bend
    return [*left, *reversed(right)], spine


def veins(rng: np.random.Generator, size: Size) -> list[Segment]:
    """The veins of a leaf that fills the picture."""
    width, height = size
    tilt = float(rng.normal(0, 0.3))
    grown = [(0.0, height * (0.5 - tilt), float(width), height * (0.5 + tilt), 3.0)]
    for x in np.arange(-0.6, 1.4, float(rng.uniform(0.08, 0.16))):
        y = 0.5 + tilt * (2 * x - 1)
        for side in (-1, 1):
            grown.append((x * width, y * height, (x + 0.5) * width, (y + side * 0.75) * height, 1.5))
    return grown


def web(rng: np.random.Generator, size: Size) -> tuple[list[Segment], list[tuple[float, float]]]:
    """A spider's web: its threads, and places on them where drops hang."""
    width, height = size
    hub_x, hub_y = float(rng.uniform(0.2, 0.8)) * width, float(rng.uniform(0.2, 0.8)) * height
    angles = np.sort(rng.uniform(0, 2 * math.pi, 6)).tolist() + np.linspace(0, 2 * math.pi, 12, endpoint=False).tolist()
    angles.sort()
    spokes = [(math.cos(angle), math.sin(angle)) for angle in angles]
    far = max(size)
    threads = [(hub_x, hub_y, hub_x + far * dx, hub_y + far * dy, 0.8) for dx, dy in spokes]
    beads = []
    gap = min(size) * float(rng.uniform(0.055, 0.09))
    for ring in range(2, int(far / gap)):
        for (ax, ay), (bx, by) in zip(spokes, [*spokes[1:], spokes[0]], strict=True):
            x0, y0, x1, y1 = (
                hub_x + ring * gap * ax,
                hub_y + ring * gap * ay,
                hub_x + ring * gap * bx,
                hub_y + ring * gap * by,
            )
            sag = 0.15 * math.dist((x0, y0), (x1, y1))
            middle = ((x0 + x1) / 2 * 0.94 + hub_x * 0.06, (y0 + y1) / 2 * 0.94 + hub_y * 0.06 + sag * 0.3)
            threads += [(x0, y0, *middle, 0.8), (*middle, x1, y1, 0.8)]
            for share in np.arange(0.05, 1, 0.16):
                start, end, part = ((x0, y0), middle, share * 2) if share < 0.5 else (middle, (x1, y1), share * 2 - 1)
                x, y = start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
                if 0 < x < width and 0 < y < height and rng.random() < 0.8:
                    beads.append((x, y))
    return threads, beads[:420]
