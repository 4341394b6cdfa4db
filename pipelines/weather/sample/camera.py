"""Takes a photo of a scene, with all that sets real photos apart: size, light, grain, and what is in the file."""

import io

import numpy as np
from PIL import Image

from weather.sample.painting import Picture, Size, defocused, one_of
from weather.sample.scenes import Scene

SMALLEST = 120
LARGEST = 1600

_PAINTED = 320
_SHAPES = ((4, 3), (4, 3), (3, 2), (16, 9), (1, 1), (3, 4))

# What is in the file, for every fortieth photo each; all others are colour JPEGs. Real sets have all of these behind
# the ending .jpg.
_ODD = {3: "png", 8: "grey", 13: "rgba", 18: "palette", 23: "gif", 28: "bmp", 33: "grey", 38: "png"}
_LARGEST_AT, _SMALLEST_AT = 11, 31
_ROUND = 40


def photo(rng: np.random.Generator, scene: Scene, number: int) -> bytes:
    """The file of one photo.

    Args:
        rng: decides about everything that varies freely.
        scene: what is in the picture.
        number: the photo's number in the set; decides what must occur for certain, such as every format.
    """
    kind = _ODD.get(number % _ROUND, "jpeg")
    size = _size(rng, number % _ROUND)
    width, height = size
    shrink = min(1.0, _PAINTED / max(size))
    painted = (max(8, round(width * shrink)), max(8, round(height * shrink)))
    picture = _developed(rng, scene(rng, painted))
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    return _encoded(rng, _grained(rng, image.resize(size, Image.Resampling.BICUBIC)), kind)


def _size(rng: np.random.Generator, turn: int) -> Size:
    longest = round(float(np.exp(rng.uniform(np.log(150), np.log(620)))))
    if turn == _LARGEST_AT:
        longest = LARGEST
    elif turn == _SMALLEST_AT:
        longest = SMALLEST
    across, down = one_of(rng, _SHAPES)
    return round(longest * across / max(across, down)), round(longest * down / max(across, down))


def _developed(rng: np.random.Generator, picture: Picture) -> Picture:
    """The picture with another exposure, contrast, white balance, focus, vignette, or mirrored."""
    height, width, _ = picture.shape
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    contrast, brightness = float(rng.uniform(0.75, 1.2)), float(rng.normal(0, 0.07))
    balance = rng.normal(1, 0.05, 3).astype(np.float32)
    picture = ((picture - 0.5) * contrast + 0.5 + brightness) * balance
    grey = picture.mean(axis=2, keepdims=True)
    picture = grey + (picture - grey) * float(rng.uniform(0.55, 1.15))
    if rng.random() < 0.3:
        across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        picture = picture * (1 - float(rng.uniform(0.15, 0.45)) * (across**2 + down**2) / 2)[..., None]
    if rng.random() < 0.35:
        picture = defocused(picture, float(rng.uniform(0.3, 1.6)))
    return picture


def _grained(rng: np.random.Generator, image: Image.Image) -> Image.Image:
    # Grain is drawn once for a patch and repeated: nobody sees it, and a large photo takes no longer than a small one.
    pixels = np.asarray(image, np.int16)
    height, width, _ = pixels.shape
    patch = rng.normal(0, float(rng.uniform(1, 9)), (128, 128, 1)).astype(np.int16)
    grain = np.tile(patch, (height // 128 + 1, width // 128 + 1, 1))[:height, :width]
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


def _encoded(rng: np.random.Generator, image: Image.Image, kind: str) -> bytes:
    content = io.BytesIO()
    if kind == "png":
        image.save(content, "PNG", compress_level=3)
    elif kind == "rgba":
        alpha = Image.radial_gradient("L").point(lambda value: 255 - max(0, value - 128)).resize(image.size)
        image.putalpha(alpha)
        image.save(content, "PNG", compress_level=3)
    elif kind == "palette":
        image.quantize(64).save(content, "PNG", compress_level=3)
    elif kind == "gif":
        image.quantize(128).save(content, "GIF")
    elif kind == "bmp":
        image.save(content, "BMP")
    else:
        taken = image.convert("L") if kind == "grey" else image
        quality = int(rng.integers(72, 95))
        taken.save(content, "JPEG", quality=quality, progressive=bool(rng.random() < 0.2))
    return content.getvalue()
