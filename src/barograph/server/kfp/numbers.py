"""Ids as numbers: where KFP's API still has those of ML Metadata, ours are the beginning of a UUID.

A number is the first 60 bits: it fits into an int64, is the same whenever it is asked for, and leads back.
"""

from uuid import UUID

_DIGITS = 15


def number_of(id_: str) -> int:
    """The number for an id."""
    return int(UUID(id_).hex[:_DIGITS], 16)


def beginning_of(number: int) -> str:
    """What the id for a number begins with.

    Raises:
        ValueError: it is the number of none.
    """
    if not 0 <= number < 16**_DIGITS:
        raise ValueError(f"{number} is no artifact's number")
    digits = f"{number:0{_DIGITS}x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:]}"
