"""A photo: its name, its class and the bytes of its file."""

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Photo:
    """A photo as it was found in the source.

    Attributes:
        name: path below the source with forward slashes, such as ``rain/0123.jpg``.
        label: its class.
        image: the file's bytes, undecoded; what they are is told by the bytes, not by the name.
    """

    name: str
    label: str
    image: bytes

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal sha256 of the file's bytes."""
        return hashlib.sha256(self.image).hexdigest()

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return len(self.image)
