"""What the weather pipelines add to submitting: their template, and what other machines can see."""

import os
import re
from dataclasses import replace

import click

from barograph.cli.options import parse_assignments
from barograph.cli.submit_options import BAROGRAPH, VERTEX, Asked
from barograph.errors import ConfigurationError, ParameterError
from weather.settings import REPOSITORY, STAGING_BUCKET, setting

_LOCAL_IMAGE = re.compile(r"^\s*image: (weather-[^\s/]+)$", re.MULTILINE)


def fetched(which: str, tag: str) -> tuple[str, str]:
    """The text of a pipeline as the repository has it, and its address.

    Args:
        which: the pipeline.
        tag: a tag, or a digest, ``sha256:...``.

    Raises:
        ConfigurationError: no repository is set, or it refuses.
        NotFoundError: it has none with this tag.
    """
    from barograph.submit.template import Template, fetch_template

    repository = setting(REPOSITORY)
    if repository is None:
        raise ConfigurationError(f"{REPOSITORY} is not set, so there is no repository to take a pipeline from")
    template = Template(repository.rstrip("/"), {"weather": "weather", "search": "weather-search"}[which], tag)
    return fetch_template(template, os.environ.get("KFP_REPOSITORY_TOKEN", "")), template.address


def for_engine(asked: Asked) -> Asked:
    """The options as they are for machines that are not this one: folders by addresses, artifacts in the bucket.

    Raises:
        ParameterError: a parameter is the path of a folder or file of this machine, which the engine's can't see.
    """
    from weather.cli import absolute, is_local

    given = parse_assignments(asked.parameters)
    if asked.on == BAROGRAPH:
        return replace(asked, parameters=tuple(f"{name}={absolute(name, value)}" for name, value in given.items()))
    for name, value in given.items():
        if is_local(name, value) or value.startswith("file://"):
            raise ParameterError(
                f"parameter {name!r}: {value!r} is on this machine, where {_NAMES[asked.on]} can't see it; put it into "
                "a bucket and give its gs:// or s3:// address"
            )
    return replace(asked, pipeline_root=asked.pipeline_root or setting(STAGING_BUCKET) or "")


def check_images(asked: Asked, text: str) -> None:
    """Whether the engine's machines can pull the pipeline's images.

    Raises:
        ConfigurationError: Vertex AI can't: one is only on this machine.
    """
    found = _LOCAL_IMAGE.search(text)
    if found is None or asked.on == BAROGRAPH:
        return
    variant = " --variant cuda" if asked.accelerators else ""
    message = (
        f"the image {found[1]} is in no registry; push the images with `pipeline images build{variant} --push PREFIX`, "
        "or name yours in PREP_DATA_DOCKER_URI and the like"
    )
    if asked.on == VERTEX and not asked.dry_run:
        raise ConfigurationError(message)
    click.echo(f"note: {message}", err=True)  # a cluster on this machine may have it


_NAMES = {"kubeflow": "Kubeflow Pipelines", "vertex": "Vertex AI"}
