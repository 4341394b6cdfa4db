"""The text of an attempt's log as others may see it: without secrets. Places in it are bytes of that text."""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from barograph.errors import NotFoundError
from barograph.secrets import Redactor
from barograph.store import Task

_PIECE = 1 << 18


def has_ended(task: Task, attempt: int) -> bool:
    """Whether nothing more comes into the log of this attempt, counted from 1. Pure."""
    return task.state.ended or attempt <= len(task.attempts)


@dataclass(frozen=True)
class LogText:
    """A log.

    Attributes:
        file: what the task prints to.
        hidden: what is secret.
        ended: whether nothing more comes. Until then, what may be the beginning of a secret is no part of the text.
    """

    file: Path
    hidden: Collection[str]
    ended: bool

    def size(self) -> int:
        """Bytes of the text.

        Raises:
            NotFoundError: the file is gone.
        """
        try:
            status = self.file.stat()
        except FileNotFoundError:
            raise NotFoundError(f"the log is gone: {self.file}") from None
        if not self.hidden:
            return status.st_size
        if not self.ended:
            return sum(map(len, self._redacted()))
        return _size(self, status.st_ino, status.st_mtime_ns, status.st_size)

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        """The text between two places."""
        plain = self._is_plain()
        place = start if plain else 0
        for piece in self._raw(start) if plain else self._redacted():
            if found := piece[max(0, start - place) : max(0, stop - place)]:
                yield found
            place += len(piece)
            if place >= stop:
                return

    def tail(self, lines: int, size: int) -> int:
        """Where the last ``lines`` lines of the text up to ``size`` begin."""
        if self._is_plain():
            return self._raw_tail(lines, size)
        starts, place = deque([0], maxlen=lines + 1), 0
        for piece in self.pieces(0, size):
            end = piece.find(b"\n")
            while end >= 0:
                starts.append(place + end + 1)
                end = piece.find(b"\n", end + 1)
            place += len(piece)
        if starts[-1] == place and len(starts) > 1:  # after the last line's end no other begins
            starts.pop()
        return starts[-min(lines, len(starts))]

    def _is_plain(self) -> bool:
        """Whether the text is what the file holds."""
        # A secret is longer than the stars in its place: where the sizes are equal, there is none.
        return not self.hidden or (self.ended and self.size() == self.file.stat().st_size)

    def _raw_tail(self, lines: int, size: int) -> int:
        """The same of what the file holds, read from its end."""
        wanted, end = lines, size
        with self.file.open("rb") as file:
            while end > 0:
                begin = max(0, end - _PIECE)
                file.seek(begin)
                piece = file.read(end - begin)
                if end == size and piece.endswith(b"\n"):  # after the last line's end no other begins
                    wanted += 1
                found = len(piece)
                while (found := piece.rfind(b"\n", 0, found)) >= 0:
                    wanted -= 1
                    if wanted == 0:
                        return begin + found + 1
                end = begin
        return 0

    def _raw(self, start: int) -> Iterator[bytes]:
        with self.file.open("rb") as file:
            file.seek(start)
            while piece := file.read(_PIECE):
                yield piece

    def _redacted(self) -> Iterator[bytes]:
        redactor = Redactor(self.hidden)
        for piece in self._raw(0):
            yield redactor.feed(piece)
        if self.ended:
            yield redactor.end()


@lru_cache(maxsize=256)
def _size(log: LogText, *_: int) -> int:
    return sum(map(len, log._redacted()))


class GrowingLog:
    """A log that is read while it grows.

    Args:
        file: what the task prints to.
        hidden: what is secret.
        start: where in the text to begin.
    """

    def __init__(self, file: Path, hidden: Collection[str], start: int) -> None:
        self._file = file.open("rb")
        self._redactor = Redactor(hidden)
        self._place = 0
        self._start = start
        self._rest = b""
        if not hidden:
            self._place = self._file.seek(start)

    def read(self, ended: bool) -> tuple[int, str] | None:
        """The next piece of the text, and where it ends; None where nothing more is there for now.

        Args:
            ended: whether nothing more comes: if it does, what is held back is given too.
        """
        while True:
            raw = self._file.read(_PIECE)
            clean = self._redactor.feed(raw) if raw else self._redactor.end() if ended else b""
            begin, self._place = self._place, self._place + len(clean)
            text = self._rest + clean[max(0, self._start - begin) :]
            whole = len(text) if ended and not raw else _whole(text)
            text, self._rest = text[:whole], text[whole:]
            if text:
                return self._place - len(self._rest), text.decode(errors="replace")
            if not raw:
                return None

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _whole(text: bytes) -> int:
    """How much of ``text`` is there before a character that has only begun."""
    for back in range(1, min(4, len(text)) + 1):
        byte = text[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(text) - back if back < length else len(text)
        if byte < 0x80:
            break
    return len(text)
