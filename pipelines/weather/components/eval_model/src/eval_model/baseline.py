"""The model that a new one is compared with: where it is, and its content."""

import hashlib
from dataclasses import dataclass

from weather_classifier.files import read_bytes

from eval_model.current import CURRENT, check_address, read_current
from eval_model.errors import BaselineError

NONE = "none"


@dataclass(frozen=True)
class Baseline:
    """A checkpoint, wherever it is.

    Attributes:
        uri: its address; empty where there is no baseline.
        sha256: of its content, hexadecimal; empty where there is no baseline.
    """

    uri: str
    sha256: str


NO_BASELINE = Baseline("", "")


def find_baseline(baseline_uri: str, destination: str) -> Baseline:
    """Which checkpoint a new model has to beat, right now.

    Args:
        baseline_uri: address of a checkpoint, or of a place where promoted models are kept, whose current one it is;
            empty for the current one at ``destination``; ``none`` for no baseline.
        destination: where promoted models are kept; it may be empty, and there may be none there yet.

    Raises:
        BaselineError: there is no model at ``baseline_uri``, or it can't be read.
        DestinationError: an address is a relative path, can't be read, or holds something else.
    """
    if baseline_uri == NONE or not (baseline_uri or destination):
        return NO_BASELINE
    uri = check_address("baseline_uri", baseline_uri) if baseline_uri else check_address("destination", destination)
    current = read_current(uri)
    if current:
        return Baseline(f"{uri}/{current.torch_model.file}", current.torch_model.sha256)
    # The first run finds nothing where it is going to put its model.
    if uri == destination.rstrip("/"):
        return NO_BASELINE
    return Baseline(uri, hashlib.sha256(_read(uri)).hexdigest())


def read_baseline(baseline: Baseline) -> bytes:
    """The content of the checkpoint.

    Raises:
        BaselineError: it can't be read, or is no longer what it was when it was found.
    """
    content = _read(baseline.uri)
    if hashlib.sha256(content).hexdigest() != baseline.sha256:
        raise BaselineError(f"the baseline {baseline.uri} is no longer what it was when it was looked up; run again")
    return content


def _read(uri: str) -> bytes:
    try:
        return read_bytes(uri)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise BaselineError(
            f"baseline_uri: there is no model at {uri}: neither a checkpoint nor a folder with {CURRENT}; give the "
            f"address of one, or {NONE}"
        ) from error
    # fsspec's file systems raise from many trees.
    except Exception as error:
        raise BaselineError(f"the baseline {uri} can't be read: {error or type(error).__name__}") from error
