"""Artifacts in object stores, as tasks meet them: fetched before a command starts, sent off after it has ended well.

What KFP's launcher does (``downloadArtifacts`` and ``uploadOutputArtifacts`` in
``backend/src/v2/component/launcher_v2.go``). A task sees ``gs://bucket/name`` at ``/gcs/bucket/name``, where KFP's SDK
looks for it: the SDK works that path out of the address, and heeds no other path that it is told of an input. Where no
command can have mounts of its own, the address that it is told is the path of the copy itself.
"""

import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from barograph.artifacts import files
from barograph.artifacts.downloads import fetch, keep, place
from barograph.artifacts.uri import is_remote, launcher_path
from barograph.engine.inputs import Bundle
from barograph.engine.launcher import Places
from barograph.errors import BarographError
from barograph.executors.base import Exit, Mount, Process
from barograph.store import Artifact


def remote_inputs(inputs: Bundle) -> list[Artifact]:
    """Those of a task's inputs whose content is to be fetched for it, each once."""
    every = (artifact for several in inputs.artifacts.values() for artifact in several)
    return list({a.uri: a for a in every if is_remote(a.uri) and a.size is not None}.values())


def with_local_addresses(inputs: Bundle, downloads: Path) -> Bundle:
    """The inputs of a task that has no mounts: the addresses of remote ones are the paths of their copies."""

    def local(artifact: Artifact) -> Artifact:
        if not is_remote(artifact.uri) or artifact.size is None:
            return artifact
        return replace(artifact, uri=str(place(artifact.uri, artifact.digest, downloads)))

    return replace(inputs, artifacts={name: tuple(map(local, each)) for name, each in inputs.artifacts.items()})


def mounts(inputs: Iterable[Artifact], places: Places) -> list[Mount]:
    """What shows a task its remote inputs, and takes its outputs, at the paths that KFP's launcher gives them."""
    inside = [(artifact, launcher_path(artifact.uri)) for artifact in inputs]
    roots = {PurePosixPath(path).parts[1] for _, path in inside}
    if places.uri:
        roots.add(PurePosixPath(launcher_path(places.uri)).parts[1])
    found = [Mount(places.shown(root), f"/{root}") for root in sorted(roots)]
    for artifact, path in inside:
        # Something to mount it on.
        point = places.shown(path)
        point.parent.mkdir(parents=True, exist_ok=True)
        if artifact.media_type == "inode/directory":
            point.mkdir(exist_ok=True)
        else:
            point.touch()
        found.append(Mount(place(artifact.uri, artifact.digest, places.downloads), path, read_only=True))
    return found


class FetchedFirst:
    """A ``Process`` whose remote inputs are fetched before its command starts.

    Args:
        process: the command.
        inputs: what is to be fetched.
        downloads: the folder of copies.
    """

    def __init__(self, process: Process, inputs: Iterable[Artifact], downloads: Path) -> None:
        self._process = process
        self._inputs = inputs
        self._downloads = downloads
        self._terminated = threading.Event()

    def wait(self) -> Exit:
        """As ``Process.wait``.

        Raises:
            ConfigurationError, ArtifactError: an input can't be had.
            OSError: it can't be written.
        """
        for artifact in self._inputs:
            if not self._terminated.is_set():
                fetch(artifact.uri, artifact.digest, self._downloads, self._terminated.is_set)
        return self._process.wait()

    def terminate(self) -> None:
        """As ``Process.terminate``; a download ends too."""
        self._terminated.set()
        self._process.terminate()


def send(outputs: Bundle, places: Places) -> None:
    """Put what a task made where its record will say that it is.

    Raises:
        ConfigurationError, ArtifactError: it can't be put there. Nothing of it stays there then.
    """
    try:
        for several in outputs.artifacts.values():
            for artifact in several:
                local = places.local(artifact.uri)
                if places.owns(artifact.uri) and local is not None and local.exists():
                    files.upload(local, artifact.uri)
                    keep(local, artifact.uri, artifact.digest, places.downloads)
    except BarographError:
        if places.uri:
            with suppress(BarographError):  # what went wrong first is what is told
                files.remove(places.uri)
        raise
