"""What scenes are painted with: layers of colour and masks that say where they go.

A picture is a float array of shape (height, width, 3), a mask one of shape (height, width); both hold 0 to 1. Places
are pixels, x to the right and y down.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Picture = NDArray[np.floating[Any]]
Mask = NDArray[np.floating[Any]]
Colour = tuple[float, float, float]
Size = tuple[int, int]
"""Width and height."""
Segment = tuple[float, float, float, float, float]
"""A stroke: x and y of its start, x and y of its end, its width."""
Ball = tuple[float, float, float]
"""A round thing: x and y of its centre, its radius."""

_OVERSAMPLED = 2
_Option = TypeVar("_Option")


def rgb(text: str) -> Colour:
    """A colour written as six hexadecimal digits."""
    red, green, blue = bytes.fromhex(text)
    return red / 255, green / 255, blue / 255


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """The first colour with a share of the second in it."""
    red, green, blue = (one + (other - one) * share for one, other in zip(first, second, strict=True))
    return red, green, blue


def one_of(rng: np.random.Generator, options: Sequence[_Option]) -> _Option:
    """One of several, each as likely as the others."""
    return options[int(rng.integers(len(options)))]


def gradient(size: Size, *stops: tuple[float, Colour]) -> Picture:
    """A picture whose colour changes from top to bottom: each stop is a height (0 top, 1 bottom) and a colour."""
    width, height = size
    places = np.linspace(0, 1, height, dtype=np.float32)
    heights = [stop[0] for stop in stops]
    columns = [np.interp(places, heights, [stop[1][channel] for stop in stops]) for channel in range(3)]
    return np.repeat(np.stack(columns, axis=-1)[:, None, :], width, axis=1).astype(np.float32)


def noise(rng: np.random.Generator, size: Size, cell: float, octaves: int = 3, stretch: float = 1.0) -> Mask:
    """A mask of smooth random blotches about ``cell`` pixels high and ``stretch`` times as wide."""
    width, height = size
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        high = max(1.5, cell / 2**octave)
        grid = rng.random((int(height / high) + 3, int(width / (high * stretch)) + 3), np.float32)
        layer = Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)
        total += np.asarray(layer) / 2**octave
    low, top = float(total.min()), float(total.max())
    return (total - low) / max(top - low, 1e-6)


def over(picture: Picture, layer: Colour | Picture, mask: Mask | float) -> Picture:
    """The picture with a colour, or another picture, laid over it where the mask says."""
    share = np.asarray(mask, np.float32)
    if share.ndim:
        share = share[..., None]
    blended: Picture = picture + (np.asarray(layer, np.float32) - picture) * share
    return blended


def drawn(size: Size, draw: Callable[[ImageDraw.ImageDraw, int], None]) -> Mask:
    """A mask drawn with Pillow, smooth at its edges: ``draw`` gets the pen and the factor to scale places by."""
    width, height = size
    canvas = Image.new("L", (width * _OVERSAMPLED, height * _OVERSAMPLED))
    draw(ImageDraw.Draw(canvas), _OVERSAMPLED)
    return np.asarray(canvas.reduce(_OVERSAMPLED), np.float32) / 255


def strokes(size: Size, segments: Iterable[Segment]) -> Mask:
    """A mask of straight strokes."""

    def draw(pen: ImageDraw.ImageDraw, scale: int) -> None:
        for x0, y0, x1, y1, width in segments:
            pen.line((x0 * scale, y0 * scale, x1 * scale, y1 * scale), fill=255, width=max(1, round(width * scale)))

    return drawn(size, draw)


def discs(size: Size, balls: Iterable[Ball]) -> Mask:
    """A mask of filled circles."""

    def draw(pen: ImageDraw.ImageDraw, scale: int) -> None:
        for x, y, radius in balls:
            box = ((x - radius) * scale, (y - radius) * scale, (x + radius) * scale, (y + radius) * scale)
            pen.ellipse(box, fill=255)

    return drawn(size, draw)


def shape(size: Size, *outlines: Sequence[tuple[float, float]]) -> Mask:
    """A mask of filled polygons."""

    def draw(pen: ImageDraw.ImageDraw, scale: int) -> None:
        for outline in outlines:
            pen.polygon([(x * scale, y * scale) for x, y in outline], fill=255)

    return drawn(size, draw)


def blurred(mask: Mask, radius: float) -> Mask:
    """A mask out of focus."""
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def defocused(picture: Picture, radius: float) -> Picture:
    """A picture out of focus."""
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def shaded(picture: Picture, ball: Ball, shade: Callable[[Picture, Mask, Mask, Mask], Picture]) -> None:
    """Paint a ball into the picture, in place.

    ``shade`` gets what is behind the ball, and for each pixel the place on it: x and y from -1 to 1, and how far it
    bulges towards the viewer, 0 to 1; it returns the colours.
    """
    height, width, _ = picture.shape
    x, y, radius = ball
    left, right = max(0, int(x - radius)), min(width, int(x + radius) + 2)
    top, bottom = max(0, int(y - radius)), min(height, int(y + radius) + 2)
    if left >= right or top >= bottom:
        return
    across = ((np.arange(left, right, dtype=np.float32) - x) / radius)[None, :]
    down = ((np.arange(top, bottom, dtype=np.float32) - y) / radius)[:, None]
    squared = across**2 + down**2
    bulge = np.sqrt(np.clip(1 - squared, 0, 1))
    behind = picture[top:bottom, left:right]
    covered = np.clip((1 - np.sqrt(squared)) * radius + 0.5, 0, 1)
    colours = shade(behind, np.broadcast_to(across, squared.shape), np.broadcast_to(down, squared.shape), bulge)
    picture[top:bottom, left:right] = over(behind, colours, covered)
