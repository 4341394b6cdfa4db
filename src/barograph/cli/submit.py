"""``barograph submit``."""

import sys
from pathlib import Path

import click

from barograph.cli.submit_options import Asked, submit_options
from barograph.cli.submitting import cancel, send


@click.command("submit")
@click.argument("source", required=False)
@submit_options
@click.option("--function", help="Which pipeline, where a Python file defines several.")
def command(source: str | None, asked: Asked, function: str | None) -> None:
    """Have SOURCE run by Kubeflow Pipelines, Vertex AI Pipelines or a Barograph server.

    SOURCE is a compiled pipeline (YAML or JSON), a Python file that defines one, a pipeline of the registry (NAME,
    NAME:VERSION or NAME:TAG), or the address of a template in a repository, such as
    https://europe-west1-kfp.pkg.dev/my-project/my-repository/weather/latest.

    Exit codes: 0 it was submitted, or succeeded where --wait is given; 1 it failed or was canceled; 2 SOURCE, a
    parameter or an option is wrong, or the engine refuses.
    """
    if asked.cancel:
        sys.exit(cancel(asked))
    if source is None:
        raise click.UsageError("say what is to be run: a file, a pipeline of the registry, or a template's address")
    sys.exit(send(asked, read_source(source, function), source))


def read_source(source: str, function: str | None = None) -> str:
    """The text of the compiled pipeline that is meant.

    Raises:
        BarographError: there is none, or it can't be fetched.
    """
    from barograph.cli.compiling import is_reference, load

    if source.startswith(("https://", "http://")):
        return _fetched(source)
    if is_reference(Path(source)):
        from barograph.cli.run import registered

        return registered(source).spec
    return load(Path(source), function).text


def _fetched(address: str) -> str:
    import os

    from barograph.submit.template import fetch_template, parse_template

    return fetch_template(parse_template(address), os.environ.get("KFP_REPOSITORY_TOKEN", ""))
