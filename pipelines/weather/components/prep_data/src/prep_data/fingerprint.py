"""What a source holds, as one short text that changes when anything in it does.

This runs before every run to tell whether the data is still the data, so it imports as little as it can.
"""

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from prep_data.source import Source, SourceFile, open_source


def fingerprint_source(data_uri: str) -> str:
    """Fingerprint of what a source holds now, such as ``sha256:9f86d0...``.

    It covers every file's name, size and content: the sha256 of a local file; of an object in a bucket what its
    listing says of its content, so that nothing need be downloaded.

    Raises:
        ParameterError, SourceError: see ``open_source`` and ``Source.files``.
    """
    source = open_source(data_uri)
    files = source.files()
    with ThreadPoolExecutor(source.readers) as readers:
        return fingerprint_of(readers.map(lambda file: _identified(source, file), files))


def fingerprint_of(files: Iterable[SourceFile]) -> str:
    """Fingerprint of files that come sorted by name, each with its identity."""
    digest = hashlib.sha256()
    for file in files:
        line = json.dumps([file.name, file.size, file.identity], ensure_ascii=False)
        digest.update(f"{line}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def with_content(file: SourceFile, sha256: str) -> SourceFile:
    """The file with the identity that its content gives it, where its listing gave it none."""
    return file if file.identity else replace(file, identity=f"sha256:{sha256}")


def _identified(source: Source, file: SourceFile) -> SourceFile:
    return file if file.identity else with_content(file, hashlib.sha256(source.read(file)).hexdigest())
