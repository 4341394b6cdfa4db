"""A temporary file that keeps photos between reading them and knowing where they belong."""

import os
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Slot:
    """Where in a spool some bytes are."""

    offset: int
    size: int


class Spool:
    """Context manager that keeps bytes on disk, in ``TMPDIR``; nothing of it is left however the process ends."""

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile(prefix="prep-data-")
        self._end = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def put(self, content: bytes) -> Slot:
        """Append bytes, and say where they are."""
        slot = Slot(self._end, len(content))
        self._file.seek(slot.offset)
        self._file.write(content)
        self._end += slot.size
        return slot

    def get(self, slot: Slot) -> bytes:
        """The bytes that were put there."""
        self._file.flush()
        return os.pread(self._file.fileno(), slot.size, slot.offset)
