"""Which images were pushed: ``build/images.json``, beside the compiled pipelines, which name them by their digests.

    {"images": [{"component": "train_model", "variant": "cpu", "content": "7f4c2a9be013",
                 "reference": "europe-west1-docker.pkg.dev/my-project/weather/weather-train-model@sha256:..."}]}

``content`` is the tag that stands for the source and the lock that the image was built from.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from barograph.errors import ConfigurationError

RECORD = Path("build") / "images.json"


@dataclass(frozen=True)
class Pushed:
    """An image in a registry."""

    component: str
    variant: str
    content: str
    reference: str


def read_record(file: Path = RECORD) -> list[Pushed]:
    """The images that were pushed last, one for each component and variant; none where nothing was.

    Raises:
        ConfigurationError: the file can't be read.
    """
    try:
        return [Pushed(**each) for each in json.loads(file.read_text(encoding="utf-8"))["images"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"{file} can't be read ({error}); remove it, and push the images again") from error


def add_to_record(images: Iterable[Pushed], file: Path = RECORD) -> None:
    """Write down what was pushed; each takes the place of what was pushed of its component and variant before."""
    newest = {(each.component, each.variant): each for each in (*read_record(file), *images)}
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"images": [asdict(newest[key]) for key in sorted(newest)]}
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(file)
