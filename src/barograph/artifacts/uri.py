"""Addresses of artifacts, on this machine and in object stores. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from barograph.errors import ArtifactError, ConfigurationError


@dataclass(frozen=True)
class Scheme:
    """A kind of object store.

    Attributes:
        package: what speaks to it.
        extra: the extra of this package that installs that.
        mount: the folder below which KFP's launcher and SDK have local copies of what is in it.
        access: what lets a machine in.
    """

    package: str
    extra: str
    mount: str
    access: str


_GOOGLE = "GOOGLE_APPLICATION_CREDENTIALS, or `gcloud auth application-default login`"
_AMAZON = "AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; AWS_ENDPOINT_URL for another's store"

SCHEMES: Mapping[str, Scheme] = {
    "gs": Scheme("gcsfs", "gcs", "/gcs", _GOOGLE),
    "s3": Scheme("s3fs", "s3", "/s3", _AMAZON),
    "minio": Scheme("s3fs", "s3", "/minio", _AMAZON),
}
"""The object stores whose contents tasks see as files, as with KFP (``LocalPathForURI`` in
``backend/src/v2/component/launcher_v2.go``). An address of any other kind is no more than an address."""


def is_remote(uri: str) -> bool:
    """Whether ``uri`` names something in an object store."""
    scheme, found, _ = uri.partition("://")
    return bool(found) and scheme in SCHEMES


def local_path(uri: str) -> Path | None:
    """The path of this machine that ``uri`` names; None for an address elsewhere."""
    if uri.startswith("file://"):
        return Path(uri.removeprefix("file://"))
    return None if "://" in uri else Path(uri).expanduser().absolute()


def split(uri: str) -> tuple[Scheme, str]:
    """The kind of store that a remote ``uri`` is in, and the bucket with the name in it, without a slash at the end.

    Raises:
        ArtifactError: it names no bucket, or has a part ``..``.
    """
    scheme, _, path = uri.partition("://")
    path = path.rstrip("/")
    if not path.partition("/")[0]:
        raise ArtifactError(f"{uri!r} names no bucket; give {scheme}://bucket/name")
    if ".." in path.split("/"):
        raise ArtifactError(f"{uri!r} has a part '..': such a name can't be a file's")
    return SCHEMES[scheme], path


def launcher_path(uri: str) -> str:
    """The path at which KFP's launcher has the content of ``uri``, and the SDK's ``Artifact.path`` looks for it:
    ``/gcs/bucket/name`` for ``gs://bucket/name``. An address that is not remote stays as it is."""
    if not is_remote(uri):
        return uri
    scheme, path = split(uri)
    return f"{scheme.mount}/{path}"


def check_root(written: str) -> str:
    """A pipeline root, as runs record it: a remote address, or the absolute path of a folder.

    Raises:
        ConfigurationError: it is an address of another kind.
    """
    if is_remote(written):
        try:
            split(written)
        except ArtifactError as error:
            raise ConfigurationError(f"the pipeline root {error}") from None
        return written.rstrip("/")
    local = local_path(written)
    if local is None:
        offered = ", ".join(f"{scheme}://bucket/prefix" for scheme in SCHEMES)
        raise ConfigurationError(f"the pipeline root {written!r} can't hold artifacts; give a folder, {offered}")
    return str(local)
