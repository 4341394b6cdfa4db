"""A folder on this machine as a source."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from prep_data.errors import SourceChangedError, SourceError
from prep_data.names import check_classes, check_name, is_litter
from prep_data.source import SourceFile


class LocalFolder:
    """Photos below a folder; see ``Source``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uri = str(folder)
        self.readers = os.cpu_count() or 1

    def files(self) -> Sequence[SourceFile]:
        """List the folder; see ``Source.files``."""
        if not self.folder.exists():
            raise SourceError(f"{self.uri} does not exist; data_uri must name a folder of photos, or a bucket")
        if not self.folder.is_dir():
            raise SourceError(f"{self.uri} is a file; data_uri must name a folder that holds one folder for each class")
        root = os.path.realpath(self.folder)
        try:
            found = sorted(self._walk(root, root, ""), key=lambda file: file.name)
            folders = [entry.name for entry in os.scandir(root) if entry.is_dir() and not is_litter(entry.name)]
        except PermissionError as error:
            raise SourceError(f"{error.filename} can't be listed: permission denied") from error
        check_classes(self.uri, [file.name for file in found], folders)
        return found

    def read(self, file: SourceFile) -> bytes:
        """The content of a file; see ``Source.read``."""
        try:
            # A buffer would only be in the way of reading all at once.
            with (self.folder / file.name).open("rb", buffering=0) as opened:
                content = opened.readall()
        except FileNotFoundError:
            raise SourceChangedError(self.uri, f"{file.name} is gone") from None
        except OSError as error:
            raise SourceError(f"{self.uri}: {file.name} can't be read: {error.strerror}") from error
        if len(content) != file.size:
            raise SourceChangedError(self.uri, f"{file.name} has another size")
        return content

    def _walk(self, root: str, folder: str, prefix: str) -> Iterator[SourceFile]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_litter(entry.name):
                    continue
                name = prefix + entry.name
                check_name(self.uri, name)
                if entry.is_symlink():
                    self._check_link(root, entry, name)
                if entry.is_dir():
                    yield from self._walk(root, entry.path, f"{name}/")
                elif entry.is_file():
                    yield SourceFile(name, entry.stat().st_size)
                else:
                    raise SourceError(f"{self.uri}: {name} is no regular file; remove it")

    def _check_link(self, root: str, entry: os.DirEntry[str], name: str) -> None:
        target = os.path.realpath(entry.path)
        if os.path.commonpath([root, target]) != root:
            raise SourceError(f"{self.uri}: {name} is a link that leads out of the source; copy what it points to")
        if not Path(target).exists():
            raise SourceError(f"{self.uri}: {name} is a link to nothing; remove it")
        if entry.is_dir():
            # It would bring the same photos in twice, or without end.
            raise SourceError(f"{self.uri}: {name} is a link to another folder of the source; remove it")
