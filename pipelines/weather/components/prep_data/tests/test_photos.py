import io
import random
import re
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageFile
from prep_data.errors import PhotoError
from prep_data.near_duplicates import DISTANCE
from prep_data.photos import ReadPhoto, check_photos, inspect_image, read_photos
from prep_data.source import SourceFile, open_source

MakePhoto = Callable[..., bytes]


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "1"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "WEBP"])
def test_photos_of_every_format_and_mode_are_fine(make_photo: MakePhoto, kind: str, mode: str) -> None:
    if kind == "JPEG" and mode in ("P", "RGBA", "1"):
        mode = "CMYK"
    assert inspect_image(make_photo(1, kind, mode=mode)).fault == ""


def noise(kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    pixels = random.Random(kind).randbytes(200 * 150 * 3)
    Image.frombytes("RGB", (200, 150), pixels).save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(noise("JPEG", quality=90), id="jpeg"),
        pytest.param(noise("JPEG", quality=90, progressive=True), id="progressive"),
        pytest.param(noise("PNG"), id="png"),
        pytest.param(noise("BMP"), id="bmp"),
        pytest.param(noise("GIF"), id="gif"),
        pytest.param(noise("WEBP"), id="webp"),
    ],
)
def test_a_truncated_photo_is_refused(content: bytes, share: float) -> None:
    assert inspect_image(content).fault == ""
    assert "incomplete or damaged" in inspect_image(content[: int(len(content) * share)]).fault


def test_a_jpeg_that_lacks_only_its_last_bytes_is_refused() -> None:
    for missing in (2, 3, 10):
        assert "incomplete or damaged" in inspect_image(noise("JPEG", quality=90)[:-missing]).fault


@pytest.mark.parametrize("content", [b"just text", b"\x00" * 100, b"%PDF-1.7", b"<svg/>", b"\xff\xd8\xff"])
def test_what_is_no_image_is_refused(content: bytes) -> None:
    assert inspect_image(content).fault


def test_a_text_file_and_an_empty_file_are_told_apart() -> None:
    assert "is no image" in inspect_image(b"just text").fault
    assert inspect_image(b"").fault == "is empty"


def test_an_image_of_another_format_is_refused(make_photo: MakePhoto) -> None:
    assert "is no image (JPEG, PNG, BMP, GIF or WEBP)" in inspect_image(make_photo(1, "TIFF")).fault


@pytest.mark.parametrize("side", [9_600, 20_000])
def test_an_image_that_would_fill_the_memory_is_refused(side: int) -> None:
    header = struct.pack("<2sIHHI IiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0)
    assert "pixels" in inspect_image(header).fault


def test_photos_come_in_the_order_of_the_files_each_read_once(folder: Path, contents: dict[str, bytes]) -> None:
    source = open_source(str(folder))
    reads: list[str] = []
    original = source.read

    class Counting:
        uri = source.uri
        readers = 3

        def files(self) -> Sequence[SourceFile]:
            return source.files()

        def read(self, file: SourceFile) -> bytes:
            reads.append(file.name)
            return original(file)

    photos = list(read_photos(Counting(), source.files()))
    assert {photo.file.name: photo.image for photo in photos} == contents
    assert [photo.file.name for photo in photos] == sorted(contents)
    assert sorted(reads) == sorted(contents)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "WEBP"])
def test_the_same_pass_tells_what_a_photo_looks_like(kind: str, make_scene: Callable[..., bytes]) -> None:
    looks = inspect_image(make_scene(1, kind)).looks
    like, unlike = inspect_image(make_scene(1)).looks, inspect_image(make_scene(2)).looks
    assert looks is not None
    assert like is not None
    assert unlike is not None
    assert (looks ^ like).bit_count() <= DISTANCE < (looks ^ unlike).bit_count()


def test_each_photo_is_decoded_once(make_scene: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    loads = 0
    load = ImageFile.ImageFile.load

    def counting(self: ImageFile.ImageFile) -> object:
        nonlocal loads
        loads += bool(self.tile)
        return load(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load", counting)
    assert inspect_image(make_scene(1)).looks is not None
    assert loads == 1


def read(name: str, fault: str = "") -> ReadPhoto:
    return ReadPhoto(SourceFile(name, 1), b"", "", fault)


def test_all_bad_files_are_told_at_once() -> None:
    photos = [read("rain/1.jpg"), read("rain/2.jpg", "is empty"), read("snow/1.jpg", "is no image")]
    checked = check_photos("source", photos, 3)
    assert next(checked).file.name == "rain/1.jpg"
    with pytest.raises(PhotoError, match=re.escape("\n  rain/2.jpg is empty\n  snow/1.jpg is no image")):
        next(checked)


def test_of_many_bad_files_twenty_are_listed() -> None:
    photos = [read(f"rain/{number:03d}.jpg", "is empty") for number in range(1234)]
    with pytest.raises(PhotoError) as raised:
        list(check_photos("source", photos, 5678))
    lines = str(raised.value).splitlines()
    assert "1,234 of 5,678 files" in lines[0]
    assert len(lines) == 22
    assert lines[-1] == "  ... and 1,214 more"
