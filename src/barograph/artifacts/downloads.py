"""Local copies of what lies in object stores, each at a place that its digest names.

A copy is there whole or not at all, and is only read. Whatever is in the folder may be removed while nothing runs: it
is downloaded again when it is needed.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from barograph.artifacts import files
from barograph.artifacts.digest import digest_entries, digest_file, digest_folder
from barograph.artifacts.files import Stopped
from barograph.artifacts.uri import split
from barograph.errors import ArtifactError

_EMPTY_FOLDER = digest_entries({})


def place(uri: str, digest: str, downloads: Path) -> Path:
    """Where the copy is of what is at ``uri``, once it is there. Its name is the one in the store: programs go by a
    file's extension."""
    return downloads / digest.removeprefix("sha256:") / split(uri)[1].rpartition("/")[2]


def fetch(uri: str, digest: str, downloads: Path, stop: Callable[[], bool] = lambda: False) -> Path:
    """The copy of what is at a remote ``uri``, downloaded if it isn't there.

    Args:
        uri: where it is.
        digest: of its content; or its ``version``, where nobody has read the content.
        downloads: the folder of copies.
        stop: asked now and then; once it says so, the download ends.

    Raises:
        ConfigurationError, ArtifactError: it can't be had, or is not what ``digest`` says.
        OSError: it can't be written.
    """
    copy = place(uri, digest, downloads)
    if copy.exists():
        return copy
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Ten tasks that start together and read the same data wait for one download.
        with FileLock(copy.parent / ".lock").acquire(cancel_check=stop):
            if not copy.exists():
                part = copy.parent / ".part"
                _remove(part)
                _download(uri, digest, part, stop)
                _place(part, copy)
    except Timeout:
        raise Stopped("it is no longer wanted") from None
    return copy


def keep(source: Path, uri: str, digest: str, downloads: Path) -> None:
    """Make ``source``, which was uploaded to ``uri``, the copy of it: nobody downloads what was made here."""
    if any(path.is_symlink() for path in (source, *source.rglob("*"))):
        return  # a link may lead to where it was made, which will be gone
    with suppress(OSError):  # there is a copy already, or it belongs to a container's user: it need not be kept
        copy = place(uri, digest, downloads)
        copy.parent.mkdir(parents=True, exist_ok=True)
        _place(source, copy)


def _download(uri: str, digest: str, part: Path, stop: Callable[[], bool]) -> None:
    if digest == _EMPTY_FOLDER:
        part.mkdir()
        return
    found = files.look(uri)
    if found is None:
        raise ArtifactError(f"there is nothing at {uri} any more")
    files.download(uri, part, stop)
    if found.version == digest:
        again = files.look(uri)
        same = again is not None and again.version == digest
    else:
        same = (digest_folder(part) if part.is_dir() else digest_file(part)) == digest
    if not same:
        _remove(part)
        raise ArtifactError(f"what is at {uri} is not what the record says: it was replaced. Import or make it anew")


def _place(source: Path, copy: Path) -> None:
    for path in (source, *source.rglob("*")):
        if path.is_file():
            path.chmod(0o444)
    source.rename(copy)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
