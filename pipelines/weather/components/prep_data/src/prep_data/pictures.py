"""Decoded photos as people and a trained model see them: upright, transparent parts white, 8 bits a channel.

``weather_classifier.decode`` does the same for training; it can't be used here, as it brings torch.
"""

import base64
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

_THUMBNAIL = (200, 150)
_ENOUGH = (160, 120)


@dataclass(frozen=True)
class Thumbnail:
    """A small picture of a photo.

    Attributes:
        address: the picture itself, as a ``data:`` address.
        width, height: of the photo, in pixels.
    """

    address: str
    width: int
    height: int


def flat(image: Image.Image, mode: str) -> Image.Image:
    """The picture as ``L`` or ``RGB``, transparent parts white."""
    if image.mode.startswith("I"):
        # Pillow's own conversion would clip everything above 255.
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8)).convert(mode)
    if image.has_transparency_data:
        straight = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", straight.size, "white"), straight).convert(mode)
    return image if image.mode == mode else image.convert(mode)


def upright(image: Image.Image) -> Image.Image:
    """The picture turned as its EXIF orientation says."""
    try:
        return ImageOps.exif_transpose(image)
    # Cameras write all kinds of EXIF; a photo whose EXIF is broken is still a photo.
    except Exception:
        return image


def thumbnail(content: bytes) -> Thumbnail:
    """A small picture, a JPEG of a few kilobytes, of a photo that is known to be whole."""
    with Image.open(io.BytesIO(content)) as image:
        size = image.size
        # Half of a common web photo is enough to tell it by, and takes half the time.
        image.draft(None, _ENOUGH)
        picture = upright(image)
        width, height = size if picture.size == image.size else size[::-1]
        picture = flat(picture, "RGB")
        picture.thumbnail(_THUMBNAIL, Image.Resampling.BILINEAR)
        jpeg = io.BytesIO()
        picture.save(jpeg, "JPEG", quality=70)
    return Thumbnail(f"data:image/jpeg;base64,{base64.b64encode(jpeg.getvalue()).decode()}", width, height)
