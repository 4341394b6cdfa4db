"""Keeping secret values off the terminal: a second line of defence, for what a log holds all the same."""

from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO, TypeAlias

from barograph.secrets import Secrets, redact

Redact: TypeAlias = Callable[[str], str]

_PIECE = 1 << 20


def redaction(secrets: Secrets) -> Redact:
    """What puts ``***`` in the place of secret values."""
    values = secrets.values()
    return lambda text: redact(text, values)


def redacted_pieces(file: BinaryIO, values: Collection[str]) -> Iterator[bytes]:
    """What ``file`` holds, with ``***`` in the place of ``values``: whole lines at a time, so that none is torn apart.

    A line that is longer than a piece of a million bytes comes in parts that overlap by more than the longest value.
    """
    if not values:
        while piece := file.read(_PIECE):
            yield piece
        return
    longest = max(len(value.encode()) for value in values)
    held = b""
    while piece := file.readline(_PIECE):
        held += piece
        if held.endswith(b"\n"):
            yield _redacted(held, values)
            held = b""
        elif len(held) > max(_PIECE, 2 * longest):
            # What may be the beginning of a value waits for the rest: only whole values are replaced.
            clean = _redacted(held, values)
            held = clean[-longest:]
            yield clean[:-longest]
    if held:
        yield _redacted(held, values)


def _redacted(line: bytes, values: Collection[str]) -> bytes:
    return redact(line.decode(errors="surrogateescape"), values).encode(errors="surrogateescape")
