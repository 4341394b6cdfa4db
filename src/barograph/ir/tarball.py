"""The files in a tar archive that is held in memory.

Python's ``tarfile`` is not made for archives from strangers: at 3.11.7, long names of long names end in a
RecursionError, and a header of 30 MB of digits, some 30 kB as it is sent, keeps a regular expression busy for days.
Formats: POSIX pax and ustar (``man 5 tar``), and GNU's long names.
"""

from collections.abc import Iterator

_BLOCK = 512
_FILES = (b"0", b"\0", b"7")
_WITHOUT_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")


class TarError(ValueError):
    """The bytes are no tar archive, or are cut off."""


def entries(archive: bytes) -> Iterator[tuple[str, bytes | None]]:
    """The name of everything in ``archive``, with the content of what is a file: no folder, link or device.

    Raises:
        TarError: the archive is damaged.
    """
    at, name = 0, ""
    while any(header := archive[at : at + _BLOCK]):  # a block of nothing ends it
        _check(header)
        kind = header[156:157]
        size = 0 if kind in _WITHOUT_CONTENT else _size(header)
        at += _BLOCK
        if size > len(archive) - at:
            raise TarError("it is cut off")
        content = archive[at : at + size]
        at += size + -size % _BLOCK
        match kind:
            case b"L":
                name = _text(content)
            case b"x":
                name = _pax_path(content) or name
            case b"K" | b"g":
                pass  # where a link leads to; what all files share
            case _:
                yield name or _name(header), content if kind in _FILES else None
                name = ""


def _check(header: bytes) -> None:
    """The header's sum, in which its own eight bytes count as spaces."""
    expected = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if len(header) < _BLOCK or _octal(header[148:156]) != expected:
        raise TarError("what should be a header is none")


def _size(header: bytes) -> int:
    field = header[124:136]
    # GNU writes what is too large for octal digits as a number of 95 bits.
    return int.from_bytes(field[1:], "big") if field[0] & 0x80 else _octal(field)


def _octal(field: bytes) -> int:
    digits = field.partition(b"\0")[0].strip()
    try:
        number = int(digits or b"0", 8)
    except ValueError:
        number = -1
    if number < 0:
        raise TarError("what should be a header is none")
    return number


def _name(header: bytes) -> str:
    prefix, name = _text(header[345:500]), _text(header[:100])
    return f"{prefix}/{name}" if prefix and header[257:263] == b"ustar\0" else name


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode(errors="replace")


def _pax_path(records: bytes) -> str:
    """The path in an extended header, whose records read ``LENGTH KEY=VALUE`` and end with a line feed."""
    at = 0
    while at < len(records):
        space = records.find(b" ", at, at + 20)
        digits = records[at:space] if space > 0 else b""
        if not digits.isdigit() or int(digits) <= space - at:
            raise TarError("an extended header is damaged")
        key, _, value = records[space + 1 : at + int(digits) - 1].partition(b"=")
        if key == b"path":
            return value.decode(errors="replace")
        at += int(digits)
    return ""
