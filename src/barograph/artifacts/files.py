"""Files and folders in object stores. The only module that touches fsspec, which it imports when it is first asked:
a run whose artifacts are all on this machine pays nothing for it.
"""

import errno
import importlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barograph.artifacts.digest import digest_json
from barograph.artifacts.uri import Scheme, split
from barograph.errors import ArtifactError, ConfigurationError

PATIENCE = 10.0
"""Seconds that a store has to say whether something is there. Without a network its library would try for minutes."""

_LIBRARIES = ("aiohttp", "aiobotocore", "botocore", "google", "requests", "socket", "urllib3")
_OURS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)
"""Errors of this machine's files, among those that come up while a store is asked."""

_systems: dict[tuple[str, str | None], Any] = {}
_lock = threading.Lock()


class Unanswered(ArtifactError):
    """A store can't be asked: there is no way to it, or nothing to show it who asks."""


class Stopped(ArtifactError):
    """A download was given up, because whoever wanted it no longer does."""


@dataclass(frozen=True)
class Found:
    """What is at an address.

    Attributes:
        version: ``sha256:...`` of the address and of what the store says of each object there: another one once any of
            them is replaced by other bytes, added or removed.
        size: bytes in all.
        is_folder: whether it is a folder: objects whose names begin with the address.
    """

    version: str
    size: int
    is_folder: bool


def look(uri: str) -> Found | None:
    """What is at a remote ``uri``; None where nothing is.

    Raises:
        ConfigurationError: the package that speaks to the store is not installed.
        Unanswered: the store can't be asked.
        ArtifactError: it does not let this machine in.
    """
    with _asking(uri) as (files, path):
        listing = _listing(files, path)
    if listing is None:
        return None
    version = digest_json({"uri": uri.rstrip("/"), "objects": {name: _identity(i) for name, i in listing.items()}})
    return Found(version, sum(int(info["size"]) for info in listing.values()), "" not in listing)


def exists(uri: str) -> bool:
    """Whether anything is at a remote ``uri``.

    Raises:
        ConfigurationError, Unanswered, ArtifactError: as ``look`` does.
    """
    with _asking(uri) as (files, path):
        return _info(files, path) is not None


def check_access(uri: str) -> None:
    """Make sure that what is below a remote ``uri`` can be listed, be there anything or not.

    Raises:
        ConfigurationError, Unanswered, ArtifactError: as ``look`` does; also where there is no such bucket.
    """
    with _asking(uri) as (files, path):
        bucket, _, prefix = path.partition("/")
        # Of the bucket itself, whoever may use what is in it may know nothing.
        if hasattr(files, "call_s3"):
            files.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1, timeout=PATIENCE)
        else:
            files.call("GET", "b/{}/o", bucket, prefix=prefix, maxResults=1, json_out=True, timeout=PATIENCE)


def download(uri: str, target: Path, stop: Callable[[], bool] = lambda: False) -> None:
    """Copy the file or folder at a remote ``uri`` to ``target``, where nothing is yet.

    Args:
        uri: where it is.
        target: where it goes; after an error, parts of it may be there.
        stop: asked now and then; once it says so, the download ends.

    Raises:
        ConfigurationError, Unanswered, ArtifactError: as ``look`` does; also where nothing is there, or a name in the
            folder can't be a file's.
        Stopped: ``stop`` said so.
        OSError: it can't be written.
    """
    with _asking(uri) as (files, path):
        listing = _listing(files, path)
        if listing is None:
            raise FileNotFoundError(path)
        if unfit := next((name for name in listing if {"..", ""} & set(name.split("/")) and name), None):
            raise ArtifactError(f"{uri}: the name {unfit!r} can't be a file's on this machine")
        places = {name: target / name if name else target for name in listing}
        files.get([_join(path, name) for name in listing], [str(p) for p in places.values()], callback=_stopping(stop))
    for name, info in listing.items():
        if places[name].stat().st_size != int(info["size"]):
            raise ArtifactError(f"{_join(uri, name)} was replaced while it was downloaded; try again")


def upload(source: Path, uri: str) -> None:
    """Copy the file or folder ``source`` to a remote ``uri``. Empty folders leave no trace there.

    Raises:
        ConfigurationError, Unanswered, ArtifactError: as ``look`` does; parts of it may be there.
    """
    with _asking(uri) as (files, path):
        inside = [entry for entry in source.rglob("*") if entry.is_file()] if source.is_dir() else [source]
        sizes = {_name(entry, source): entry.stat().st_size for entry in inside}
        if not sizes:
            return
        files.put([str(entry) for entry in inside], [_join(path, name) for name in sizes])
        there = _listing(files, path) or {}
    for name, size in sizes.items():
        if name not in there or int(there[name]["size"]) != size:
            raise ArtifactError(f"{_join(uri, name)} did not arrive whole; try again")


def remove(uri: str) -> None:
    """Remove the file or folder at a remote ``uri``, if there is one.

    Raises:
        ConfigurationError, Unanswered, ArtifactError: as ``look`` does.
    """
    with _asking(uri) as (files, path):
        for name in _listing(files, path) or {}:
            files.rm_file(_join(path, name))


def _name(entry: Path, folder: Path) -> str:
    return "" if entry == folder else entry.relative_to(folder).as_posix()


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if name else path


def _info(files: Any, path: str) -> Mapping[str, Any] | None:
    try:
        return dict(files.info(path, timeout=PATIENCE))
    except FileNotFoundError:
        return None


def _listing(files: Any, path: str) -> dict[str, Mapping[str, Any]] | None:
    """What the store says of each object at ``path``, by its name in that folder; of a single object, by ''."""
    info = _info(files, path)
    if info is None:
        return None
    if info["type"] != "directory":
        return {"": info}
    found = {
        name.removeprefix(f"{path}/"): entry
        for name, entry in sorted(files.find(path, detail=True).items())
        # Consoles make "folders" as empty objects whose names end in a slash.
        if entry["type"] != "directory" and not name.endswith("/") and name != path
    }
    return found or None


def _identity(info: Mapping[str, Any]) -> str:
    """What changes when an object is replaced: of its bytes where the store knows that, else of the replacement."""
    told = info.get("md5Hash") or info.get("generation") or str(info.get("ETag", "")).strip('"')
    return f"{told} {info['size']}"


def _stopping(stop: Callable[[], bool]) -> Any:
    from fsspec.callbacks import Callback

    class Stopping(Callback):  # type: ignore[misc]
        def relative_update(self, inc: int = 1) -> None:
            if stop():
                raise Stopped("it is no longer wanted")

        def branched(self, path_1: str, path_2: str, **_: Any) -> "Stopping":
            return self

    return Stopping()


@contextmanager
def _asking(uri: str) -> Iterator[tuple[Any, str]]:
    """The store that ``uri`` is in, and the path in it; what its libraries raise becomes one of our errors."""
    scheme, path = split(uri)
    try:
        yield _system(scheme), path
    except (ArtifactError, ConfigurationError):
        raise
    # Each of them raises from half a dozen trees that have nothing in common.
    except Exception as error:
        if isinstance(error, OSError) and (error.filename or error.errno in _OURS):
            raise
        raise _translated(uri, scheme, error) from error


def _translated(uri: str, scheme: Scheme, error: Exception) -> ArtifactError:
    code = getattr(error, "code", None)
    words = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, FileNotFoundError):
        bucket = "/".join(uri.split("/")[:3])
        return ArtifactError(f"there is nothing at {uri}: check the name, and that there is a bucket {bucket}")
    if isinstance(error, PermissionError) or words.startswith("Forbidden") or code in (401, 403):
        return ArtifactError(f"{uri}: access is denied ({words}); check that this machine may use it: {scheme.access}")
    if isinstance(error, TimeoutError):
        words = "no answer in time"
    elif not _is_silence(error, code):
        return ArtifactError(f"{uri} can't be used: {words}")
    return Unanswered(f"{uri} can't be reached: {words}; check the network, and {scheme.access}")


def _is_silence(error: Exception, code: Any) -> bool:
    """Whether the store did not answer, as far as the error tells."""
    of_library = any(each.__module__.partition(".")[0] in _LIBRARIES for each in type(error).__mro__)
    return of_library or isinstance(error, ConnectionError) or (str(code).startswith("5"))


def _system(scheme: Scheme) -> Any:
    """What fsspec calls a file system, one for all threads: it holds the connections."""
    google = scheme.package == "gcsfs"
    endpoint = os.environ.get("STORAGE_EMULATOR_HOST") if google else os.environ.get("AWS_ENDPOINT_URL")
    with _lock:
        if (scheme.package, endpoint) not in _systems:
            try:
                # Not through fsspec's registry: gcsfs's own choice asks, for up to a minute, whether each bucket is of
                # a kind that only its newest features need.
                module = importlib.import_module(f"{scheme.package}.core")
            except ImportError as error:
                raise ConfigurationError(
                    f'{scheme.package} is not installed: pip install "barograph[{scheme.extra}]"'
                ) from error
            # They would print what is told here in one sentence, with its traceback.
            logging.getLogger(scheme.package).setLevel(logging.CRITICAL)
            # Listings are compared to see whether anything changed, so none may come from a cache.
            options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
            if google:
                from aiohttp import ClientTimeout

                options["requests_timeout"] = ClientTimeout(sock_connect=30, sock_read=60)  # else it waits forever
            if google and endpoint:
                options["token"] = "anon"  # else it looks for credentials that an emulator has no use for
            made = module.GCSFileSystem if google else module.S3FileSystem
            _systems[scheme.package, endpoint] = made(**options)
        return _systems[scheme.package, endpoint]
