"""Which container image each component runs in."""

import re
import sys
from functools import cache
from pathlib import Path

from barograph.environments.project import read_project
from weather.image_record import RECORD, read_record
from weather.settings import docker_uri

COMPONENTS = Path(__file__).parent / "components"

CPU, CUDA = VARIANTS = ("cpu", "cuda")
"""What an image computes on: the CPU alone, or a GPU as well, for which it is three times as large."""

ON_A_GPU = ("eval_model", "train_model")
"""The components that can use a GPU, and so have an image of either variant. The others have one image."""


def image(component: str, variant: str = CPU) -> str:
    """The image reference of a component.

    It is what the component's variable says (``PREP_DATA_DOCKER_URI`` for ``prep_data``). Without it, the image that
    was pushed last, by its digest, if it is of the source as it is now. Else a name on this machine, tagged by the
    content of the component's source and lock: editing one component changes its own tag and no other.

    Args:
        component: the name of its folder, such as ``prep_data``.
        variant: ``cpu`` or ``cuda``; it makes no difference to a component that can use no GPU.
    """
    if uri := docker_uri(component):
        return uri
    variant = variant_of(component, variant)
    pushed = next((each for each in read_record() if (each.component, each.variant) == (component, variant)), None)
    if pushed and pushed.content == content_tag(component):
        return pushed.reference
    if pushed:
        _say_that_it_is_older(component, variant)
    return local_image(component, variant)


def local_image(component: str, variant: str = CPU) -> str:
    """The name that a component's image has on this machine."""
    suffix = f"-{CUDA}" if variant_of(component, variant) == CUDA else ""
    return f"weather-{component.replace('_', '-')}:{content_tag(component)}{suffix}"


def variant_of(component: str, variant: str) -> str:
    """The variant of a component's image that does for ``variant``."""
    return variant if component in ON_A_GPU else CPU


def content_tag(component: str) -> str:
    """Twelve hexadecimal digits that stand for the component's source and lock."""
    return read_project(COMPONENTS / component).digest().removeprefix("sha256:")[:12]


def with_variant(compiled: str, variant: str) -> str:
    """The text of a compiled pipeline, whose components run in their images of ``variant`` where they have one."""
    for component in ON_A_GPU:
        line = re.compile(rf"^(\s*image: ){re.escape(image(component))}$", re.MULTILINE)
        compiled = line.sub(rf"\g<1>{image(component, variant)}", compiled)
    return compiled


@cache  # several components share an image
def _say_that_it_is_older(component: str, variant: str) -> None:
    options = f" --variant {variant}" if variant != CPU else ""
    print(
        f"{component}: the image in {RECORD} is of older sources; {local_image(component, variant)} is taken. "
        f"To have a pushed one again: pipeline images build{options} --push PREFIX",
        file=sys.stderr,
    )
