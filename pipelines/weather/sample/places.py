"""Where weather happens: skies, land, trees, towns. Every class shares them, so that none is told by its place."""

import numpy as np

from weather.sample.growth import tree
from weather.sample.painting import (
    Colour,
    Mask,
    Picture,
    Size,
    gradient,
    mixed,
    noise,
    over,
    shape,
    strokes,
)


def sky(rng: np.random.Generator, size: Size, top: Colour, bottom: Colour, cloud: Colour, cover: float) -> Picture:
    """A sky with clouds over a share of it."""
    picture = gradient(size, (0, top), (1, bottom))
    clouds = noise(rng, size, size[1] * 0.3, octaves=5, stretch=2.2)
    return over(picture, cloud, np.clip((clouds - (1 - cover)) * 3, 0, 0.9))


def ridge(rng: np.random.Generator, size: Size, height: float, rough: float) -> Mask:
    """Everything below a skyline of hills; ``height`` is how far down it lies, 0 to 1, ``rough`` how much it varies."""
    width, tall = size
    line = noise(rng, (width, 1), width * 0.35, octaves=5)[0] * 2 - 1
    edge = (height + line * rough) * tall
    below: Mask = np.arange(tall, dtype=np.float32)[:, None] - edge[None, :]
    return np.clip(below, 0, 1)


def land(rng: np.random.Generator, size: Size, near: Colour, far: Colour, grain: float = 0.35) -> Picture:
    """Ground that recedes: finer and more like ``far`` towards the top."""
    picture = gradient(size, (0, far), (1, near))
    texture = noise(rng, size, max(3.0, size[1] * 0.05), octaves=3, stretch=3)
    dark = mixed(near, (0, 0, 0), 0.55)
    return over(picture, dark, texture * grain)


def town(rng: np.random.Generator, size: Size, base: float, tall: float) -> Mask:
    """A row of houses and towers that stands at ``base``, 0 to 1, up to ``tall`` high."""
    width, height = size
    outlines = []
    x = -0.02 * width
    while x < width:
        wide = float(rng.uniform(0.04, 0.13)) * width
        top = (base - tall * float(rng.uniform(0.25, 1))) * height
        outlines.append([(x, height), (x, top), (x + wide, top), (x + wide, height)])
        if rng.random() < 0.25:
            mast = x + wide / 2
            outlines.append([(mast - 1, top), (mast, top - 0.12 * height), (mast + 1, top)])
        x += wide * float(rng.uniform(0.8, 1.3))
    return shape(size, *outlines)


def wood(rng: np.random.Generator, size: Size, base: float, tall: float, count: int) -> Mask:
    """Firs that stand at ``base``, 0 to 1, about ``tall`` high."""
    width, height = size
    outlines = []
    for x in rng.uniform(0, width, count):
        foot = (base + float(rng.uniform(-0.02, 0.03))) * height
        high = tall * float(rng.uniform(0.6, 1.1)) * height
        outlines += fir(float(x), foot, high)
    return shape(size, *outlines)


def fir(x: float, foot: float, high: float) -> list[list[tuple[float, float]]]:
    """Outlines of one fir: three skirts, one over the other, and a trunk."""
    skirts = []
    for level, (top, bottom, wide) in enumerate(((0, 0.45, 0.17), (0.22, 0.7, 0.24), (0.45, 0.93, 0.31))):
        y0, y1 = foot - high * (1 - top), foot - high * (1 - bottom)
        reach = high * wide * (1 + 0.02 * level)
        skirts.append([(x, y0), (x + reach, y1), (x - reach, y1)])
    trunk = high * 0.035
    return [
        *skirts,
        [(x - trunk, foot - high * 0.1), (x + trunk, foot - high * 0.1), (x + trunk, foot), (x - trunk, foot)],
    ]


def bare_trees(rng: np.random.Generator, size: Size, base: float, tall: float, count: int) -> Mask:
    """Leafless trees that stand at ``base``."""
    width, height = size
    segments = []
    for x in rng.uniform(0.05 * width, 0.95 * width, count):
        high = tall * height * float(rng.uniform(0.7, 1.1))
        segments += tree(rng, (float(x), base * height), high * 0.28, width=max(1.2, high * 0.035), depth=5)
    return strokes(size, segments)
