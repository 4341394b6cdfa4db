"""Parts of a content: what a ``Range`` header asks for (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import HTTPException

from barograph.server.errors import ErrorStatus

NO_PART: dict[str, Any] = {"model": ErrorStatus, "description": "There is no such part."}
"""How an endpoint that gives parts documents status 416."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 1 << 18


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """Where the part begins and ends that a header asks for; None where it asks for all.

    A header that can't be understood is not heeded, and so is one that asks for several parts.

    Raises:
        HTTPException: there is no such part.
    """
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
    if start >= stop:
        raise HTTPException(416, f"it has {size} bytes, and no such part", {"Content-Range": f"bytes */{size}"})
    return start, stop


def part_headers(part: tuple[int, int] | None, size: int) -> dict[str, str]:
    """The headers of a response with a part, or with all of a content of ``size`` bytes. Pure."""
    if part is None:
        return {"Accept-Ranges": "bytes", "Content-Length": str(size)}
    start, stop = part
    return {
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Range": f"bytes {start}-{stop - 1}/{size}",
    }


def file_part(file: Path, start: int, stop: int) -> Iterator[bytes]:
    """What stands between two places in a file."""
    with file.open("rb") as opened:
        opened.seek(start)
        while start < stop and (piece := opened.read(min(_PIECE, stop - start))):
            yield piece
            start += len(piece)
