"""The compiled pipeline in an uploaded package: YAML or JSON text, a zip or a tar.gz.

Takes what KFP's API server takes (``ReadPipelineFile`` in ``backend/src/apiserver/server/util.go``). From an archive
without a ``pipeline.yaml`` KFP takes the first file, whatever else there is; here it is the only YAML file, and where
there are several, none is guessed at. Nothing is ever written to disk, and no size that an archive states is believed.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import TypeVar

from barograph.errors import PipelineError
from barograph.ir import tarball

_File = TypeVar("_File")

_MB = 2**20
_TEXT = (".yaml", ".yml", ".json")
_YAML = (".yaml", ".yml")
_ARCHIVES = (".zip", ".tar.gz", ".tgz")
_PIPELINE = "pipeline.yaml"
_COMPILE = "upload what `kfp dsl compile` writes"
# What zipfile raises for archives that are damaged, encrypted or of a kind that it does not know.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    """How much a package may hold.

    Attributes:
        upload: bytes of the package itself, as ``MaxFileLength`` in KFP's ``common/const.go``.
        unpacked: bytes of what it holds.
        entries: files, folders and links in an archive.
    """

    upload: int = 32 * _MB
    unpacked: int = 32 * _MB
    entries: int = 1000


LIMITS = Limits()


def read_package(content: bytes, name: str, limits: Limits = LIMITS) -> str:
    """The text of the compiled pipeline that was uploaded.

    Args:
        content: the upload.
        name: its file's name, which errors give, and which says whether text is meant to be a pipeline. Archives
            are known by their first bytes, whatever they are called.
        limits: how much it may hold.

    Raises:
        PipelineError: it is empty, too large, damaged, of another format, or holds no pipeline.
    """
    if len(content) > limits.upload:
        raise PipelineError(
            f"{name}: is larger than {_size(limits.upload)}, the most that an upload may be; keep data and programs "
            "in images or artifacts"
        )
    if not content:
        raise PipelineError(f"{name}: is empty; {_COMPILE}")
    if content.startswith((b"PK\3\4", b"PK\5\6")):
        content = _from_zip(content, name, limits)
    elif content.startswith(b"\x1f\x8b"):
        content = _from_tarball(content, name, limits)
    elif name.lower().endswith(_ARCHIVES):
        raise PipelineError(f"{name}: is no valid archive, neither a zip nor a tar.gz; pack it again")
    elif not name.lower().endswith(_TEXT):
        raise PipelineError(f"{name}: is neither a .yaml, .yml or .json file, nor a .zip or a .tar.gz; {_COMPILE}")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise PipelineError(f"{name}: the pipeline is no UTF-8 text ({error}); save it as UTF-8") from None


def _from_zip(content: bytes, name: str, limits: Limits) -> bytes:
    # Before zipfile makes an object of each. An entry can't do without these bytes, whatever the archive says.
    if content.count(b"PK\1\2") > limits.entries:
        raise _too_many(name, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _by_path((entry.filename, entry) for entry in archive.infolist() if not entry.is_dir())
            entry = _pipeline_of(files, name)
            # The other methods, which KFP has not either, can't be unpacked a little at a time.
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise PipelineError(f"{name}: is compressed by a method other than deflate; zip it again without it")
            with archive.open(entry) as file:
                return _within(file.read(limits.unpacked + 1), name, limits)
    except _ZIP_ERRORS as error:
        raise PipelineError(f"{name}: is no valid zip archive: {error}; zip it again") from error


def _from_tarball(content: bytes, name: str, limits: Limits) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            archive = _within(file.read(limits.unpacked + 1), name, limits)
        entries = list(islice(tarball.entries(archive), limits.entries + 1))
    except (OSError, EOFError, zlib.error, tarball.TarError) as error:
        raise PipelineError(f"{name}: is no valid tar.gz archive: {error}; pack it again") from error
    if len(entries) > limits.entries:
        raise _too_many(name, limits)
    return _pipeline_of(_by_path((path, file) for path, file in entries if file is not None), name)


def _by_path(files: Iterable[tuple[str, _File]]) -> dict[str, _File]:
    """The first file of each path counts, as for KFP."""
    by_path: dict[str, _File] = {}
    for path, file in files:
        by_path.setdefault(path.removeprefix("./"), file)
    return by_path


def _pipeline_of(files: Mapping[str, _File], name: str) -> _File:
    if not files:
        raise PipelineError(f"{name}: is an archive without files; {_COMPILE}")
    if _PIPELINE in files:
        return files[_PIPELINE]
    # macOS packs a hidden file beside each file.
    yaml = [path for path in files if path.endswith(_YAML) and not PurePosixPath(path).name.startswith(".")]
    if not yaml:
        raise PipelineError(f"{name}: holds no YAML file, only {_some(files)}; {_COMPILE}")
    if len(yaml) > 1:
        raise PipelineError(f"{name}: holds several YAML files ({_some(yaml)}); call the pipeline {_PIPELINE}")
    return files[yaml[0]]


def _some(paths: Iterable[str]) -> str:
    words = [repr(path[:100]) for path in sorted(paths)]
    return ", ".join(words if len(words) <= 3 else [*words[:3], "..."])


def _within(unpacked: bytes, name: str, limits: Limits) -> bytes:
    if len(unpacked) > limits.unpacked:
        raise PipelineError(
            f"{name}: holds more than {_size(limits.unpacked)} once unpacked; pack nothing but the pipeline"
        )
    return unpacked


def _too_many(name: str, limits: Limits) -> PipelineError:
    return PipelineError(f"{name}: holds more than {limits.entries:,} files and folders; pack nothing but the pipeline")


def _size(number: int) -> str:
    return f"{number // _MB} MB" if number % _MB == 0 else f"{number:,} bytes"
