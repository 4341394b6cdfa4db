"""Fetching a pipeline's package from an address that a client names.

A server that fetches what it is told to can be made to ask what its network shows to nobody else. So it asks only the
origins that whoever started it has named, where each redirect leads to included, and goes on no further.
"""

import time
from collections.abc import Collection
from http.client import HTTPException
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from barograph.errors import ConfigurationError, RequestError
from barograph.ir.package import LIMITS

_TIMEOUT = 30.0
_PART = 2**16
_PORTS = {"http": 80, "https": 443}


def fetch_package(url: str, origins: Collection[str], timeout: float = _TIMEOUT) -> tuple[bytes, str]:
    """What lies at an address, and the name of the file that it is.

    Args:
        url: the address.
        origins: whom may be asked, as ``read_origin`` gives them.
        timeout: seconds that it may take.

    Raises:
        RequestError: nobody may be asked at that address, or it can't be fetched in time.
    """
    ends = time.monotonic() + timeout
    _check(url, origins)
    opener = build_opener(_Redirects(origins))
    try:
        with opener.open(Request(url, headers={"User-Agent": "barograph"}), timeout=timeout) as answer:
            content = bytearray()
            while len(content) <= LIMITS.upload and (part := answer.read1(_PART)):
                content += part
                if time.monotonic() > ends:
                    raise TimeoutError
    except TimeoutError:
        raise RequestError(f"{url} can't be fetched: it takes longer than {timeout:g} s") from None
    except HTTPError as error:
        with error:
            raise RequestError(f"{url} can't be fetched: {error.code} {error.reason}") from None
    except URLError as error:
        raise RequestError(f"{url} can't be fetched: {error.reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise RequestError(f"{url} can't be fetched: {error}") from None
    return bytes(content), PurePosixPath(unquote(urlsplit(url).path)).name


def read_origin(address: str) -> str:
    """The origin of an address, such as ``https://example.com:443``.

    Raises:
        ConfigurationError: it is none of http or https.
    """
    found = _origin(address)
    if found is None:
        raise ConfigurationError(f"{address!r} is no server's address; give one such as https://HOST")
    return found


class _Redirects(HTTPRedirectHandler):
    max_redirections = 5

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = origins

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        _check(newurl, self._origins)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check(url: str, origins: Collection[str]) -> None:
    origin = _origin(url)
    if origin is None:
        raise RequestError(f"{url!r} is no address of a package: it begins with neither http:// nor https://HOST")
    if origin not in origins:
        raise RequestError(f"this server fetches nothing from {origin}; it does from: {', '.join(sorted(origins))}")


def _origin(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or not address.isprintable():
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or _PORTS[parts.scheme]}"
