"""Photos of every kind come out as RGB, upright; files that are none are named."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from weather_classifier.decode import decode
from weather_classifier.errors import PhotoError


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize(
    ("mode", "colour", "kind", "expected"),
    [
        ("RGB", (10, 20, 30), "PNG", (10, 20, 30)),
        ("L", 77, "PNG", (77, 77, 77)),
        ("1", 1, "PNG", (255, 255, 255)),
        ("P", 3, "PNG", (3, 3, 3)),
        ("RGBA", (200, 100, 0, 255), "PNG", (200, 100, 0)),
        ("RGBA", (200, 100, 0, 0), "PNG", (255, 255, 255)),
        ("LA", (100, 0), "PNG", (255, 255, 255)),
        ("I;16", 257 * 50, "PNG", (50, 50, 50)),
        ("I", 257 * 50, "TIFF", (50, 50, 50)),
        ("F", 50.0, "TIFF", (50, 50, 50)),
        ("CMYK", (0, 255, 255, 0), "TIFF", (255, 0, 0)),
        ("RGB", (10, 20, 30), "BMP", (10, 20, 30)),
        ("L", 77, "GIF", (77, 77, 77)),
        ("L", 77, "JPEG", (77, 77, 77)),
    ],
)
def test_every_mode_becomes_rgb(mode: str, colour: object, kind: str, expected: tuple[int, int, int]) -> None:
    image = Image.new(mode, (7, 5), colour)  # type: ignore[arg-type]
    if mode == "P":
        image.putpalette([value for grey in range(256) for value in (grey, grey, grey)])
    decoded = decode(encoded(image, kind), "x/1.jpg")
    assert decoded.shape == (5, 7, 3)
    assert decoded.dtype == np.uint8
    assert decoded.flags.writeable
    assert tuple(decoded[0, 0]) == expected


def test_a_transparent_palette_colour_becomes_white() -> None:
    image = Image.new("P", (4, 4), 3)
    image.putpalette([value for grey in range(256) for value in (grey, grey, grey)])
    assert decode(encoded(image, "PNG", transparency=3), "x").min() == 255


@given(st.integers(1, 700), st.integers(1, 700))
def test_a_jpeg_is_decoded_no_smaller_than_is_asked_for(width: int, height: int) -> None:
    content = encoded(Image.new("RGB", (width, height)), "JPEG")
    rows, columns, _ = decode(content, "x", shorter_side=64).shape
    assert min(rows, columns) >= min(64, width, height)
    if min(width, height) >= 128:
        assert rows < height
    assert decode(content, "x").shape == (height, width, 3)


def test_a_photo_is_turned_as_its_exif_says() -> None:
    image = Image.new("RGB", (30, 20))
    exif = image.getexif()
    exif[0x0112] = 6
    assert decode(encoded(image, "JPEG", exif=exif), "x").shape == (30, 20, 3)


def test_broken_exif_does_not_matter() -> None:
    content = encoded(Image.new("RGB", (30, 20)), "JPEG", exif=b"Exif\0\0nonsense")
    assert decode(content, "x").shape == (20, 30, 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is no image"),
        (b"these are words", "it is no image"),
        (encoded(Image.effect_noise((64, 64), 50), "JPEG")[:-500], "truncated"),
    ],
)
def test_what_can_not_be_decoded_is_named(content: bytes, message: str) -> None:
    with pytest.raises(PhotoError, match=rf"^rain/7\.jpg can't be decoded: .*{message}.*; repair or remove it$"):
        decode(content, "rain/7.jpg")


def test_real_photos_decode_to_their_size() -> None:
    folder = Path(__file__).parents[6] / "shared" / "data" / "weather" / "frost"
    if not folder.is_dir():
        pytest.skip("../shared/data/weather is not there")
    for file in sorted(folder.iterdir()):
        with Image.open(file) as image:
            assert decode(file.read_bytes(), file.name).shape == (image.height, image.width, 3)
