"""Where photos come from: a local folder or a bucket, listed and read alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prep_data.errors import ParameterError
from prep_data.names import label_of


@dataclass(frozen=True)
class SourceFile:
    """A file as a listing shows it.

    Attributes:
        name: path below the source with forward slashes, such as ``rain/0123.jpg``.
        size: bytes.
        identity: what the listing knows about its content, such as a bucket's generation and checksum; empty where
            only reading it can tell.
        version: tells one writing of it from another, such as a generation or a time; empty in a folder. It is no
            part of what the file is: it only serves to see that it was not touched while it was read.
    """

    name: str
    size: int
    identity: str = ""
    version: str = ""

    @property
    def label(self) -> str:
        """Its class: the first folder of its name."""
        return label_of(self.name)


class Source(Protocol):
    """A place that photos are read from."""

    @property
    def uri(self) -> str:
        """What the user calls it."""
        ...

    @property
    def readers(self) -> int:
        """How many threads read it well at a time."""
        ...

    def files(self) -> Sequence[SourceFile]:
        """List it anew: all files but hidden ones and litter, checked, sorted by name.

        Raises:
            SourceError: it is missing, empty, out of reach, or not laid out as one folder for each class.
        """
        ...

    def read(self, file: SourceFile) -> bytes:
        """The content of a file. Safe to call from several threads.

        Raises:
            SourceError: it can't be read.
            SourceChangedError: it is gone or has another size than in the listing.
        """
        ...


def open_source(data_uri: str) -> Source:
    """The source that ``data_uri`` names: an absolute path (``~`` expands), ``file://``, ``gs://`` or ``s3://``.

    Raises:
        ParameterError: it is none of these.
    """
    scheme, separator, rest = data_uri.partition("://")
    if separator and scheme in ("gs", "s3"):
        # What speaks to a bucket takes a second to import, which no local run should pay.
        from prep_data.bucket import Bucket

        return Bucket(data_uri)
    if separator and scheme != "file":
        raise ParameterError(
            f"data_uri {data_uri!r}: {scheme}:// is not supported; give a folder, gs://bucket/prefix or "
            "s3://bucket/prefix"
        )
    path = rest if separator else data_uri
    if not path.strip():
        raise ParameterError("data_uri is empty; give a folder, gs://bucket/prefix or s3://bucket/prefix")
    try:
        folder = Path(path).expanduser()
    except RuntimeError as error:
        raise ParameterError(f"data_uri {data_uri!r}: {error}") from error
    if not folder.is_absolute():
        raise ParameterError(
            f"data_uri {data_uri!r} is a relative path, and a task runs in a folder of its own; give the whole path"
        )
    from prep_data.local import LocalFolder

    return LocalFolder(folder)
