"""A bucket, or a folder in one, as a source: ``gs://`` and ``s3://`` through fsspec."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# gcsfs would ask, for up to a minute, whether each bucket is of a kind that only its newest features need.
os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")

import fsspec

from prep_data.errors import ParameterError, SourceChangedError, SourceError
from prep_data.names import check_classes, check_name, is_wanted
from prep_data.source import SourceFile

_ACCESS = {
    "gs": "check its name and that this machine may read it (GOOGLE_APPLICATION_CREDENTIALS, or `gcloud auth "
    "application-default login`)",
    "s3": "check its name and that this machine may read it (AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY; AWS_ENDPOINT_URL for a store other than Amazon's)",
}


class Bucket:
    """Photos in a bucket; see ``Source``.

    Credentials and endpoints are found where Google's and Amazon's own clients find them;
    ``STORAGE_EMULATOR_HOST`` and ``AWS_ENDPOINT_URL`` (or ``AWS_ENDPOINT_URL_S3``) name another server.
    """

    # Reading an object is mostly waiting.
    readers = 16

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        self._scheme, _, path = self.uri.partition("://")
        if not path.partition("/")[0]:
            raise ParameterError(f"data_uri {uri!r} names no bucket; give {self._scheme}://bucket/prefix")
        check_name(uri, path)
        self._path = path
        # Listings are compared to see whether anything changed, so none may come from a cache.
        options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
        if self._scheme == "gs" and os.environ.get("STORAGE_EMULATOR_HOST"):
            options["token"] = "anon"  # else it searches for credentials that an emulator has no use for
        self._files = fsspec.filesystem(self._scheme, **options)

    def files(self) -> Sequence[SourceFile]:
        """List the bucket; see ``Source.files``."""
        try:
            listing: Mapping[str, Mapping[str, Any]] = self._files.find(self._path, detail=True)
        except FileNotFoundError as error:
            raise SourceError(f"{self.uri}: there is no such bucket; {_ACCESS[self._scheme]}") from error
        # gcsfs, s3fs and what they stand on raise from half a dozen unrelated trees.
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise SourceError(f"{self.uri} can't be listed: {reason}; {_ACCESS[self._scheme]}") from error
        found = sorted(self._found(listing), key=lambda file: file.name)
        if not found:
            raise SourceError(f"there is nothing in {self.uri}; {_ACCESS[self._scheme]}")
        check_classes(self.uri, [file.name for file in found])
        return found

    def read(self, file: SourceFile) -> bytes:
        """The content of an object; see ``Source.read``."""
        # Google's store gives the very generation that was listed, or says that it is gone. For Amazon's, the
        # listing is compared after reading.
        pinned = {"generation": file.version} if self._scheme == "gs" else {}
        try:
            content: bytes = self._files.cat_file(f"{self._path}/{file.name}", **pinned)
        except FileNotFoundError:
            raise SourceChangedError(self.uri, f"{file.name} is gone or was replaced") from None
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise SourceError(f"{self.uri}: {file.name} can't be read: {reason}") from error
        if len(content) != file.size:
            raise SourceChangedError(self.uri, f"{file.name} has another size")
        return content

    def _found(self, listing: Mapping[str, Mapping[str, Any]]) -> Iterator[SourceFile]:
        for path, info in listing.items():
            name = path.removeprefix(f"{self._path}/")
            # Consoles make "folders" as empty objects whose names end in a slash.
            if info["type"] == "directory" or not name or name.endswith("/") or not is_wanted(name):
                continue
            if name == path:
                raise SourceError(f"{self.uri} is one object; data_uri must name what holds one folder for each class")
            check_name(self.uri, name)
            yield SourceFile(name, int(info["size"]), *_identity_and_version(info))


def _identity_and_version(info: Mapping[str, Any]) -> tuple[str, str]:
    if "generation" in info:
        # A composed object has no md5Hash; every object has a crc32c.
        checksum = info.get("md5Hash") or info.get("crc32c") or ""
        return f"generation:{info['generation']} checksum:{checksum}", str(info["generation"])
    return f"etag:{info['ETag'].strip(chr(34))}", str(info.get("LastModified", ""))
