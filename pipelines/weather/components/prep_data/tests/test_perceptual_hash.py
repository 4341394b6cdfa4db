"""A photo's perceptual hash survives what happens to photos, and tells scenes apart."""

import io
import math
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from prep_data.near_duplicates import DISTANCE
from prep_data.perceptual_hash import perceptual_hash
from prep_data.photos import inspect_image

MakeScene = Callable[..., bytes]

fewer = settings(max_examples=50)

scenes = st.integers(0, 2**32)


def looks(content: bytes) -> int:
    inspection = inspect_image(content)
    assert inspection.fault == ""
    assert inspection.looks is not None
    return inspection.looks


def distance(one: bytes, other: bytes) -> int:
    return (looks(one) ^ looks(other)).bit_count()


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


@fewer
@given(number=scenes, quality=st.integers(30, 95), kind=st.sampled_from(["JPEG", "WEBP"]))
def test_a_photo_that_was_saved_again_looks_alike(make_scene: MakeScene, number: int, quality: int, kind: str) -> None:
    assert distance(make_scene(number), make_scene(number, kind, quality=quality)) <= DISTANCE


@fewer
@given(number=scenes, width=st.integers(180, 600), height=st.integers(140, 500))
def test_a_photo_in_another_size_looks_alike(make_scene: MakeScene, number: int, width: int, height: int) -> None:
    assert distance(make_scene(number), make_scene(number, size=(width, height))) <= DISTANCE


@fewer
@given(numbers=st.lists(scenes, min_size=2, max_size=2, unique=True))
def test_other_scenes_do_not_look_alike(make_scene: MakeScene, numbers: list[int]) -> None:
    assert distance(make_scene(numbers[0]), make_scene(numbers[1])) > DISTANCE


def test_the_bits_are_those_of_the_formula(make_scene: MakeScene) -> None:
    with Image.open(io.BytesIO(make_scene(3, size=(32, 32)))) as image:
        grey = image.convert("L")
    pixels = np.asarray(grey).tolist()
    wave = [[math.cos(math.pi * k * (2 * n + 1) / 64) for n in range(32)] for k in range(8)]
    frequencies = [
        sum(pixels[y][x] * wave[row][y] * wave[column][x] for y in range(32) for x in range(32))
        for row in range(8)
        for column in range(8)
    ]
    bits = "".join("1" if frequency > median(frequencies) else "0" for frequency in frequencies)
    assert perceptual_hash(grey) == int(bits, 2)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_seen_as_its_exif_turns_it(make_scene: MakeScene, orientation: int) -> None:
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    with Image.open(io.BytesIO(make_scene(4))) as upright:
        stored = upright.transpose(turn[orientation]) if orientation in turn else upright.copy()
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert distance(encoded(stored, "JPEG", quality=90, exif=exif), make_scene(4)) <= DISTANCE
    if orientation > 1:
        assert distance(encoded(stored, "JPEG", quality=90), make_scene(4)) > DISTANCE


def test_broken_exif_does_not_matter(make_scene: MakeScene) -> None:
    assert distance(make_scene(5, exif=b"Exif\0\0nonsense"), make_scene(5)) == 0


def test_transparent_parts_are_white(make_scene: MakeScene) -> None:
    with Image.open(io.BytesIO(make_scene(6))) as image:
        hole = Image.new("L", image.size, 255)
        hole.paste(0, (0, 0, 160, 120))
        holed = image.convert("RGBA")
        holed.putalpha(hole)
        white = image.convert("RGB")
        white.paste("white", (0, 0, 160, 120))
    assert distance(encoded(holed), encoded(white)) == 0


def test_grey_of_sixteen_bits_looks_like_grey_of_eight(make_scene: MakeScene) -> None:
    with Image.open(io.BytesIO(make_scene(7))) as image:
        grey = image.convert("L")
    wide = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    assert distance(encoded(wide), encoded(grey)) == 0


@pytest.mark.parametrize("brightness", [0, 100, 255])
def test_a_photo_of_one_brightness_has_no_hash(brightness: int) -> None:
    assert inspect_image(encoded(Image.new("L", (300, 200), brightness), "JPEG")).looks is None
