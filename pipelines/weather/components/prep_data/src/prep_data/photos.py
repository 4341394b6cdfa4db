"""Reads photos, each once, and makes sure that every one of them is a whole image."""

import hashlib
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from PIL import Image, UnidentifiedImageError

from prep_data.errors import PhotoError
from prep_data.perceptual_hash import SHORTER_SIDE, perceptual_hash
from prep_data.source import Source, SourceFile

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")
MAX_PIXELS = 89_478_485
"""Pixels a photo may have; what Pillow takes for the limit beyond which a file may be meant to fill the memory."""

_LISTED = 20


@dataclass(frozen=True)
class ReadPhoto:
    """A photo's content, as it was read.

    Attributes:
        file: the file it came from.
        image: its bytes.
        sha256: their hexadecimal sha256.
        fault: what is wrong with it, or nothing.
        looks: its perceptual hash; None where it has none.
    """

    file: SourceFile
    image: bytes
    sha256: str
    fault: str = ""
    looks: int | None = None


@dataclass(frozen=True)
class Inspection:
    """What decoding a file once tells.

    Attributes:
        fault: what keeps it from being a photo, or an empty text if it is one.
        looks: its perceptual hash; None where it has none.
    """

    fault: str = ""
    looks: int | None = None


def read_photos(source: Source, files: Sequence[SourceFile]) -> Iterator[ReadPhoto]:
    """Read and check photos in several threads, and give them in the order of ``files``.

    Only a few are in memory at a time.

    Raises:
        SourceError, SourceChangedError: see ``Source.read``.
    """
    readers = ThreadPoolExecutor(source.readers)
    try:
        waiting = iter(files)
        reading: deque[Future[ReadPhoto]] = deque()
        for file in islice(waiting, 2 * source.readers):
            reading.append(readers.submit(_read, source, file))
        while reading:
            yield reading.popleft().result()
            for file in islice(waiting, 1):
                reading.append(readers.submit(_read, source, file))
    finally:
        readers.shutdown(cancel_futures=True)


def inspect_image(content: bytes) -> Inspection:
    """Whether a file is a photo, and what it looks like.

    What counts is the bytes, not the name: a ``.jpg`` may be a PNG. The first frame is decoded to its end, a JPEG at a
    half to an eighth of its size and without its colours, which reads the file as a whole at a fraction of the time.
    """
    if not content:
        return Inspection("is empty")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return Inspection(f"has {width} x {height} pixels; at most {MAX_PIXELS:,} are allowed")
            image.draft("L", (max(SHORTER_SIDE, width // 8), max(SHORTER_SIDE, height // 8)))
            image.load()
            return Inspection(looks=perceptual_hash(image))
    except UnidentifiedImageError:
        return Inspection("is no image (JPEG, PNG, BMP, GIF or WEBP)")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Inspection(f"has more than {MAX_PIXELS:,} pixels")
    # Whatever a broken file makes a decoder raise: OSError, SyntaxError, ValueError, struct.error, ...
    except Exception as error:
        return Inspection(f"is incomplete or damaged ({error})")


def check_photos(uri: str, photos: Iterable[ReadPhoto], count: int) -> Iterator[ReadPhoto]:
    """Pass on photos that are whole images, and tell of all the others at the end.

    Args:
        uri: the source, for messages.
        photos: what was read.
        count: how many there are in all, for messages.

    Raises:
        PhotoError: after the last photo, if some were at fault; it names the first twenty.
    """
    faults = []
    for photo in photos:
        if photo.fault:
            faults.append(f"{photo.file.name} {photo.fault}")
        else:
            yield photo
    if faults:
        more = [f"... and {len(faults) - _LISTED:,} more"] if len(faults) > _LISTED else []
        lines = "".join(f"\n  {fault}" for fault in [*faults[:_LISTED], *more])
        files = "1 file is" if len(faults) == 1 else f"{len(faults):,} of {count:,} files are"
        raise PhotoError(f"{uri}: {files} not a photo; repair or remove:{lines}")


def _read(source: Source, file: SourceFile) -> ReadPhoto:
    content = source.read(file)
    inspection = inspect_image(content)
    return ReadPhoto(file, content, hashlib.sha256(content).hexdigest(), inspection.fault, inspection.looks)
