"""``pipeline images``: build the components' images, and push them."""

import json
import sys
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from weather.image_build import Image

_components = click.option(
    "--component", "components", multiple=True, metavar="NAME", help="Only this one, such as train_model; repeatable."
)
_variant = click.option(
    "--variant",
    type=click.Choice(("cpu", "cuda", "all")),
    default="cpu",
    show_default=True,
    help="What train_model and eval_model compute on. The others have one image.",
)


@click.group()
def images() -> None:
    """Build the components' images, and push them to a registry."""


@images.command()
@_components
@_variant
@click.option("--base", default="", metavar="IMAGE", help="What they begin with.  [default: python:3.11-slim]")
@click.option("--push", "prefix", metavar="PREFIX", help="Push them as well; see `pipeline images push`.")
def build(components: tuple[str, ...], variant: str, base: str, prefix: str | None) -> None:
    """Build images, all at once.

    Each is named by the content of its component's source and lock; docker builds only what has changed.
    """
    from weather.image_build import Built, connect, together
    from weather.image_build import build as build_image

    chosen, docker, built = _chosen(components, variant), connect(), []
    click.echo(f"building {len(chosen)} {'image' if len(chosen) == 1 else 'images'}", err=True)
    start = time.monotonic()
    for image, result in together(chosen, lambda image: build_image(docker, image, base)):
        if isinstance(result, Built):
            how = "cached" if result.cached else f"{time.monotonic() - start:.0f} s"
            click.echo(f"{image.name:44} {_in_words(result.size):>8}  {how}")
            built.append(image)
        else:
            _tell(image.name, "could not be built", str(result))
    pushed = not prefix or _push(built, prefix)
    sys.exit(len(built) < len(chosen) or not pushed)


@images.command("list")
@_components
@_variant
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list: what it takes to build each by other means.")
def list_(components: tuple[str, ...], variant: str, as_json: bool) -> None:
    """List the images that the components' sources make as they are now."""
    from weather.image_build import build_arguments
    from weather.image_labels import labels

    chosen = _chosen(components, variant)
    if not as_json:
        click.echo("\n".join(image.name for image in chosen))
        return
    listed = [
        {
            "component": image.component,
            "variant": image.variant,
            "name": image.name,
            "repository": image.name.partition(":")[0],
            "arguments": _lines(build_arguments(image)),
            "labels": _lines(labels(image.component)),
        }
        for image in chosen
    ]
    click.echo(json.dumps(listed))


@images.command()
@click.argument("prefix")
@_components
@_variant
def push(prefix: str, components: tuple[str, ...], variant: str) -> None:
    """Push the images that were built, as PREFIX/NAME:TAG.

    PREFIX is a registry and a folder in it, such as europe-west1-docker.pkg.dev/my-project/weather. What they are
    called there, with their digests, is written to build/images.json, and `pipeline compile` takes it from there.
    """
    sys.exit(not _push(_chosen(components, variant), prefix))


def _lines(entries: Mapping[str, str]) -> str:
    return "\n".join(f"{key}={value}" for key, value in entries.items())


def _chosen(components: Collection[str], variant: str) -> "list[Image]":
    from weather.image_build import chosen
    from weather.images import COMPONENTS

    for name in components:
        if not (COMPONENTS / name / "Dockerfile").is_file():
            there = ", ".join(sorted(file.parent.name for file in COMPONENTS.glob("*/Dockerfile")))
            raise click.BadParameter(f"there is no component {name!r}; there are {there}", param_hint="'--component'")
    return chosen(components, variant)


def _push(chosen: "Collection[Image]", prefix: str) -> bool:
    """Push images and write down what was pushed; whether all were."""
    from weather.image_build import connect, together
    from weather.image_build import push as push_image
    from weather.image_record import Pushed, add_to_record

    docker, pushed = connect(), []
    for image, result in together(chosen, lambda image: push_image(docker, image, prefix)):
        if isinstance(result, Pushed):
            click.echo(f"pushed {result.reference}")
            pushed.append(result)
        else:
            _tell(image.name, "could not be pushed", str(result))
    add_to_record(pushed)
    return len(pushed) == len(chosen)


def _tell(name: str, what: str, words: str) -> None:
    click.secho("error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(f"{name} {what}:\n{words}", err=True)


def _in_words(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
