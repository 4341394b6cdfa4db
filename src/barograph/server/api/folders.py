"""Folders that tasks left: which files are in them, one of them, and all of them in one stream."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from barograph.errors import NotFoundError, RequestError

_PIECE = 1 << 18


def files_in(folder: Path) -> Iterator[str]:
    """The names of the files in a folder and the folders in it, in order; what a link leads out to is left out.

    Args:
        folder: without links.
    """
    following = [_entries(folder)]
    while following:
        entry = next(following[-1], None)
        if entry is None:
            following.pop()
        elif entry.is_dir(follow_symlinks=False):
            following.append(_entries(entry))
        elif (path := Path(entry)).is_file() and path.resolve().is_relative_to(folder):
            yield path.relative_to(folder).as_posix()


def level_of(folder: Path, name: str) -> list["os.DirEntry[str]"]:
    """What stands directly in the folder of this name in a folder, ``""`` for itself: folders first, by name; what a
    link leads out to is left out, and folders that are links.

    Args:
        folder: without links.

    Raises:
        RequestError: the name is none of a folder in a folder.
        NotFoundError: there is none.
    """
    found = _found(folder, name)
    if found is None or not found.is_dir():
        raise NotFoundError(f"the folder has no folder {name!r}")
    shown = [entry for entry in _entries(found) if _is_inside(entry, folder)]
    return sorted(shown, key=lambda entry: not entry.is_dir(follow_symlinks=False))


def _is_inside(entry: "os.DirEntry[str]", folder: Path) -> bool:
    if not entry.is_symlink():
        return entry.is_dir() or entry.is_file()
    return entry.is_file() and Path(entry).resolve().is_relative_to(folder)


def _entries(folder: "os.PathLike[str]") -> Iterator["os.DirEntry[str]"]:
    with os.scandir(folder) as entries:
        return iter(sorted(entries, key=lambda entry: entry.name))


def file_in(folder: Path, name: str) -> Path:
    """The file of this name in a folder, without links.

    Raises:
        RequestError: the name is none of a file in a folder.
        NotFoundError: there is none, or a link leads out to it.
    """
    found = _found(folder, name)
    if found is None or not found.is_file():
        raise NotFoundError(f"the folder has no file {name!r}")
    return found


def _found(folder: Path, name: str) -> Path | None:
    """What has this name in a folder, without links; None where nothing has, or where a link leads out to it."""
    if "\0" in name or name.startswith("/") or ".." in name.split("/"):
        raise RequestError(f"{name!r} is no name of a file in a folder")
    try:
        found = (folder / name).resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    return found if found.is_relative_to(folder) else None


def zipped(folder: Path) -> Iterator[bytes]:
    """The files in a folder as a zip archive, a piece at a time. The same folder gives the same bytes."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name in files_in(folder):
            entry = zipfile.ZipInfo(name.encode(errors="replace").decode())
            entry.external_attr = 0o644 << 16
            with (folder / name).open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(_PIECE):
                    target.write(piece)
                    yield sink.take()
    yield sink.take()


class _Sink:
    """Where an archive is written to, to be taken piece by piece."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held
