"""Decodes a photo: the bytes of its file in, RGB out."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from weather_classifier.errors import PhotoError

RgbImage = NDArray[np.uint8]
"""A decoded photo, (height, width, 3)."""

_WITH_ALPHA = {"RGBA", "RGBa", "LA", "La", "PA"}


def decode(image: bytes, name: str, shorter_side: int | None = None) -> RgbImage:
    """The photo as RGB, upright.

    A photo is turned as its EXIF orientation says, because that is how people saw it when they gave it its class,
    and because a sky at the side is something that no pretrained network has seen. Transparent parts become white,
    16 bits a channel become 8, of an animation the first picture is taken.

    Args:
        image: bytes of a file of any format that Pillow reads, whatever its name says.
        name: of the photo, for messages.
        shorter_side: decode a JPEG no larger than is needed for the shorter side to have at least so many pixels,
            which is several times faster for a large photo: a half, a quarter or an eighth of the size comes out of
            the JPEG decoder itself. Other formats, and None, give the full size.

    Returns:
        (height, width, 3) uint8, writable.

    Raises:
        PhotoError: the file is no image, is incomplete or is damaged; the message names the photo.
    """
    try:
        with Image.open(io.BytesIO(image)) as opened:
            if shorter_side is not None:
                opened.draft(None, (shorter_side, shorter_side))
            opened.load()
            return np.array(_upright_rgb(opened), dtype=np.uint8)
    # Whatever a broken file makes a decoder raise: OSError, SyntaxError, ValueError, struct.error, ...
    except Exception as error:
        raise PhotoError(f"{name} can't be decoded: {_reason(error)}; repair or remove it") from error


def _reason(error: Exception) -> str:
    # Pillow's message names a buffer at an address, which tells nobody anything.
    return "it is no image" if isinstance(error, UnidentifiedImageError) else str(error)


def _upright_rgb(image: Image.Image) -> Image.Image:
    try:
        upright = ImageOps.exif_transpose(image)
    # Cameras write all kinds of EXIF; a photo whose EXIF is broken is still a photo.
    except Exception:
        upright = image
    return _rgb(upright)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return _from_wide(image).convert("RGB")
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        straight = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", straight.size, "white"), straight).convert("RGB")
    return image.convert("RGB")


def _from_wide(image: Image.Image) -> Image.Image:
    """A grey image of more than 8 bits as one of 8; Pillow's own conversion would clip everything above 255."""
    values = np.asarray(image, dtype=np.float64)
    wide = image.mode.startswith("I;16") or values.max(initial=0) > 255
    return Image.fromarray(np.clip(np.rint(values / (257 if wide else 1)), 0, 255).astype(np.uint8))
