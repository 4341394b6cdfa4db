"""Small splits for the tests of all components that read one."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image
from weather_splits import Photo, Split, SplitWriter

COLOURS = {"dew": (40, 160, 60), "rain": (60, 70, 120), "snow": (235, 240, 245)}


def picture(label: str, number: int, size: tuple[int, int] = (48, 40)) -> bytes:
    """A JPEG that is mostly of its class's colour; another number gives other bytes."""
    image = Image.new("RGB", size, COLOURS[label])
    image.paste((number * 37 % 256, number * 11 % 256, number * 5 % 256), (number % 20, 4, number % 20 + 8, 12))
    content = io.BytesIO()
    image.save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def make_split(tmp_path: Path) -> Callable[..., Split]:
    """Makes a split of so many photos of each class."""

    def make(counts: Mapping[str, int], name: str = "split", start: int = 0) -> Split:
        folder = tmp_path / name
        with SplitWriter(folder, list(COLOURS)) as writer:
            for label, count in sorted(counts.items()):
                for number in range(start, start + count):
                    writer.add(Photo(f"{label}/{number:03d}.jpg", label, picture(label, number)))
        return Split.open(folder)

    return make
