"""Building the components' images and pushing them, with the ``docker`` command line and BuildKit."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TypeVar

from barograph.errors import ConfigurationError
from barograph.executors.docker_command import Docker, DockerError
from weather.image_labels import labels, revision
from weather.image_record import Pushed
from weather.images import COMPONENTS, ON_A_GPU, VARIANTS, content_tag, local_image, variant_of

LAST_LINES = 15
BUILDKIT = {"DOCKER_BUILDKIT": "1", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
"""Attestations hold the time of the build: with them, what was built anew of the same layers is another image."""

Result = TypeVar("Result")


class ImageError(Exception):
    """Docker could not build or push an image; the last lines of what it said."""


@dataclass(frozen=True)
class Image:
    """An image of a component.

    Attributes:
        component: the name of the component's folder.
        variant: ``cpu`` or ``cuda``.
        name: what it is called on this machine.
    """

    component: str
    variant: str
    name: str


@dataclass(frozen=True)
class Built:
    """An image on this machine: how many bytes it has, and whether it was there before, just as it is."""

    size: int
    cached: bool


def chosen(components: Collection[str], variant: str) -> list[Image]:
    """The images of these components, of all of them if none is named.

    Args:
        components: names of components.
        variant: ``cpu``, ``cuda`` or ``all``. A component that can use no GPU has one image, which is in each of them.
    """
    names = sorted(components or (file.parent.name for file in COMPONENTS.glob("*/Dockerfile")))
    variants = VARIANTS if variant == "all" else (variant,)
    found = [Image(name, variant_of(name, each), local_image(name, each)) for name in names for each in variants]
    return list(dict.fromkeys(found))


def connect() -> Docker:
    """The docker command line, which has a daemon and can build.

    Raises:
        ConfigurationError: it has not.
    """
    docker = Docker("", os.environ)
    try:
        docker("version", "--format", "{{.Server.Version}}")
        docker("build", "--help", env=BUILDKIT)
    except DockerError as error:
        if "buildx" in str(error):
            raise ConfigurationError(
                "docker can't build: its component buildx is missing. Install it (the package docker-buildx-plugin "
                "of Docker's, docker-buildx of Debian's)"
            ) from error
        raise ConfigurationError(
            f"docker can't be used; install it and start its daemon, or say in DOCKER_HOST where that is ({error})"
        ) from error
    return docker


def together(images: Collection[Image], do: Callable[[Image], Result]) -> Iterator[tuple[Image, Result | ImageError]]:
    """Do something with all images at once: each image, as it is done, with what came of it."""
    with ThreadPoolExecutor(max(len(images), 1)) as threads:
        doing = {threads.submit(do, each): each for each in images}
        for done in as_completed(doing):
            error = done.exception()
            if error is not None and not isinstance(error, ImageError):
                raise error
            yield doing[done], error or done.result()


def build(docker: Docker, image: Image, base: str = "") -> Built:
    """Build an image.

    Args:
        docker: what ``connect`` gave.
        image: which one.
        base: the image that it begins with, instead of the one that the Dockerfile names.

    Raises:
        ImageError: it can't be built.
    """
    before = _inspect(docker, image.name)
    arguments = build_arguments(image) | ({"BASE": base} if base else {})
    _call(
        docker,
        *("build", "--progress=plain", "--tag", image.name, "--file", f"components/{image.component}/Dockerfile"),
        *(word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")),
        *(word for name, value in labels(image.component).items() for word in ("--label", f"{name}={value}")),
        ".",
    )
    after = _inspect(docker, image.name)
    if after is None:
        raise ImageError(
            "docker's builder keeps it for itself; choose the one that comes with it: docker buildx use default"
        )
    return Built(after[1], after == before)


def build_arguments(image: Image) -> dict[str, str]:
    """The build arguments of an image's Dockerfile."""
    made = revision(image.component)
    variant = {"VARIANT": image.variant} if image.component in ON_A_GPU else {}
    # When BuildKit then says that the image was created.
    return variant | ({"SOURCE_DATE_EPOCH": str(made.time)} if made else {})


def push(docker: Docker, image: Image, prefix: str) -> Pushed:
    """Push an image that was built.

    Args:
        docker: what ``connect`` gave.
        image: which one.
        prefix: what stands before its name, such as ``europe-west1-docker.pkg.dev/my-project/weather``.

    Raises:
        ImageError: it isn't here, or the registry refuses it.
    """
    if _inspect(docker, image.name) is None:
        raise ImageError("it is not built from the source as it is now: pipeline images build")
    name, _, tag = image.name.partition(":")
    repository = f"{prefix.removeprefix('https://').rstrip('/')}/{name}"
    _call(docker, "tag", image.name, f"{repository}:{tag}")
    said = _call(docker, "push", f"{repository}:{tag}")
    digest = re.findall(r"digest: (sha256:[0-9a-f]{64})", said)[-1]
    return Pushed(image.component, image.variant, content_tag(image.component), f"{repository}@{digest}")


def _inspect(docker: Docker, name: str) -> tuple[str, int] | None:
    """The id of an image and its size in bytes; None where docker has no such image."""
    try:
        found = json.loads(docker("image", "inspect", name))[0]
    except DockerError:
        return None
    return found["Id"], found["Size"]


def _call(docker: Docker, *arguments: str) -> str:
    done = subprocess.run(
        docker.command(*arguments),
        cwd=COMPONENTS.parent,
        env=docker.environment(BUILDKIT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise ImageError(last_words(done.stdout))
    return done.stdout


def last_words(said: str) -> str:
    """The last lines of what docker said; of a build, whose steps run at once, those of the step that failed."""
    lines = [line for line in said.splitlines() if line.strip()]
    failed = re.search(r"^(#\d+ )ERROR", said, re.MULTILINE)
    return "\n".join([line for line in lines if not failed or line.startswith(failed[1])][-LAST_LINES:])
